// Whether the audit log is what was written. Pure: entries come in one after another, in any number.
import { type Anchor, FIRST_LINK, isSigned, type Link } from "./anchor";
import { type AuditRecord, macOf, sameMac } from "./chain";
import type { AuditKeys } from "./keys";

export interface StoredAuditRecord extends AuditRecord {
  id: bigint;
  previousMac: Uint8Array;
  mac: Uint8Array;
}

/**
 * `changed`: the entry's own content does not fit. `gap`: what stands before it is not what stood there when it was written.
 * `cut`: entries are missing at the end, or there is one more than was signed. `anchor`: a signed point is missing or not
 * ours. `rolled_back`: what was once noted as the newest entry is not in the log.
 */
export type ProblemKind = "changed" | "gap" | "cut" | "anchor" | "rolled_back";

export interface ChainProblem {
  kind: ProblemKind;
  /** The entry at which it shows, or that is missed. */
  id: bigint;
}

export interface ChainReport {
  entries: number;
  newest: Link | null;
  /** How many there are; of them the first 100. */
  problemCount: number;
  problems: ChainProblem[];
}

export interface ChainBounds {
  head: Anchor | null;
  retention: Anchor | null;
  /** What was noted elsewhere as the newest entry at some time, HMAC by id. */
  noted?: ReadonlyMap<bigint, Uint8Array>;
}

const SHOWN = 100;

/** Checks entries that are given in ascending order of id, and goes on after a problem: one entry spoils no other's finding. */
export function createChainCheck(keys: AuditKeys, { head, retention, noted = new Map() }: ChainBounds) {
  const problems: ChainProblem[] = [];
  let problemCount = 0;
  const missed = new Map(noted);
  let entries = 0;
  let last: Link = retention ?? FIRST_LINK;
  const report = (kind: ProblemKind, id: bigint) => {
    problemCount += 1;
    if (problems.length < SHOWN) problems.push({ kind, id });
  };
  /** Ticks off what was noted. */
  const meet = ({ id, mac }: Link) => {
    const expected = missed.get(id);
    if (expected && sameMac(expected, mac)) missed.delete(id);
  };
  if (retention) {
    if (!isSigned(keys.anchor, "retention", retention)) report("anchor", retention.id);
    meet(retention);
    for (const id of missed.keys()) if (id < retention.id) missed.delete(id);
  }

  return {
    /** The next entry. */
    take(entry: StoredAuditRecord): void {
      if (entry.id <= last.id || !sameMac(entry.previousMac, last.mac)) report("gap", entry.id);
      if (!sameMac(entry.mac, macOf(keys.chain, entry.previousMac, entry))) report("changed", entry.id);
      last = entry;
      entries += 1;
      meet(entry);
    },
    /** After the last entry. */
    end(): ChainReport {
      if (head) {
        if (!isSigned(keys.anchor, "head", head)) report("anchor", head.id);
        if (head.id !== last.id || !sameMac(head.mac, last.mac)) report("cut", head.id);
      } else if (last.id > 0n) report("anchor", last.id);
      for (const id of missed.keys()) report("rolled_back", id);
      return { entries, newest: last.id > 0n ? { id: last.id, mac: last.mac } : null, problemCount, problems };
    },
  };
}
