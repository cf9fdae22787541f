// What checkpoints and the background writer do: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-CHECKPOINTER-VIEW
import { growing, growingAll } from "../growth";
import { defineProbe } from "../probe";

const BYTES = "pg_catalog.current_setting('block_size')::int8";

const BEFORE_17 = `SELECT stats_reset, checkpoints_timed AS timed, checkpoints_req AS requested,
  checkpoint_write_time AS write_ms, checkpoint_sync_time AS sync_ms, buffers_checkpoint * ${BYTES} AS checkpoint_bytes,
  buffers_clean * ${BYTES} AS background_bytes, maxwritten_clean AS background_stops,
  buffers_backend * ${BYTES} AS backend_bytes, buffers_backend_fsync AS backend_syncs, buffers_alloc * ${BYTES} AS allocated_bytes,
  ${BYTES} AS block_bytes
FROM pg_catalog.pg_stat_bgwriter`;

// Two views that are reset one by one; what backends write is in pg_stat_io now.
const since17 = (more: string) => `SELECT pg_catalog.concat(c.stats_reset, ' ', b.stats_reset) AS stats_reset,
  c.num_timed AS timed, c.num_requested AS requested, c.restartpoints_timed, c.restartpoints_req AS restartpoints_requested,
  c.restartpoints_done, c.write_time AS write_ms, c.sync_time AS sync_ms, c.buffers_written * ${BYTES} AS checkpoint_bytes,
  b.buffers_clean * ${BYTES} AS background_bytes, b.maxwritten_clean AS background_stops,
  b.buffers_alloc * ${BYTES} AS allocated_bytes, ${BYTES} AS block_bytes${more}
FROM pg_catalog.pg_stat_checkpointer c, pg_catalog.pg_stat_bgwriter b`;

export const checkpoints = defineProbe({
  name: "checkpoints",
  facet: "postgres",
  interval: "collect_interval",
  every: 4,
  timeoutMs: 12_000,
  labels: [],
  resetBy: "stats_reset",
  exposes: ["block_bytes"],
  sql: {
    10: BEFORE_17,
    17: since17(""),
    18: since17(`, c.num_done AS done, c.slru_written * ${BYTES} AS slru_bytes`),
  },
  metrics: {
    // So rare that their totals tell more than their growth in a minute.
    timed: { ...growing("timed", "Checkpoints begun because of time"), stored: true },
    requested: {
      ...growing("requested", "Checkpoints asked for, most often since max_wal_size was reached"),
      stored: true,
    },
    ...growingAll({
      done: "Checkpoints carried out",
      restartpoints_timed: "Restartpoints of a standby begun because of time",
      restartpoints_requested: "Restartpoints of a standby asked for",
      restartpoints_done: "Restartpoints of a standby carried out",
      background_stops: "Rounds that the background writer ended early because it had written too much",
      backend_syncs: "Files synced by backends themselves",
    }),
    ...growingAll({ write_ms: "Time checkpoints spent writing", sync_ms: "Time checkpoints spent syncing" }, "ms/s"),
    ...growingAll(
      {
        checkpoint_bytes: "Buffers written by checkpoints",
        slru_bytes: "SLRU buffers written by checkpoints",
        background_bytes: "Buffers written by the background writer",
        backend_bytes: "Buffers written by backends themselves",
        allocated_bytes: "Buffers allocated",
      },
      "bytes/s",
    ),
  },
});
