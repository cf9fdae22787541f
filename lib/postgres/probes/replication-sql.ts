// The statement of the replication probe: one row for the server, one for each follower, slot, database and cause of conflicts.
import { DATABASES, labelUpTo, PLACED_DATABASES } from "../bounds";
import { type Columns, unite } from "../unite";

/** Label → how many have rows of their own, and what they are. */
export const GROUPS = {
  application: [50, "followers"],
  slot: [100, "replication slots"],
  database: [DATABASES, "databases"],
} as const;

const SENDER_LAGS = [
  "sent_lag_bytes",
  "flush_lag_bytes",
  "replay_lag_bytes",
  "write_lag_seconds",
  "flush_lag_seconds",
  "replay_lag_seconds",
];

/** Column → its type, and the version it came with. */
const COLUMNS: Readonly<Record<string, readonly [type: string, since: number]>> = {
  application: ["text", 10],
  client: ["text", 10],
  slot: ["text", 10],
  database: ["text", 10],
  cause: ["text", 10],
  stats_reset: ["timestamptz", 10],
  standby: ["bool", 10],
  sees_all: ["bool", 10],
  senders: ["int8", 10],
  ...Object.fromEntries(SENDER_LAGS.map((name) => [name, ["float8", 10]])),
  sender_user: ["text", 10],
  sender_state: ["text", 10],
  sender_sync_state: ["text", 10],
  slots: ["int8", 10],
  inactive_slots: ["int8", 10],
  lost_slots: ["int8", 13],
  slot_retained_bytes: ["float8", 10],
  slot_active: ["bool", 10],
  slot_safe_bytes: ["float8", 13],
  slot_inactive_seconds: ["float8", 17],
  slot_type: ["text", 10],
  slot_plugin: ["text", 10],
  slot_database: ["text", 10],
  slot_wal_status: ["text", 13],
  slot_inactive_since: ["timestamptz", 17],
  slot_invalidation_reason: ["text", 17],
  receives: ["bool", 10],
  receiver_streaming: ["bool", 10],
  receive_lag_bytes: ["float8", 10],
  receiver_silence_seconds: ["float8", 10],
  replay_delay_bytes: ["float8", 10],
  replay_delay_seconds: ["float8", 10],
  replay_paused: ["bool", 10],
  receiver_status: ["text", 10],
  receiver_slot: ["text", 10],
  receiver_host: ["text", 11],
  receiver_port: ["int4", 11],
  conflicts: ["int8", 10],
  conflicts_by_cause: ["int8", 10],
};

const seconds = (interval: string) => `pg_catalog.round(extract(epoch FROM ${interval})::numeric, 3)`;
// greatest() would make a 0 of NULL. Clocks of two machines, and positions read one after another, may be a little apart.
const notBelow0 = (value: string) => `CASE WHEN ${value} < 0 THEN 0 ELSE ${value} END`;
const since = (time: string) => notBelow0(seconds(`pg_catalog.now() - ${time}`));
const all = (aggregate: string, names: readonly string[]) =>
  names.map((name) => `pg_catalog.${aggregate}(${name}) AS ${name}`).join(", ");

const HERE = `here AS (SELECT *, CASE WHEN standby THEN greatest(received, replayed) ELSE pg_catalog.pg_current_wal_lsn() END AS lsn
  FROM (SELECT pg_catalog.pg_is_in_recovery() AS standby, pg_catalog.pg_last_wal_receive_lsn() AS received,
    pg_catalog.pg_last_wal_replay_lsn() AS replayed, pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all) lsns)`;

// The name of a worker that copies a table ends with numbers of its own; so do temporary slots.
const TABLE_SYNC = "'^pg_[0-9]+_sync_[0-9]+(_[0-9]+)?$'";

// Lag in seconds is NULL where nothing was measured of late: 0 only where the follower has replayed all that there is.
const lag = (of: string) => `${notBelow0(`here.lsn - nullif(${of}_lsn, '0/0')`)} AS ${of}_lag_bytes`;
const delay = (of: string) => `coalesce(${seconds(`${of}_lag`)},
    CASE WHEN state = 'streaming' AND ${of}_lsn >= here.lsn THEN 0 END) AS ${of}_lag_seconds`;

const SENDERS = `senders AS (SELECT coalesce(nullif(CASE WHEN application_name ~ ${TABLE_SYNC} THEN '(table sync)' ELSE application_name END, ''), '(unnamed)') AS application,
    pg_catalog.host(client_addr) AS client, usename AS sender_user, state AS sender_state, sync_state AS sender_sync_state,
    ${["sent", "flush", "replay"].map(lag).join(", ")}, ${["write", "flush", "replay"].map(delay).join(", ")}
  FROM pg_catalog.pg_stat_replication, here),
followers AS (SELECT *, pg_catalog.dense_rank() OVER (ORDER BY application, client) AS place FROM senders)`;

const names = (column: string) => `pg_catalog.string_agg(DISTINCT ${column}::text, ', ') AS ${column}`;

const FOLLOWERS = `(SELECT ${labelUpTo(GROUPS.application[0], "application")} AS application,
  CASE WHEN place <= ${GROUPS.application[0]} THEN client END AS client, pg_catalog.count(*) AS senders, ${all("max", SENDER_LAGS)},
  ${["sender_user", "sender_state", "sender_sync_state"].map(names).join(", ")} FROM followers GROUP BY 1, 2) follower`;

