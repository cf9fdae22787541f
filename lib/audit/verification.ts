// Reads the whole audit log past the check, a page at a time out of one snapshot.
import type pg from "pg";
import { pool } from "../db";
import type { Link } from "./anchor";
import { type AnchorRow, anchorOf } from "./anchors";
import { auditKeys } from "./keys";
import { type ChainBounds, type ChainReport, createChainCheck, type StoredAuditRecord } from "./verify";

/** Small enough that hashing a page holds nobody else up: some milliseconds. */
const PAGE = 1_000;

const ENTRIES = `
  SELECT id, created_at AS "createdAt", event_type AS "eventType", actor, user_id AS "userId", ip_address AS "ipAddress",
    user_agent AS "userAgent", session_id AS "sessionId", target_kind AS "targetKind", target_id AS "targetId",
    target_name AS "targetName", details, previous_mac AS "previousMac", mac
  FROM audit_log WHERE id > $1 ORDER BY id LIMIT $2`;

type EntryRow = Omit<StoredAuditRecord, "id"> & { id: string };

let running: Promise<ChainReport> | undefined;

/**
 * Checks every entry, the anchors, and what was noted as the newest entry in the system log. Takes about a
 * minute for a million entries; who asks while it runs gets the same report.
 */
export function verifyChain(): Promise<ChainReport> {
  running ??= verifyAgainst([]).finally(() => {
    running = undefined;
  });
  return running;
}

/** The same, also against links that were noted outside of the database. */
export async function verifyAgainst(expected: readonly Link[]): Promise<ChainReport> {
  const client = await pool().connect();
  try {
    // One snapshot: entries and anchors of the same moment, whatever is appended or removed meanwhile.
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const bounds = await readBounds(client, expected);
    const check = createChainCheck(auditKeys(), bounds);
    for (let after = "0"; ; ) {
      const { rows } = await client.query<EntryRow>(ENTRIES, [after, PAGE]);
      for (const row of rows) check.take({ ...row, id: BigInt(row.id) });
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return check.end();
      after = last.id;
    }
  } finally {
    await client.query("ROLLBACK").catch(() => {});
    client.release();
  }
}

async function readBounds(client: pg.PoolClient, expected: readonly Link[]): Promise<ChainBounds> {
  const { rows } = await client.query<AnchorRow & { kind: string }>(
    "SELECT kind, entry_id, mac, signature FROM audit_anchor",
  );
  const noted = new Map([...(await notedLinks(client)), ...expected].map(({ id, mac }) => [id, mac]));
  const anchor = (kind: string) => {
    const row = rows.find((candidate) => candidate.kind === kind);
    return row ? anchorOf(row) : null;
  };
  return { head: anchor("head"), retention: anchor("retention"), noted };
}

/** At most one an hour, for as long as the system log is kept. */
async function notedLinks(client: pg.PoolClient): Promise<Link[]> {
  const { rows } = await client.query<{ entry_id: string; mac: string }>(
    `SELECT details ->> 'entry_id' AS entry_id, details ->> 'mac' AS mac FROM system_log
     WHERE source = 'audit' AND details ->> 'entry_id' ~ '^\\d{1,18}$' AND details ->> 'mac' ~ '^[0-9a-f]{64}$'`,
  );
  return rows.map(({ entry_id, mac }) => ({ id: BigInt(entry_id), mac: Buffer.from(mac, "hex") }));
}
