// Who reads and writes what: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-IO-VIEW
import { OTHERS } from "../bounds";
import { growingAll } from "../growth";
import { defineProbe } from "../probe";

// The view has a hundred rows; told are the backends that do nearly all of it, and each kind of object in each context.
const BACKENDS =
  "('client backend'), ('background worker'), ('autovacuum worker'), ('background writer'), ('checkpointer')";

const TIMES = ["read", "write", "extend", "fsync"];
const COUNTS = ["hits", "evictions", "reuses", "fsyncs", "writebacks"];
const BYTES = ["read", "write", "extend"];

// With its setting off a time stands still at 0, which is unknown, not fast.
const TIMED = `pg_catalog.current_setting(CASE object WHEN 'wal' THEN 'track_wal_io_timing' ELSE 'track_io_timing' END)::bool`;

const TOTALS = [
  "pg_catalog.max(stats_reset) AS stats_reset",
  ...BYTES.map((name) => `pg_catalog.sum(${name}_bytes) AS ${name}_bytes`),
  ...COUNTS.map((name) => `pg_catalog.sum(${name}) AS ${name}`),
  ...TIMES.map((name) => `pg_catalog.sum(CASE WHEN timed THEN ${name}_time END) AS ${name}_ms`),
].join(", ");

/** @param bytes the columns `read_bytes`, `write_bytes` and `extend_bytes`, where the view has other ones */
const sqlOf = (bytes: string) => `WITH io AS (SELECT *, ${TIMED} AS timed${bytes} FROM pg_catalog.pg_stat_io),
told AS (SELECT column1 AS backend_type FROM (VALUES ${BACKENDS}) known)
SELECT coalesce(told.backend_type, '${OTHERS}') AS backend, NULL AS object, NULL AS context, ${TOTALS}
FROM io LEFT JOIN told USING (backend_type) WHERE object <> 'wal' GROUP BY 1
UNION ALL SELECT NULL, object, context, ${TOTALS} FROM io GROUP BY object, context`;

const NOT_MEASURED = "The server does not measure it: track_io_timing is off";

export const io = defineProbe({
  name: "io",
  facet: "postgres",
  interval: "collect_interval",
  every: 4,
  timeoutMs: 12_000,
  labels: ["backend", "object", "context"],
  resetBy: "stats_reset",
  sql: {
    16: sqlOf(BYTES.map((name) => `, ${name}s * op_bytes AS ${name}_bytes`).join("")),
    18: sqlOf(""),
  },
  metrics: {
    ...growingAll(
      {
        read_bytes: "Read, WAL aside when told by backend",
        write_bytes: "Written, WAL aside when told by backend",
        extend_bytes: "Relations extended by",
      },
      "bytes/s",
    ),
    ...growingAll({
      hits: "Blocks found in shared buffers",
      evictions: "Blocks put out of a buffer for another",
      reuses: "Buffers of a ring used again",
      fsyncs: "Files synced",
      writebacks: "Blocks that the kernel was asked to write",
    }),
    ...growingAll(
      {
        read_ms: "Time spent reading",
        write_ms: "Time spent writing",
        extend_ms: "Time spent extending",
        fsync_ms: "Time spent syncing",
      },
      "ms/s",
    ),
  },
  whenNull: { read_ms: NOT_MEASURED, write_ms: NOT_MEASURED, extend_ms: NOT_MEASURED, fsync_ms: NOT_MEASURED },
});
