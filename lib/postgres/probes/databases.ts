// What happens in each database: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW
import type { MetricDefinition, SqlRow, Unit } from "../../probe";
import { roundTo } from "../../rate";
import type { Reasons } from "../../reasons";
import { DATABASES, LISTED, labelUpTo, OTHERS, PLACED_DATABASES, shortName, togetherAs } from "../bounds";
import { defineProbe } from "../probe";

const FROM = `FROM ${PLACED_DATABASES} s GROUP BY 1`;

const sums = (columns: Readonly<Record<string, string>>) =>
  Object.entries(columns)
    .map(([name, column]) => `pg_catalog.sum(s.${column}) AS ${name}`)
    .join(", ");

// With track_io_timing off the times stand still at 0, which is unknown, not fast.
const timed = (column: string) =>
  `CASE WHEN pg_catalog.current_setting('track_io_timing')::bool THEN pg_catalog.sum(s.${column}) END`;

// Looked up in one object, since the planner would join two lists of databases by comparing each with each. Who counts as a
// client is told as in activity.ts; without pg_monitor, too.
const CLIENTS = `coalesce(((SELECT pg_catalog.jsonb_object_agg(c.datid, c.clients) FROM (
    SELECT a.datid, pg_catalog.count(*) AS clients FROM pg_catalog.pg_stat_activity a
    WHERE (a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.usesysid IS NOT NULL) AND a.datid IS NOT NULL
      AND (a.application_name = 'dozor' AND a.usename = current_user) IS NOT TRUE
    GROUP BY a.datid) c) ->> s.datid::text)::int8, 0)`;

const COLUMNS = `${labelUpTo(DATABASES, "s.datname")} AS database, CASE WHEN pg_catalog.min(place) <= ${DATABASES} THEN pg_catalog.min(s.datid) END AS oid,
  pg_catalog.max(s.stats_reset) AS stats_reset, ${sums({
    connections: "numbackends",
    commits: "xact_commit",
    rollbacks: "xact_rollback",
    blocks_hit: "blks_hit",
    blocks_read: "blks_read",
    tuples_returned: "tup_returned",
    tuples_fetched: "tup_fetched",
    tuples_inserted: "tup_inserted",
    tuples_updated: "tup_updated",
    tuples_deleted: "tup_deleted",
    temp_files: "temp_files",
    temp_bytes: "temp_bytes",
    deadlocks: "deadlocks",
  })}, pg_catalog.sum(s.tup_inserted + s.tup_updated + s.tup_deleted) AS rows_written,
  pg_catalog.sum(${CLIENTS}) AS clients, ${timed("blk_read_time")} AS block_read_ms, ${timed("blk_write_time")} AS block_write_ms`;

const SINCE_14 = sums({
  session_ms: "session_time",
  active_ms: "active_time",
  idle_in_transaction_ms: "idle_in_transaction_time",
  sessions: "sessions",
});

function counter(total: string, rateName: string, rateHelp: string, unit: Unit = "1/s"): MetricDefinition {
  const totals: Partial<Record<Unit, Unit>> = { "bytes/s": "bytes", "ms/s": "ms" };
  return {
    kind: "counter",
    unit: totals[unit] ?? "count",
    help: total,
    rate: { name: rateName, unit, help: rateHelp },
  };
}

/** What all databases do together, for pictures of the whole server: name of the total → the rate it sums up. */
const TOTALS = {
  all_commits_per_sec: "commits_per_sec",
  all_rollbacks_per_sec: "rollbacks_per_sec",
  all_blocks_hit_per_sec: "blocks_hit_per_sec",
  all_blocks_read_per_sec: "blocks_read_per_sec",
  all_tuples_inserted_per_sec: "tuples_inserted_per_sec",
  all_tuples_updated_per_sec: "tuples_updated_per_sec",
  all_tuples_deleted_per_sec: "tuples_deleted_per_sec",
  all_temp_bytes_per_sec: "temp_bytes_per_sec",
} as const;

function ofAll(help: string, unit: Unit = "1/s"): MetricDefinition {
  return { kind: "gauge", unit, help: `${help} per second, in all databases together` };
}

/** Share of block requests answered from shared buffers since the reading before, 0..100; null when there was none. */
function hitPercent(hit: number | null | undefined, read: number | null | undefined): number | null {
  if (hit == null || read == null || hit + read <= 0) return null;
  return roundTo((100 * hit) / (hit + read), 2);
}

