import { type AuditRecord, CHAIN_START, macOf, sameMac } from "./chain";

export interface StoredAuditRecord extends AuditRecord {
  id: bigint;
  previousMac: Uint8Array;
  mac: Uint8Array;
}

export interface ChainBounds {
  /** HMAC of the entry before the first one given; the chain's start by default. */
  after?: Uint8Array;
  /** HMAC that the last entry must have, as noted elsewhere: finds entries cut off the end. */
  last?: Uint8Array;
}

/** `changed`: the entry's own content does not fit. `gap`: what stood before it is not what stood there when it was written. */
export type ChainFinding =
  | { ok: true; entries: number; last: Uint8Array }
  | { ok: false; problem: "changed" | "gap"; id: bigint }
  | { ok: false; problem: "cut" };

/**
 * Checks entries in ascending order of id; stops at the first that does not hold. Pure.
 * @param key the key under which they were written, see `auditKey()`
 */
export function verifyChain(
  entries: Iterable<StoredAuditRecord>,
  key: Uint8Array,
  bounds: ChainBounds = {},
): ChainFinding {
  let last = bounds.after ?? CHAIN_START;
  let count = 0;
  for (const entry of entries) {
    if (!sameMac(entry.previousMac, last)) return { ok: false, problem: "gap", id: entry.id };
    if (!sameMac(entry.mac, macOf(key, last, entry))) return { ok: false, problem: "changed", id: entry.id };
    last = entry.mac;
    count += 1;
  }
  if (bounds.last && !sameMac(bounds.last, last)) return { ok: false, problem: "cut" };
  return { ok: true, entries: count, last };
}
