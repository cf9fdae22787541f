// A refresh token for a new pair of tokens: each is good once, and one that comes back later was stolen.
import { appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { createTokenPair, type Family, type TokenPair } from "./refresh-tokens";
import { type Client, hashOf, lockSessionsOf, revokeSignIn } from "./sessions";
import { addressKey, type Limit, takeAttempt } from "./throttle";

const REFRESHES_PER_MINUTE = 10;
/** Two tabs of one client, or a client that lost the answer, bring the same token within this time. */
const GRACE_SECONDS = 10;

interface TokenRow {
  family_id: string;
  user_id: string;
  login: string;
  active: boolean;
  used: boolean;
  /** Used so long ago that no second tab can be the reason. */
  reused: boolean;
  revoked: boolean;
  expired: boolean;
  started_at: Date;
  now: Date;
}

/**
 * Exchanges a refresh token for a new pair of its family. A token that was used more than 10 s ago ends the whole family,
 * access tokens included, since one of two who hold it has no right to it. Ten a minute per account and per address.
 * Times are the database's: instances whose clocks differ agree on what is late.
 * @param now for tests; the database's clock by default
 * @throws AppError unauthenticated (unknown, expired, revoked or used; the account is not active), too_many_requests
 */
export async function refreshTokens(token: string, client: Client, now: Date | null = null): Promise<TokenPair> {
  const clock = now ?? new Date();
  if (client.ip) await takeAttempt([limit(addressKey("refresh", client.ip))], clock);
  const owner = await prisma().refreshToken.findUnique({
    where: { tokenHash: hashOf(token) },
    select: { userId: true },
  });
  if (!owner) throw refused();
  await takeAttempt([limit(`refresh:account:${owner.userId}`)], clock);
  const pair = await prisma().$transaction(async (transaction) => {
    await lockSessionsOf(transaction, owner.userId);
    const row = await tokenRow(transaction, token, now);
    if (!row) return null;
    if (row.reused && !row.revoked) return endFamily(transaction, row, client);
    if (row.revoked || row.expired || !row.active) return null;
    return renew(transaction, { row, token, client });
  });
  if (!pair) throw refused();
  return pair;
}

const limit = (key: string): Limit => ({ key, attempts: REFRESHES_PER_MINUTE });
const refused = () => new AppError("unauthenticated", "This refresh token does not hold (any more); sign in again.");

/** Asked after the lock on the user: whatever ended or used the token meanwhile is seen. */
async function tokenRow(transaction: Transaction, token: string, now: Date | null): Promise<TokenRow | undefined> {
  const [row] = await transaction.$queryRaw<TokenRow[]>`
    SELECT t.family_id, t.user_id, u.login, u.status = 'active' AS active,
           t.used_at IS NOT NULL AS used,
           t.used_at IS NOT NULL AND t.used_at <= clock.now - ${GRACE_SECONDS} * interval '1 second' AS reused,
           t.revoked_at IS NOT NULL AS revoked, t.expires_at <= clock.now AS expired, clock.now,
           (SELECT min(f.created_at) FROM refresh_tokens f WHERE f.family_id = t.family_id) AS started_at
    FROM refresh_tokens t JOIN users u ON u.id = t.user_id,
         (SELECT coalesce(${now}::timestamptz, clock_timestamp())::timestamptz(3) AS now) clock
    WHERE t.token_hash = ${hashOf(token)}`;
  return row;
}

async function renew(
  transaction: Transaction,
  { row, token, client }: { row: TokenRow; token: string; client: Client },
): Promise<TokenPair> {
  if (!row.used) {
    await transaction.refreshToken.update({ where: { tokenHash: hashOf(token) }, data: { usedAt: row.now } });
  }
  const pair = await createTokenPair(transaction, { family: familyOf(row), client }, row.now);
  await appendAudit(transaction, auditActor(row, client, pair.id), {
    eventType: "refresh",
    details: { family: row.family_id },
  });
  return pair;
}

async function endFamily(transaction: Transaction, row: TokenRow, client: Client): Promise<null> {
  const held = await revokeSignIn(transaction, { userId: row.user_id, id: row.family_id }, row.now);
  if (!held) return null;
  await appendAudit(transaction, auditActor(row, client, null), {
    eventType: "session_terminated",
    target: { kind: "session", id: row.family_id, name: row.login },
    details: { kind: "bearer", reason: "refresh_token_reused" },
  });
  return null;
}

const familyOf = (row: TokenRow): Family => ({
  id: row.family_id,
  userId: row.user_id,
  startedAt: row.started_at,
});

const auditActor = (row: TokenRow, client: Client, sessionId: string | null) => ({
  login: row.login,
  userId: row.user_id,
  sessionId,
  ip: client.ip,
  userAgent: client.userAgent,
});
