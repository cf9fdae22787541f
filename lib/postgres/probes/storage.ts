// How full the file systems are that hold the data directory, the write-ahead log and the tablespaces.
import type { StorageProbe } from "../../probe";

// Without the privilege to read settings of that kind the path is NULL, and the reader of its rows says so.
const PATHS = `SELECT 'data' AS of, pg_catalog.current_setting('data_directory', true) AS path
UNION ALL SELECT 'wal', pg_catalog.current_setting('data_directory', true) || '/pg_wal'
UNION ALL SELECT spcname::text, pg_catalog.pg_tablespace_location(oid) FROM pg_catalog.pg_tablespace
WHERE pg_catalog.pg_tablespace_location(oid) <> ''`;

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
