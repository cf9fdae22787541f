// How much write-ahead log is made and what writing it takes: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-VIEW
import { growingAll } from "../growth";
import { defineProbe } from "../probe";

const COLUMNS =
  "w.wal_records AS records, w.wal_fpi AS full_page_images, w.wal_bytes AS bytes, w.wal_buffers_full AS buffers_full";

// With track_wal_io_timing off the times stand still at 0, which is unknown, not fast.
const timed = (milliseconds: string) =>
  `CASE WHEN pg_catalog.current_setting('track_wal_io_timing')::bool THEN ${milliseconds} END`;

// Columns that 18 has taken away, asked for so that a newer server without those of pg_stat_io still tells the rest.
const lost = (column: string, type: string) => `(pg_catalog.to_jsonb(w) ->> '${column}')::${type}`;

const BEFORE_18 = `SELECT w.stats_reset, ${COLUMNS}, ${lost("wal_write", "int8")} AS writes, ${lost("wal_sync", "int8")} AS syncs,
  ${timed(lost("wal_write_time", "float8"))} AS write_ms, ${timed(lost("wal_sync_time", "float8"))} AS sync_ms
FROM pg_catalog.pg_stat_wal w`;

// The first writing of a new segment (context `init`) was not counted before 18 either.
const SINCE_18 = `SELECT pg_catalog.concat(w.stats_reset, ' ', io.stats_reset) AS stats_reset, ${COLUMNS},
  io.writes, io.syncs, ${timed("io.write_ms")} AS write_ms, ${timed("io.sync_ms")} AS sync_ms
FROM pg_catalog.pg_stat_wal w, (SELECT pg_catalog.max(stats_reset) AS stats_reset,
  pg_catalog.sum(writes) AS writes, pg_catalog.sum(fsyncs) AS syncs,
  pg_catalog.sum(write_time) AS write_ms, pg_catalog.sum(fsync_time) AS sync_ms
  FROM pg_catalog.pg_stat_io WHERE object = 'wal' AND context = 'normal') io`;

const NOT_MEASURED = "The server does not measure it: track_wal_io_timing is off";

export const wal = defineProbe({
  name: "wal",
  facet: "postgres",
  interval: "collect_interval",
  every: 4,
  timeoutMs: 12_000,
  labels: [],
  resetBy: "stats_reset",
  sql: {
    14: BEFORE_18,
    18: SINCE_18,
  },
  metrics: {
    ...growingAll({
      records: "WAL records made",
      full_page_images: "Full page images written into WAL",
      buffers_full: "Times WAL was written because its buffers were full",
      writes: "Times WAL was written out",
      syncs: "Times WAL was synced to disk",
    }),
    ...growingAll({ bytes: "WAL made" }, "bytes/s"),
    ...growingAll({ write_ms: "Time spent writing WAL", sync_ms: "Time spent syncing WAL" }, "ms/s"),
  },
  whenNull: { write_ms: NOT_MEASURED, sync_ms: NOT_MEASURED },
});
