import { hkdfSync } from "node:crypto";
import { env } from "../env";

const derived = (purpose: string) => new Uint8Array(hkdfSync("sha256", env().AUTH_SECRET, "", purpose, 32));

export interface AuditKeys {
  /** Of the entries' HMACs. */
  chain: Uint8Array;
  /** Of the anchors' signatures. */
  anchor: Uint8Array;
}

/** The keys of the audit log, derived from AUTH_SECRET: another secret, another chain. 32 bytes each. */
export function auditKeys(): AuditKeys {
  return { chain: derived("dozor audit chain"), anchor: derived("dozor audit anchors") };
}
