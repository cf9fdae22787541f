// The audit log's chain: each entry carries an HMAC over itself and its predecessor's. Pure.
import { createHmac, timingSafeEqual } from "node:crypto";

/** What is protected of an entry. Neither may be changed, added, or left out without breaking its HMAC. */
export interface AuditRecord {
  createdAt: Date;
  eventType: string;
  actor: string | null;
  userId: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  sessionId: string | null;
  targetKind: string | null;
  targetId: string | null;
  targetName: string | null;
  details: unknown;
}

/** What the first entry of a chain names as its predecessor. */
export const CHAIN_START: Uint8Array<ArrayBuffer> = new Uint8Array(32);

/** The HMAC-SHA-256 of an entry under `key`, over its predecessor's HMAC and its own fields in a fixed order. */
export function macOf(key: Uint8Array, previousMac: Uint8Array, record: AuditRecord): Uint8Array<ArrayBuffer> {
  const fields = [
    record.createdAt.toISOString(),
    record.eventType,
    record.actor,
    record.userId,
    record.ipAddress,
    record.userAgent,
    record.sessionId,
    record.targetKind,
    record.targetId,
    record.targetName,
    sorted(record.details),
  ];
  const hmac = createHmac("sha256", key).update(previousMac).update(JSON.stringify(fields));
  return new Uint8Array(hmac.digest());
}

/** jsonb forgets the order of keys, so the HMAC is taken over sorted ones. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]): [string, unknown] => [key, sorted(entry)]),
  );
}

/** Whether two HMACs are equal, in constant time. */
export function sameMac(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