const slotColumns = (version: number) => `slots AS (SELECT CASE WHEN temporary THEN '(temporary)'
    WHEN slot_name ~ ${TABLE_SYNC} THEN '(table sync)' ELSE slot_name END AS slot,
    active AS slot_active, ${notBelow0("here.lsn - restart_lsn")} AS slot_retained_bytes,
    slot_type, plugin AS slot_plugin, database AS slot_database${version >= 13 ? ", wal_status AS slot_wal_status, safe_wal_size AS slot_safe_bytes" : ""}${
      version >= 17
        ? `, CASE WHEN active THEN 0 ELSE ${since("inactive_since")} END AS slot_inactive_seconds,
    inactive_since AS slot_inactive_since, invalidation_reason AS slot_invalidation_reason`
        : ""
    }
  FROM pg_catalog.pg_replication_slots, here),
placed_slots AS (SELECT *, pg_catalog.dense_rank() OVER (ORDER BY slot) AS place FROM slots)`;

const SLOT_TEXTS = ["slot_type", "slot_plugin", "slot_database", "slot_wal_status", "slot_invalidation_reason"];

// Of those told together the worst one.
const slotsTold = (version: number) => {
  const has = (name: string) => (COLUMNS[name]?.[1] ?? 0) <= version;
  return `(SELECT ${labelUpTo(GROUPS.slot[0], "slot")} AS slot, pg_catalog.bool_and(slot_active) AS slot_active,
  ${all("max", ["slot_retained_bytes", "slot_inactive_seconds"].filter(has))}${has("slot_safe_bytes") ? `, ${all("min", ["slot_safe_bytes"])}` : ""}${
    has("slot_inactive_since") ? `, ${all("min", ["slot_inactive_since"])}` : ""
  },
  ${SLOT_TEXTS.filter(has).map(names).join(", ")} FROM placed_slots GROUP BY 1) slot`;
};

const RECEIVER = {
  receives: "r.pid IS NOT NULL",
  receiver_streaming:
    "CASE WHEN here.standby THEN CASE WHEN r.pid IS NULL THEN false ELSE r.status = 'streaming' END END",
  receive_lag_bytes: notBelow0("r.latest_end_lsn - here.received"),
  receiver_silence_seconds: since("r.last_msg_receipt_time"),
  replay_delay_bytes: `CASE WHEN here.standby THEN ${notBelow0("here.received - here.replayed")} END`,
  replay_delay_seconds: `CASE WHEN NOT here.standby THEN NULL WHEN r.pid IS NOT NULL AND coalesce(r.status, 'streaming') = 'streaming' AND here.received <= here.replayed THEN 0
    ELSE ${since("pg_catalog.pg_last_xact_replay_timestamp()")} END`,
  replay_paused: "CASE WHEN here.standby THEN pg_catalog.pg_is_wal_replay_paused() END",
  receiver_status: "r.status",
  receiver_slot: "r.slot_name",
  receiver_host: "r.sender_host",
  receiver_port: "r.sender_port",
};

const SERVER = {
  standby: "here.standby",
  sees_all: "here.sees_all",
  senders: "(SELECT pg_catalog.count(*) FROM senders)",
  slots: "(SELECT pg_catalog.count(*) FROM slots)",
  inactive_slots: "(SELECT pg_catalog.count(*) FROM slots WHERE NOT slot_active)",
  lost_slots: "(SELECT pg_catalog.count(*) FROM slots WHERE slot_wal_status = 'lost')",
  ...RECEIVER,
};

// Only a standby has conflicts; pg_stat_reset() sets all of a database's counters back.
const DATABASE = `(SELECT ${labelUpTo(DATABASES, "s.datname")} AS database, pg_catalog.max(s.stats_reset) AS stats_reset,
  pg_catalog.sum(s.conflicts) AS conflicts
  FROM ${PLACED_DATABASES} s WHERE (SELECT standby FROM here) GROUP BY 1) conflict`;

const causes = (version: number) => [
  ...["tablespace", "lock", "snapshot", "bufferpin", "deadlock"],
  ...(version >= 16 ? ["active_logicalslot"] : []),
];

const causeRows = (version: number) => `(SELECT cause, conflicts, stats_reset FROM (SELECT
    ${causes(version)
      .map((cause) => `pg_catalog.sum(confl_${cause}) AS ${cause}`)
      .join(", ")}, (SELECT pg_catalog.max(stats_reset) FROM pg_catalog.pg_stat_database) AS stats_reset
    FROM pg_catalog.pg_stat_database_conflicts WHERE (SELECT standby FROM here)) sums,
  LATERAL (VALUES ${causes(version)
    .map((cause) => `('${cause}', ${cause})`)
    .join(", ")}) listed (cause, conflicts) WHERE conflicts IS NOT NULL) cause`;

const same = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));

/** For servers of that version and newer. Catalogs, shared memory and statistics only; no row of a table is read. */
export function replicationSql(version: number): string {
  const told = Object.entries(COLUMNS).filter(([, [, first]]) => first <= version);
  const columns: Columns = Object.fromEntries(told.map(([name, [type]]) => [name, type]));
  const slotNames = ["slot", ...Object.keys(columns).filter((name) => name.startsWith("slot_"))];
  const senderNames = [
    "application",
    "client",
    "senders",
    ...SENDER_LAGS,
    "sender_user",
    "sender_state",
    "sender_sync_state",
  ];
  return `WITH ${HERE}, ${SENDERS}, ${slotColumns(version)}
${unite(columns, [
  { values: SERVER, from: "FROM here LEFT JOIN pg_catalog.pg_stat_wal_receiver r ON true" },
  { values: same(senderNames), from: `FROM ${FOLLOWERS}` },
  { values: same(slotNames), from: `FROM ${slotsTold(version)}` },
  { values: same(["database", "stats_reset", "conflicts"]), from: `FROM ${DATABASE}` },
  {
    values: { cause: "cause", stats_reset: "stats_reset", conflicts_by_cause: "conflicts" },
    from: `FROM ${causeRows(version)}`,
  },
])}`;
}
