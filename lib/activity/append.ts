// The activity feed: what happened, for people.
import type { Prisma, Transaction } from "../db";

/** What an event is about; `id` as text, whatever its kind. */
export interface Target {
  kind: string;
  id: string;
  name: string;
}

export interface ActivityEntry {
  /** `server_down`, `user_registered`, … */
  type: string;
  severity: "info" | "warning" | "error";
  /** One English sentence; more than 500 characters are cut. */
  message: string;
  actor?: { login: string; email: string | null };
  target?: Target;
  details?: Prisma.InputJsonObject;
}

/** Adds an event to the feed, in the caller's transaction. */
export async function appendActivity(transaction: Transaction, entry: ActivityEntry): Promise<void> {
  await transaction.activityEvent.create({
    data: {
      type: entry.type,
      severity: entry.severity,
      message: [...entry.message].slice(0, 500).join(""),
      userEmail: entry.actor?.email ?? null,
      actor: entry.actor?.login ?? null,
      targetKind: entry.target?.kind ?? null,
      targetId: entry.target?.id ?? null,
      targetName: entry.target?.name ?? null,
      details: entry.details ?? {},
    },
  });
}
