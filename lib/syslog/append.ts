// The system log: what Dozor itself did and met, for whoever runs it.
import type { Prisma, Transaction } from "../db";
import { redact, redactText } from "../redact";

export interface SystemLogEntry {
  level: "info" | "warning" | "error";
  /** The part that speaks: `collector`, `history`, `maintenance`, … */
  source: string;
  /** Name of the watched server, where it is about one. */
  server?: string;
  message: string;
  details?: Prisma.InputJsonObject;
}

/** Adds an entry, in the caller's transaction where it has one. What looks like a secret is left out. */
export async function appendSystemLog(transaction: Transaction, entry: SystemLogEntry): Promise<void> {
  await transaction.systemLog.create({
    data: {
      level: entry.level,
      source: entry.source,
      server: entry.server ?? null,
      message: redactText(entry.message),
      details: redact(entry.details ?? {}) as Prisma.InputJsonObject,
    },
  });
}
