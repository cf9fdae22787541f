// Sessions found within the last 2 seconds, for what every open page asks again and again. Whatever ends or changes one
// is heard of at once (see the triggers that notify `dozor_sessions`); a process that does not hear asks each time.
import { createHash } from "node:crypto";
import { remembered } from "../remembered";
import { findSession, type LiveSession, type SessionKind } from "./sessions";

const MOST_AGE_MS = 2_000;
const MOST_SESSIONS = 1_000;

/** The session of a secret as `findSession` gives it, at most 2 s old; secrets are known here by their hashes only. */
export async function findSessionAgain(kind: SessionKind, secret: string, now: Date): Promise<LiveSession | null> {
  const sessions = remembered<LiveSession>("sessions", {
    channel: "dozor_sessions",
    maxAgeMs: MOST_AGE_MS,
    most: MOST_SESSIONS,
  });
  const key = `${kind} ${createHash("sha256").update(secret).digest("base64")}`;
  const session = await sessions.get(key, async () => {
    const found = await findSession(kind, secret, now);
    return found && { value: found, about: found.user.id };
  });
  return session && session.expiresAt > now ? session : null;
}
