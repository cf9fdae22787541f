// The audit log: who did what, append-only and chained, so that a change is noticed.
import { hkdfSync } from "node:crypto";
import type { Prisma, Transaction } from "../db";
import { env } from "../env";
import { type AuditRecord, CHAIN_START, macOf } from "./chain";

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

/** "audit" as a number: the lock under which the chain grows, one entry at a time over all instances. */
const CHAIN_LOCK = 0x6175646974n;

/**
 * Appends an entry in the caller's transaction, so that nothing is done without its entry, and no entry tells of what was not done.
 * Keep the transaction short after it: until its end no one else can append.
 * @throws Error when given the client itself: the chain's lock must hold until the entry is there
 */
export async function appendAudit(transaction: Transaction, actor: AuditActor, entry: AuditEntry): Promise<void> {
  if ("$connect" in transaction) throw new Error("appendAudit needs a transaction: prisma().$transaction(...)");
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${CHAIN_LOCK})`;
  const tail = await transaction.auditLog.findFirst({ orderBy: { id: "desc" }, select: { mac: true } });
  const previousMac = tail ? new Uint8Array(tail.mac) : CHAIN_START;
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
  await transaction.auditLog.create({ data: { ...record, previousMac, mac: macOf(auditKey(), previousMac, record) } });
}

const cut = (text: string | null): string | null => text?.slice(0, 400) ?? null;

/** The key of the chain, derived from AUTH_SECRET: another secret, another chain. 32 bytes. */
export function auditKey(): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", env().AUTH_SECRET, "", "dozor audit chain", 32));
}
