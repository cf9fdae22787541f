// The server as a whole: since when it runs, in which role, how fast it writes WAL, whether its settings changed.
import type { SqlRow, SqlSession } from "../../probe";
import { growing } from "../growth";
import { defineProbe } from "../probe";
import { tlsOf } from "../session";

const INSTANCE = `SELECT
  floor(extract(epoch FROM pg_catalog.now() - pg_catalog.pg_postmaster_start_time()))::int8 AS uptime_seconds,
  pg_catalog.pg_is_in_recovery() AS in_recovery,
  pg_catalog.current_setting('max_connections')::int AS max_connections,
  CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END
    - '0/0'::pg_catalog.pg_lsn AS wal_bytes,
  activity.transactions, activity.stats_reset,
  pg_catalog.current_setting('server_version') AS version,
  pg_catalog.current_setting('server_version_num')::int AS server_version_num,
  pg_catalog.pg_postmaster_start_time() AS started_at,
  pg_catalog.pg_conf_load_time() AS settings_loaded_at
FROM (SELECT pg_catalog.sum(xact_commit + xact_rollback) AS transactions, pg_catalog.max(stats_reset) AS stats_reset
  FROM pg_catalog.pg_stat_database) activity`;

// pg_settings costs ten times the rest. What the server gives to every session: `reset_val` is blind to what this one, or a pooler, has set.
const SETTINGS = `SELECT
  pg_catalog.max(setting) FILTER (WHERE name = 'data_directory') AS data_directory,
  pg_catalog.md5(pg_catalog.string_agg(name || '=' || coalesce(reset_val, ''), E'\\n' ORDER BY name)
    FILTER (WHERE reset_val IS DISTINCT FROM boot_val AND source <> 'override'
      AND name NOT IN ('application_name', 'client_encoding'))) AS settings_checksum
FROM pg_catalog.pg_settings`;

/** The settings that a session read last, until the server loads its configuration again. */
const known = new WeakMap<SqlSession, { loadedAt: unknown; settings: SqlRow }>();

async function settingsOf(session: SqlSession, loadedAt: unknown): Promise<SqlRow> {
  const before = known.get(session);
  if (before && before.loadedAt === loadedAt) return before.settings;
  const [settings = {}] = await session.query(SETTINGS);
  known.set(session, { loadedAt, settings });
  return settings;
}

/** From our own side of the connection, so it needs no privilege on the server; through a pooler it is the pooler's. */
function certificateOf(session: SqlSession): SqlRow {
  const endsAt = tlsOf(session)?.certificateEndsAt ?? null;
  return {
    certificate_ends_at: endsAt?.toISOString() ?? null,
    certificate_remaining_seconds: endsAt && Math.round((endsAt.getTime() - Date.now()) / 1000),
  };
}

async function ask(session: SqlSession): Promise<SqlRow[]> {
  const [instance = {}] = await session.query(INSTANCE);
  const settings = await settingsOf(session, instance.settings_loaded_at);
  return [{ ...instance, ...settings, ...certificateOf(session) }];
}

export const instance = defineProbe({
  name: "instance",
  facet: "postgres",
  interval: "collect_interval",
  timeoutMs: 12_000,
  labels: [],
  resetBy: "stats_reset",
  sql: { 10: INSTANCE },
  ask,
  facts: [
    "version",
    "server_version_num",
    "started_at",
    "settings_loaded_at",
    "settings_checksum",
    "data_directory",
    "certificate_ends_at",
  ],
  metrics: {
    uptime_seconds: { kind: "gauge", unit: "s", help: "Time since the server started" },
    in_recovery: { kind: "gauge", unit: "boolean", help: "1 on a standby or during recovery, 0 on a primary" },
    max_connections: { kind: "gauge", unit: "count", help: "Connections that the server allows" },
    wal_bytes: {
      kind: "counter",
      unit: "bytes",
      help: "Position in the write-ahead log: written on a primary, replayed on a standby",
      rate: { name: "wal_bytes_per_sec", unit: "bytes/s", help: "Write-ahead log written, or replayed on a standby" },
    },
    transactions: growing("transactions", "Transactions ended in all databases, committed or rolled back"),
    certificate_remaining_seconds: {
      kind: "gauge",
      unit: "s",
      help: "Time until the TLS certificate that the server shows to Dozor ends; negative when it has",
    },
  },
  whenNull: {
    wal_bytes: "A standby has not replayed any write-ahead log yet",
    data_directory: "Dozor's role may not read it: grant it pg_monitor (or pg_read_all_settings)",
    certificate_remaining_seconds: "Dozor's connection to this server is not encrypted",
  },
});
