// How full the file systems are that hold the data directory, the write-ahead log and the tablespaces.
import type { StorageProbe } from "../../probe";

// Without the privilege to read settings of that kind the path is NULL, and the reader of its rows says so.
const DATA = `CASE WHEN pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE')
  THEN pg_catalog.current_setting('data_directory', true) END`;

// Tablespaces inside the data directory (a developer option) are where it is.
const PATHS = `SELECT 'data' AS of, ${DATA} AS path
UNION ALL SELECT 'wal', ${DATA} || '/pg_wal'
UNION ALL (SELECT CASE WHEN name IN ('data', 'wal') THEN 'tablespace ' || name ELSE name END, path
FROM (SELECT oid, spcname::text AS name, pg_catalog.pg_tablespace_location(oid) AS path FROM pg_catalog.pg_tablespace) spaces
WHERE path NOT IN ('', 'pg_tblspc/' || oid) ORDER BY oid LIMIT 50)`;

export const storage: StorageProbe = {
  name: "storage",
  facet: "storage",
  interval: "collect_interval",
  every: 20,
  timeoutMs: 30_000,
  labels: ["of"],
  sql: { 10: PATHS },
  metrics: {
    total_bytes: { kind: "gauge", unit: "bytes", help: "Size of the file system" },
    available_bytes: { kind: "gauge", unit: "bytes", help: "Space that an ordinary user may still write" },
    used_percent: { kind: "gauge", unit: "percent", help: "Space that is used, of what an ordinary user may use" },
    inodes: { kind: "gauge", unit: "count", help: "Inodes of the file system; none where it has no limit" },
    inodes_free: { kind: "gauge", unit: "count", help: "Inodes that are free" },
    inodes_used_percent: { kind: "gauge", unit: "percent", help: "Inodes that are used" },
  },
};
