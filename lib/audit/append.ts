// The audit log: who did what, append-only and chained, so that a change is noticed.
import type { Prisma, Transaction } from "../db";
import { beginHead, lockHead, storeAnchor } from "./anchors";
import { type AuditRecord, macOf } from "./chain";
import { auditKeys } from "./keys";

/** The migration that brought heads. */
const HEADS_SINCE = "0005_accounts";

/**
 * After an upgrade from a version without heads: signs the newest entry, lest the missing head looks like somebody's doing.
 * @param applied names of the migrations that were applied just now
 */
export async function adoptAuditLog(transaction: Transaction, applied: readonly string[]): Promise<void> {
  if (applied.includes(HEADS_SINCE)) await beginHead(transaction);
}

/** Who acted, as far as it is known: an `Actor` fits. */
export interface AuditActor {
  login: string | null;
  userId: string | null;
  sessionId: string | null;
  ip: string | null;
  userAgent: string | null;
}

export interface AuditEntry {
  /** `login_success`, `server_created`, … */
  eventType: string;
  target?: { kind: string; id: string; name: string };
  /** No secret: a changed one is noted as `"changed"`. */
  details?: Prisma.InputJsonObject;
}

/**
 * Appends an entry in the caller's transaction, so that nothing is done without its entry, and no entry tells of what was not done.
 * Keep the transaction short after it: until its end no one else can append.
 * @throws Error when given the client itself: the head's lock must hold until the entry is there
 */
export async function appendAudit(transaction: Transaction, actor: AuditActor, entry: AuditEntry): Promise<void> {
  if ("$connect" in transaction) throw new Error("appendAudit needs a transaction: prisma().$transaction(...)");
  const before = await lockHead(transaction);
  const previousMac = new Uint8Array(before.mac);
  const record: AuditRecord & { details: Prisma.InputJsonObject } = {
    createdAt: new Date(),
    eventType: entry.eventType,
    actor: actor.login,
    userId: actor.userId,
    ipAddress: actor.ip,
    userAgent: cut(actor.userAgent),
    sessionId: actor.sessionId,
    targetKind: entry.target?.kind ?? null,
    targetId: entry.target?.id ?? null,
    targetName: entry.target?.name ?? null,
    details: JSON.parse(JSON.stringify(entry.details ?? {})),
  };
  const mac = macOf(auditKeys().chain, previousMac, record);
  const { id } = await transaction.auditLog.create({ data: { ...record, previousMac, mac }, select: { id: true } });
  await storeAnchor(transaction, "head", { id, mac });
}

const cut = (text: string | null): string | null => text?.slice(0, 400) ?? null;
