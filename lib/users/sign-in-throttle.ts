// How often signing in may be tried, and by whom: nobody guesses, and no stranger keeps an account's owner out.
import { pool } from "../db";
import { AppError } from "../errors";
import { normaliseRecoveryCode } from "./recovery-codes";
import { accountKey, addressKey, addressLimits, type Limit, takeAttempt } from "./throttle";

const ATTEMPTS_PER_MINUTE = 5;
/** A code is six digits, three of which are good at a time: five a minute for weeks would find one. */
const CODES_PER_HOUR = 10;
/** Where somebody signed in within this time, they are at home. */
const KNOWN_DAYS = 30;

const HOUR_SECONDS = 3_600;

/** Wrong codes of an account's authenticator app, wherever they are asked for. */
export const codeLimit = (login: string): Limit => ({
  key: accountKey("second_factor_hour", login),
  attempts: CODES_PER_HOUR,
  windowSeconds: HOUR_SECONDS,
});

/**
 * Counts an attempt to sign in, five a minute per address and per account. Whoever uses up the account's attempts from
 * elsewhere does not keep its owner out: an address from which the account was signed in to lately has five of its own.
 * @returns the limits it was counted against, for `giveBackAttempt`
 * @throws AppError too_many_requests
 */
export async function takeSignInAttempt(login: string, ip: string | null, now: Date): Promise<Limit[]> {
  const limit = { attempts: ATTEMPTS_PER_MINUTE };
  const address = ip === null ? [] : addressLimits("sign_in", ip, limit);
  await takeAttempt(address, now);
  const account = { ...limit, key: accountKey("sign_in", login) };
  return [...address, await takeOfAccount(account, { login, ip, now })];
}

/**
 * Counts a code that is about to be checked, ten an hour per account beside the limits of signing in. Recovery codes are
 * too long to be guessed, and stay open to an owner whose password somebody else has.
 * @returns the limits it was counted against
 * @throws AppError too_many_requests
 */
export async function takeCodeAttempt(
  { login, otp, ip }: { login: string; otp: string; ip: string | null },
  now: Date,
): Promise<Limit[]> {
  if (normaliseRecoveryCode(otp) !== null) return [];
  return [await takeOfAccount(codeLimit(login), { login, ip, now })];
}

/** @returns the limit of the account or, where that is used up, the one of a known address */
async function takeOfAccount(
  account: Limit,
  { login, ip, now }: { login: string; ip: string | null; now: Date },
): Promise<Limit> {
  try {
    await takeAttempt([account], now);
    return account;
  } catch (error) {
    const usedUp = error instanceof AppError && error.code === "too_many_requests";
    if (!usedUp || ip === null || !(await signedInFrom(login, ip, now))) throw error;
    const own = { ...account, key: addressKey(`${account.key}:from`, ip) };
    await takeAttempt([own], now);
    return own;
  }
}

/** An address, or the network of 64 bits in which IPv6 machines change theirs from day to day. */
const place = (address: string) =>
  `CASE family(${address}) WHEN 6 THEN network(set_masklen(${address}, 64)) ELSE network(${address}) END`;

/** Asked only where the account is under attack: otherwise the time would tell of logins that exist. */
async function signedInFrom(login: string, ip: string, now: Date): Promise<boolean> {
  const { rows } = await pool().query(
    `SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE u.login = $1 AND ${place("s.ip::inet")} = ${place("$2::inet")}
       AND s.created_at > $3::timestamptz - $4 * interval '1 day' LIMIT 1`,
    [login, ip, now, KNOWN_DAYS],
  );
  return rows.length > 0;
}
