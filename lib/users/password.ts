// Passwords: the rules they must keep, and their argon2id hashes.
import { hash, type Options, verify } from "@node-rs/argon2";
import { AppError } from "../errors";

/** The longest password that is accepted, in characters. */
export const PASSWORD_MAX_LENGTH = 128;

/** A broken rule by name (the page has a sentence for each, in both languages) and its English sentence. */
export interface PasswordProblem {
  rule: "too_short" | "too_long" | "no_letter" | "no_digit" | "is_login" | "common";
  message: string;
}

/**
 * All rules that a new password breaks; an empty list means it is accepted.
 * @param minLength characters, at least 8 (`PASSWORD_MIN_LENGTH`)
 */
export async function validatePassword(plain: string, login: string, minLength: number): Promise<PasswordProblem[]> {
  const problems: PasswordProblem[] = [];
  const length = [...plain].length;
  const broken = (rule: PasswordProblem["rule"], message: string) => problems.push({ rule, message });
  if (length < minLength) broken("too_short", `Use at least ${minLength} characters.`);
  if (length > PASSWORD_MAX_LENGTH) broken("too_long", `Use at most ${PASSWORD_MAX_LENGTH} characters.`);
  if (!/\p{L}/u.test(plain)) broken("no_letter", "Use at least one letter.");
  if (!/\p{Nd}/u.test(plain)) broken("no_digit", "Use at least one digit.");
  if (plain.toLowerCase() === login.toLowerCase()) broken("is_login", "The password must not be the login.");
  if (await isCommon(plain)) broken("common", "This is one of the commonest passwords; choose another.");
  return problems;
}

/** The package's list holds the commonest 49,000 in order of frequency: the 10,000 that must be refused, and more. */
async function isCommon(plain: string): Promise<boolean> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return (dictionary["passwords-common"] as readonly string[]).includes(plain.toLowerCase());
}

// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane. 2 is Algorithm.Argon2id (a const enum).
const ARGON2ID: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What a sign-in with an unknown login is verified against, so that it takes as long as a wrong password. */
export const DUMMY_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$QGqxCyX88sQ+HbMMeC74iw$nDvze6I1LkM+K77ka28ss1fUFgdrlSwb86YuvL4vM0M";

/** The argon2id hash (PHC string) of a password that passed `validatePassword`. */
export function hashPassword(plain: string): Promise<string> {
  return inTurn(() => hash(plain, ARGON2ID));
}

/**
 * Whether the password belongs to the hash; takes the same time for both answers. A hash that cannot be read belongs to none.
 * @throws AppError unavailable when too many wait for their turn
 */
export function verifyPassword(plain: string, passwordHash: string): Promise<boolean> {
  return inTurn(() => verify(passwordHash, plain).catch(() => false));
}

// Each hash holds 19 MiB and one of the four pool threads that file reads need too: two at a time leave room for the collector.
const AT_ONCE = 2;
const WAITING_AT_MOST = 50;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= WAITING_AT_MOST) {
    throw new AppError("unavailable", "Too many sign-ins at once; try again in a few seconds.", {
      retryAfterSeconds: 5,
    });
  }
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
