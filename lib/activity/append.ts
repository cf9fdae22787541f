// The activity feed: what happened, for people.
import type { Prisma, Transaction } from "../db";
import type { ActivityType, Severity } from "./schema";

/** What an event is about; `id` as text, whatever its kind. */
export interface Target {
  kind: string;
  id: string;
  name: string;
}

export interface ActivityEntry {
  type: ActivityType;
  severity: Severity;
  /** One English sentence; more than 500 characters are cut. */
  message: string;
  actor?: { login: string; email: string | null };
  target?: Target;
  /** Larger ones than 16 KiB give way to a note of their size. */
  details?: Prisma.InputJsonObject;
}

const MESSAGE_CHARACTERS = 500;
const DETAILS_BYTES = 16 * 1024;

/**
 * Adds an event to the feed, in the caller's transaction, and tells every instance of it (`dozor_activity`, the
 * event's id) when that commits. Everybody reads message and details, so the actor's e-mail in them becomes the login.
 */
export async function appendActivity(transaction: Transaction, entry: ActivityEntry): Promise<void> {
  const { actor, target } = entry;
  const anonymous = (text: string) => (actor?.email ? text.replaceAll(actor.email, actor.login) : text);
  const message = [...anonymous(entry.message)].slice(0, MESSAGE_CHARACTERS).join("");
  await transaction.$executeRaw`
    WITH event AS (
      INSERT INTO activity_events
        (type, severity, message, user_email, actor, target_kind, target_id, target_name, details)
      VALUES (${entry.type}::text, ${entry.severity}::text, ${message}::text,
        ${actor?.email ?? null}::text, ${actor?.login ?? null}::text,
        ${target?.kind ?? null}::text, ${target?.id ?? null}::text, ${target?.name ?? null}::text,
        ${anonymous(bounded(entry.details ?? {}))}::text::jsonb)
      RETURNING id)
    SELECT pg_notify('dozor_activity', id::text) FROM event`;
}

function bounded(details: Prisma.InputJsonObject): string {
  const text = JSON.stringify(details);
  const bytes = Buffer.byteLength(text);
  return bytes <= DETAILS_BYTES ? text : JSON.stringify({ note: "The details were too large", omitted_bytes: bytes });
}
