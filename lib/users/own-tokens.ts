// The API tokens of the person who asks. No token makes or ends tokens: a lost one must not outlive its revocation.
import { appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { TOKEN_PREFIX } from "./api-tokens";
import { type Actor, type Person, requirePermission, requirePerson, type Scope } from "./permissions";
import type { CreatedToken, NewToken, OwnToken } from "./profile-schema";
import { hashOf, lockSessionsOf, newSecret } from "./sessions";

/** Tokens that hold at once; more are forgotten ones. */
const TOKENS_AT_MOST = 50;
/** Prefix and a few characters: enough to tell tokens apart, far too few to guess the rest. */
const SHOWN = TOKEN_PREFIX.length + 6;

/** A person whose profile is open to them: no token, no password change or second factor owed. */
function requireOwner(actor: Actor | null): asserts actor is Person {
  requirePerson(actor);
  requirePermission(actor, "profile:write");
}

interface TokenRow {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  lastUsedIp: string | null;
}

const tokenOf = (row: TokenRow): OwnToken => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  // Nothing but `createToken` writes them.
  scopes: row.scopes as Scope[],
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  last_used_ip: row.lastUsedIp,
});

/** The actor's tokens that were not revoked, newest first; one that expired is shown as such. @throws AppError unauthenticated, forbidden */
export async function ownTokens(actor: Actor | null): Promise<OwnToken[]> {
  requireOwner(actor);
  const rows = await prisma().apiToken.findMany({
    where: { userId: actor.userId, revokedAt: null },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
  });
  return rows.map(tokenOf);
}

/**
 * Makes a token. What it may is what its owner's role may at the time of use, within the scopes.
 * @returns it with `token`, this once: stored is its hash
 * @throws AppError unauthenticated (also where the session has just ended), forbidden, invalid (expiry in the past), conflict (too many)
 */
export async function createToken(actor: Actor | null, input: NewToken, now = new Date()): Promise<CreatedToken> {
  requireOwner(actor);
  const { userId } = actor;
  const expiresAt = input.expires_at ? new Date(input.expires_at) : null;
  if (expiresAt && expiresAt <= now) {
    const field = { path: "expires_at", rule: "past", message: "Expiry: choose a moment in the future." };
    throw new AppError("invalid", field.message, { fields: [field] });
  }
  const scopes = [...new Set(input.scopes)];
  const token = TOKEN_PREFIX + newSecret();
  const data = { userId, name: input.name, scopes, expiresAt, createdAt: now };
  return prisma().$transaction(async (transaction) => {
    await lockSessionsOf(transaction, userId);
    await requireSession(transaction, actor);
    const held = await transaction.apiToken.count({ where: { userId, revokedAt: null } });
    if (held >= TOKENS_AT_MOST) {
      throw new AppError("conflict", `There are ${TOKENS_AT_MOST} tokens already; revoke one that is not needed.`);
    }
    const row = await transaction.apiToken.create({
      data: { ...data, prefix: token.slice(0, SHOWN), tokenHash: hashOf(token) },
    });
    await appendAudit(transaction, actor, {
      eventType: "token_created",
      target: { kind: "api_token", id: row.id, name: row.name },
      details: { scopes, expires_at: expiresAt?.toISOString() ?? null },
    });
    return { ...tokenOf(row), token };
  });
}

/** Whoever ends all sessions of a thief must not miss the token that the thief makes at that moment. Ask under the lock. */
async function requireSession(transaction: Transaction, { sessionId }: Person): Promise<void> {
  if (sessionId === null) return;
  const holds = await transaction.session.count({ where: { id: sessionId, revokedAt: null } });
  if (holds === 0) throw new AppError("unauthenticated", "Your session has ended; sign in again.");
}

/** Ends a token at once, on every instance. @throws AppError unauthenticated, forbidden, not_found (not the actor's, or revoked) */
export async function revokeToken(actor: Actor | null, { id }: { id: string }, now = new Date()): Promise<void> {
  requireOwner(actor);
  const { userId } = actor;
  await prisma().$transaction(async (transaction) => {
    const token = await transaction.apiToken.findFirst({ where: { id, userId, revokedAt: null } });
    const ended = await transaction.apiToken.updateMany({
      where: { id, userId, revokedAt: null },
      data: { revokedAt: now },
    });
    if (!token || ended.count === 0) throw new AppError("not_found", "You have no such token (any more).");
    await appendAudit(transaction, actor, {
      eventType: "token_revoked",
      target: { kind: "api_token", id, name: token.name },
    });
  });
}
