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
export const appendActivity = (transaction: Transaction, entry: ActivityEntry): Promise<void> =>
  appendActivities(transaction, [entry]);

/** Adds events in their order, all in one statement. */
export async function appendActivities(transaction: Transaction, entries: readonly ActivityEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await transaction.$executeRaw`
    WITH event AS (
      INSERT INTO activity_events
        (type, severity, message, user_email, actor, target_kind, target_id, target_name, details)
      SELECT type, severity, message, user_email, actor, target_kind, target_id, target_name, details
      FROM jsonb_to_recordset(${JSON.stringify(entries.map(rowOf))}::text::jsonb) AS r (type text, severity text, message text,
        user_email text, actor text, target_kind text, target_id text, target_name text, details jsonb)
      RETURNING id)
    SELECT pg_notify('dozor_activity', id::text) FROM event`;
}

function rowOf({ type, severity, message, actor, target, details }: ActivityEntry) {
  // JSON holds no half of a surrogate pair, which somebody else's message may end with.
  const readable = (text: string) => (actor?.email ? text.replaceAll(actor.email, actor.login) : text).toWellFormed();
  return {
    ...{ type, severity, message: [...readable(message)].slice(0, MESSAGE_CHARACTERS).join("") },
    user_email: actor?.email ?? null,
    actor: actor?.login ?? null,
    target_kind: target?.kind ?? null,
    target_id: target?.id ?? null,
    target_name: target?.name.toWellFormed() ?? null,
    details: JSON.parse(readable(bounded(details ?? {}))),
  };
}

function bounded(details: Prisma.InputJsonObject): string {
  const text = JSON.stringify(details);
  const bytes = Buffer.byteLength(text);
  return bytes <= DETAILS_BYTES ? text : JSON.stringify({ note: "The details were too large", omitted_bytes: bytes });
}
