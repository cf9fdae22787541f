// When the session that asks will end, and moving that end because somebody is there.
import { prisma } from "../db";
import { type Actor, requireActor } from "./permissions";
import { extendSession } from "./sessions";

/** The end of a session or API token; null for a token without an end. */
export interface SessionEnd {
  expires_at: string | null;
  /** Seconds from now, at least 0, so that no clock of the client's matters. */
  expires_in: number | null;
}

/** Reading moves nothing: a page that asks by itself keeps no session open. @throws AppError unauthenticated */
export async function readSessionEnd(actor: Actor | null, now = new Date()): Promise<SessionEnd> {
  requireActor(actor);
  const end = await endOf(actor);
  if (!end) return { expires_at: null, expires_in: null };
  return {
    expires_at: end.toISOString(),
    expires_in: Math.max(0, Math.floor((end.getTime() - now.getTime()) / 1_000)),
  };
}

/** Says that somebody is there: a browser's session ends 12 h from now, 30 days after it began at the latest. */
export async function extendOwnSession(actor: Actor | null, now = new Date()): Promise<SessionEnd> {
  requireActor(actor);
  if (actor.sessionId) await extendSession(actor.sessionId, now);
  return readSessionEnd(actor, now);
}

async function endOf({ sessionId, tokenId }: Actor): Promise<Date | null> {
  const select = { expiresAt: true };
  if (sessionId) return (await prisma().session.findUnique({ where: { id: sessionId }, select }))?.expiresAt ?? null;
  if (tokenId) return (await prisma().apiToken.findUnique({ where: { id: tokenId }, select }))?.expiresAt ?? null;
  return null;
}