export const databases = defineProbe({
  name: "databases",
  facet: "postgres",
  interval: "collect_interval",
  timeoutMs: 12_000,
  labels: ["database"],
  resetBy: "stats_reset",
  sql: {
    10: `SELECT ${COLUMNS} ${FROM}`,
    14: `SELECT ${COLUMNS}, ${SINCE_14} ${FROM}`,
  },
  metrics: {
    connections: {
      kind: "gauge",
      unit: "count",
      help: "Server processes connected to the database, Dozor's and background workers included",
    },
    clients: {
      kind: "gauge",
      unit: "count",
      help: "Client sessions in the database, Dozor's own left out",
    },
    commits: counter("Transactions committed", "commits_per_sec", "Transactions committed per second"),
    rollbacks: counter("Transactions rolled back", "rollbacks_per_sec", "Transactions rolled back per second"),
    blocks_hit: counter(
      "Blocks found in shared buffers",
      "blocks_hit_per_sec",
      "Blocks found in shared buffers per second",
    ),
    blocks_read: counter(
      "Blocks read from outside",
      "blocks_read_per_sec",
      "Blocks read from outside shared buffers per second",
    ),
    cache_hit_percent: {
      kind: "gauge",
      unit: "percent",
      help: "Block requests answered from shared buffers since the reading before",
    },
    tuples_returned: counter("Live rows scanned", "tuples_returned_per_sec", "Live rows scanned per second"),
    tuples_fetched: counter(
      "Live rows fetched by index",
      "tuples_fetched_per_sec",
      "Live rows fetched by index per second",
    ),
    tuples_inserted: counter("Rows inserted", "tuples_inserted_per_sec", "Rows inserted per second"),
    tuples_updated: counter("Rows updated", "tuples_updated_per_sec", "Rows updated per second"),
    tuples_deleted: counter("Rows deleted", "tuples_deleted_per_sec", "Rows deleted per second"),
    rows_written: {
      kind: "counter",
      unit: "count",
      help: "Rows inserted, updated and deleted since the last reset",
      stored: true,
    },
    temp_files: counter("Temporary files made", "temp_files_per_sec", "Temporary files made per second"),
    temp_bytes: counter("Written to temporary files", "temp_bytes_per_sec", "Written to temporary files", "bytes/s"),
    deadlocks: {
      ...counter("Deadlocks found since the last reset", "deadlocks_per_sec", "Deadlocks found per second"),
      stored: true,
    },
    block_read_ms: counter("Time spent reading blocks", "block_read_ms_per_sec", "Time spent reading blocks", "ms/s"),
    block_write_ms: counter("Time spent writing blocks", "block_write_ms_per_sec", "Time spent writing blocks", "ms/s"),
    session_ms: counter(
      "Time spent by sessions",
      "session_ms_per_sec",
      "Time spent by sessions, idle included",
      "ms/s",
    ),
    active_ms: counter("Time spent in statements", "active_ms_per_sec", "Time spent executing statements", "ms/s"),
    idle_in_transaction_ms: counter(
      "Time spent idle in transactions",
      "idle_in_transaction_ms_per_sec",
      "Time spent idle in transactions",
      "ms/s",
    ),
    sessions: {
      ...counter(
        "Sessions begun since the last reset, Dozor's included",
        "sessions_per_sec",
        "Sessions begun per second, Dozor's included",
      ),
      stored: true,
    },
    all_commits_per_sec: ofAll("Transactions committed"),
    all_rollbacks_per_sec: ofAll("Transactions rolled back"),
    all_blocks_hit_per_sec: ofAll("Blocks found in shared buffers"),
    all_blocks_read_per_sec: ofAll("Blocks read from outside shared buffers"),
    all_tuples_inserted_per_sec: ofAll("Rows inserted"),
    all_tuples_updated_per_sec: ofAll("Rows updated"),
    all_tuples_deleted_per_sec: ofAll("Rows deleted"),
    all_temp_bytes_per_sec: ofAll("Written to temporary files", "bytes/s"),
  },
  totals: TOTALS,
  exposes: ["connections", "oid"],
  derived: {
    cache_hit_percent: (values) => hitPercent(values.blocks_hit_per_sec, values.blocks_read_per_sec),
  },
  whenNull: {
    block_read_ms: "The server does not measure it: track_io_timing is off",
    block_write_ms: "The server does not measure it: track_io_timing is off",
  },
  // By its oid a database that was dropped and made again is known at once.
  gather: {
    columns: ["oid"],
    from(rows) {
      const known = rows.filter((row) => row.oid != null).slice(0, LISTED);
      const unavailable: Reasons = {};
      if (rows.some((row) => row.database === OTHERS)) unavailable.database = togetherAs(DATABASES, "databases");
      const byName = (value: (row: SqlRow) => unknown) =>
        Object.fromEntries(known.map((row) => [String(shortName(row.database)), value(row)]));
      // What was committed since the last reset is no series: older clients read the newest one.
      return {
        facts: { oids: byName(({ oid }) => oid), commits: byName(({ commits }) => Number(commits)) },
        unavailable,
      };
    },
  },
});
