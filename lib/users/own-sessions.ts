// The sessions of the person who asks: browsers, and each sign-in of an API client once.
import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import { AppError } from "../errors";
import { type Actor, requirePermission } from "./permissions";
import { revokeSessionsOf, revokeSignIn, type SessionKind } from "./sessions";

/** One sign-in that still holds. */
export interface OwnSession {
  /** A browser's session, or the family of an API client's tokens. */
  id: string;
  kind: SessionKind;
  created_at: string;
  last_seen_at: string;
  /** When it ends unless it is used before. */
  expires_at: string;
  ip: string | null;
  user_agent: string | null;
  /** Whether this is the one that asks. */
  current: boolean;
}

interface OwnSessionRow extends Omit<OwnSession, "created_at" | "last_seen_at" | "expires_at"> {
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}

/** What the actor is signed in with, last used first. @throws AppError unauthenticated, forbidden */
export async function ownSessions(actor: Actor | null, now = new Date()): Promise<OwnSession[]> {
  requirePermission(actor, "profile:write");
  const rows = await prisma().$queryRaw<OwnSessionRow[]>`
    WITH part AS (
      SELECT coalesce(family_id, id) AS id, kind, created_at, last_seen_at, expires_at, ip, user_agent,
             id = ${actor.sessionId}::uuid AS current, revoked_at IS NULL AND expires_at > ${now} AS holds
      FROM sessions WHERE user_id = ${actor.userId}::uuid
      UNION ALL
      SELECT family_id, 'bearer', created_at, created_at, expires_at, ip, user_agent, false,
             revoked_at IS NULL AND used_at IS NULL AND expires_at > ${now}
      FROM refresh_tokens WHERE user_id = ${actor.userId}::uuid
    )
    SELECT id, min(kind) AS kind, min(created_at) AS created_at, max(last_seen_at) AS last_seen_at,
           max(expires_at) FILTER (WHERE holds) AS expires_at, bool_or(coalesce(current, false)) AS current,
           (array_agg(ip ORDER BY last_seen_at DESC))[1] AS ip,
           (array_agg(user_agent ORDER BY last_seen_at DESC))[1] AS user_agent
    FROM part GROUP BY id HAVING bool_or(holds) ORDER BY max(last_seen_at) DESC, id`;
  return rows.map(({ created_at, last_seen_at, expires_at, ...row }) => ({
    ...row,
    created_at: created_at.toISOString(),
    last_seen_at: last_seen_at.toISOString(),
    expires_at: expires_at.toISOString(),
  }));
}

/**
 * Ends one of the actor's own sessions, the present one included.
 * @throws AppError unauthenticated, forbidden, not_found (not the actor's, or it has ended already)
 */
export async function endOwnSession(actor: Actor | null, { id }: { id: string }, now = new Date()): Promise<void> {
  requirePermission(actor, "profile:write");
  const { userId } = actor;
  await prisma().$transaction(async (transaction) => {
    const held = userId !== null && (await revokeSignIn(transaction, { userId, id }, now));
    if (!held) throw new AppError("not_found", "You have no such session (any more).");
    await appendAudit(transaction, actor, {
      eventType: "session_terminated",
      target: { kind: "session", id, name: actor.login },
      details: { reason: "own_choice" },
    });
  });
}

/**
 * Ends all of the actor's sessions but the one that asks; an API token that asks is none, and ends all.
 * @throws AppError unauthenticated, forbidden
 */
export async function endOtherSessions(actor: Actor | null, now = new Date()): Promise<{ ended_sessions: number }> {
  requirePermission(actor, "profile:write");
  const { userId } = actor;
  if (userId === null) return { ended_sessions: 0 };
  return prisma().$transaction(async (transaction) => {
    const ended = await revokeSessionsOf(transaction, { userId, except: actor.sessionId }, now);
    if (ended > 0) {
      await appendAudit(transaction, actor, {
        eventType: "session_terminated",
        target: { kind: "user", id: userId, name: actor.login },
        details: { reason: "own_choice", ended_sessions: ended },
      });
    }
    return { ended_sessions: ended };
  });
}
