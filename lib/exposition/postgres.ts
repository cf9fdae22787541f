// A PostgreSQL server under the names of postgres_exporter: https://github.com/prometheus-community/postgres_exporter
import { UNREACHED } from "../probe";
import { fromTable, type RowTable } from "../row-table";
import type { Add } from "./fleet";
import { labelText } from "./format";
import type { PostgresName } from "./names";
import { isCurrent, type Newest, type NewestOfServer, type NewestRows } from "./newest";

type Names = Readonly<Record<string, PostgresName>>;
type Numbers = Readonly<Record<string, number | null | undefined>>;

interface Telling {
  add: Add;
  server: string;
  newest: NewestOfServer["newest"];
}

/** Tells what is known of a PostgreSQL server. */
export function addPostgres(add: Add, of: NewestOfServer, now: number): void {
  const { name: server, newest } = of;
  const telling = { add, server, newest };
  add("pg_up", labelText({ server }), isUp(of, now));
  const probes: Readonly<Record<string, (telling: Telling, told: Newest) => void>> = {
    instance: addInstance,
    databases: addDatabases,
    sizes: addSizes,
    activity: addActivity,
    checkpoints: addCheckpoints,
    wal: addWal,
    replication: addReplication,
  };
  for (const [probe, tell] of Object.entries(probes)) {
    const told = newest.get(probe);
    if (told) tell(telling, told);
  }
}

/** 1, 0, or null where nobody asks, or nobody has asked yet. */
function isUp({ enabled, hasPostgres, runs }: NewestOfServer, now: number): number | null {
  const run = enabled && hasPostgres ? runs.find(({ probe }) => probe === "instance") : undefined;
  if (!run || run.lastRunAt === null) return null;
  const answered = !(run.outcome === "failed" && UNREACHED.has(run.code ?? ""));
  return Number(answered && isCurrent(run.lastRunAt, run.intervalSeconds, now));
}

const rowsOf = ({ exposed }: Newest) => (exposed ? fromTable(exposed) : []);
const dataOf = ({ data }: Newest) => data as NewestRows;
const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

function addInstance({ add, server }: Telling, told: Newest): void {
  const { rows, facts = {} } = dataOf(told);
  const here = labelText({ server });
  const values: Numbers = rows[0]?.values ?? {};
  add("pg_settings_max_connections", here, values.max_connections);
  add("pg_replication_is_replica", here, values.in_recovery);
  const startedAt = Date.parse(textOf(facts.started_at) ?? "");
  add("pg_postmaster_start_time_seconds", here, Number.isNaN(startedAt) ? null : startedAt / 1_000);
  const [version, number] = [textOf(facts.version), Number(facts.server_version_num)];
  if (version === null || !(number >= 100_000)) return;
  const short = `${Math.floor(number / 10_000)}.${number % 10_000}.0`;
  add("pg_static", labelText({ server, version: `PostgreSQL ${version}`, short_version: short }), 1);
}

const DATABASE: Names = {
  connections: "stat_database_numbackends",
  commits: "stat_database_xact_commit",
  rollbacks: "stat_database_xact_rollback",
  blocks_read: "stat_database_blks_read",
  blocks_hit: "stat_database_blks_hit",
  tuples_returned: "stat_database_tup_returned",
  tuples_fetched: "stat_database_tup_fetched",
  tuples_inserted: "stat_database_tup_inserted",
  tuples_updated: "stat_database_tup_updated",
  tuples_deleted: "stat_database_tup_deleted",
  temp_files: "stat_database_temp_files",
  temp_bytes: "stat_database_temp_bytes",
  deadlocks: "stat_database_deadlocks",
  block_read_ms: "stat_database_blk_read_time",
  block_write_ms: "stat_database_blk_write_time",
  session_ms: "stat_database_session_time",
  active_ms: "stat_database_active_time",
  idle_in_transaction_ms: "stat_database_idle_in_transaction_time",
  sessions: "stat_database_sessions",
};

/** By far the most that there is to tell: no object is made of a row. */
function addDatabases({ add, server }: Telling, { exposed }: Newest): void {
  if (!exposed) return;
  const columns = exposed.values.flatMap((name, i) => (DATABASE[name] ? [[`pg_${DATABASE[name]}`, i] as const] : []));
  for (const { labels, values } of databasesOf(exposed, server))
    for (const [name, i] of columns) add(name, labels, values[i]);
}

/** Those with a number of their own; the sum of all others falls when one is dropped, which no counter does. */
function* databasesOf({ labels, values, rows }: RowTable, server: string) {
  const [name, oid] = [labels.indexOf("database"), values.indexOf("oid")];
  for (const [told, numbers] of rows) {
    const [datname, datid] = [told[name], numbers[oid]];
    if (datname == null || datid == null) continue;
    yield { datname, labels: labelText({ server, datid: String(datid), datname }), values: numbers };
  }
}

/** A server that tells of the same thing twice would make a series twice, which no format allows. */
function* onceEach(rows: NewestRows["rows"]) {
  const told = new Set<string>();
  for (const row of rows) {
    const key = JSON.stringify(row.labels);
    if (!told.has(key)) yield row;
    told.add(key);
  }
}

/** Sizes are asked so seldom that a database may have been dropped since: one that a newer list of all lacks is not told. */
function addSizes(telling: Telling, told: Newest): void {
  const { add, server, newest } = telling;
  const list = newest.get("databases");
  const datids = datidsOf(telling);
  const hasAll = list?.exposed?.rows.length === datids.size && list.at > told.at;
  for (const { labels, values } of onceEach(dataOf(told).rows)) {
    const datname = labels.database;
    if (datname !== undefined && (!hasAll || datids.has(datname)))
      add("pg_database_size_bytes", labelText({ server, datname }), values.size_bytes);
  }
}

function addActivity({ add, server }: Telling, told: Newest): void {
  for (const { labels, values } of rowsOf(told)) {
    const { database: datname, state } = labels;
    if (datname === undefined || state === undefined) continue;
    const text = labelText({ server, datname, state });
    add("pg_stat_activity_count", text, values.state_sessions);
    add("pg_stat_activity_max_tx_duration", text, values.state_transaction_seconds);
  }
}

/** In buffers; the view's names are those of before PostgreSQL 17, or of since then. */
const WRITER: Names = {
  background_stops: "stat_bgwriter_maxwritten_clean_total",
};
const WRITER_BUFFERS: Names = {
  background_bytes: "stat_bgwriter_buffers_clean_total",
  allocated_bytes: "stat_bgwriter_buffers_alloc_total",
};
const BEFORE_17: Names = {
  timed: "stat_bgwriter_checkpoints_timed_total",
  requested: "stat_bgwriter_checkpoints_req_total",
  write_ms: "stat_bgwriter_checkpoint_write_time_total",
  sync_ms: "stat_bgwriter_checkpoint_sync_time_total",
  backend_syncs: "stat_bgwriter_buffers_backend_fsync_total",
};
const BUFFERS_BEFORE_17: Names = {
  checkpoint_bytes: "stat_bgwriter_buffers_checkpoint_total",
  backend_bytes: "stat_bgwriter_buffers_backend_total",
};
const SINCE_17: Names = {
  timed: "stat_checkpointer_num_timed_total",
  requested: "stat_checkpointer_num_requested_total",
  restartpoints_timed: "stat_checkpointer_restartpoints_timed_total",
  restartpoints_requested: "stat_checkpointer_restartpoints_req_total",
  restartpoints_done: "stat_checkpointer_restartpoints_done_total",
  write_ms: "stat_checkpointer_write_time_total",
  sync_ms: "stat_checkpointer_sync_time_total",
};
const BUFFERS_SINCE_17: Names = { checkpoint_bytes: "stat_checkpointer_buffers_written_total" };

function addCheckpoints({ add, server }: Telling, told: Newest): void {
  const here = labelText({ server });
  const values: Numbers = rowsOf(told)[0]?.values ?? {};
  const isNew = values.restartpoints_done != null;
  const tell = (names: Names, divisor: number) => {
    for (const [key, name] of Object.entries(names)) {
      const value = values[key];
      if (value != null) add(`pg_${name}`, here, value / divisor);
    }
  };
  tell({ ...WRITER, ...(isNew ? SINCE_17 : BEFORE_17) }, 1);
  if (values.block_bytes)
    tell({ ...WRITER_BUFFERS, ...(isNew ? BUFFERS_SINCE_17 : BUFFERS_BEFORE_17) }, values.block_bytes);
}

const WAL: Names = {
  records: "stat_wal_records_total",
  full_page_images: "stat_wal_fpi_total",
  bytes: "stat_wal_bytes_total",
  buffers_full: "stat_wal_buffers_full_total",
};

function addWal({ add, server }: Telling, told: Newest): void {
  const values = rowsOf(told)[0]?.values ?? {};
  for (const [key, name] of Object.entries(WAL)) add(`pg_${name}`, labelText({ server }), values[key]);
}

const FOLLOWER: Names = {
  replay_lag_bytes: "stat_replication_pg_wal_lsn_diff",
  write_lag_seconds: "stat_replication_write_lag_seconds",
  flush_lag_seconds: "stat_replication_flush_lag_seconds",
  replay_lag_seconds: "stat_replication_replay_lag_seconds",
};
const SLOT: Names = {
  slot_active: "replication_slots_active",
  slot_retained_bytes: "replication_slots_pg_wal_lsn_diff",
  slot_safe_bytes: "replication_slot_safe_wal_size_bytes",
};

interface ReplicationFacts {
  senders?: readonly { application: string; client: string | null; state: string | null }[];
}

function addReplication(telling: Telling, told: Newest): void {
  const { add, server } = telling;
  const { rows, facts } = dataOf(told);
  const datids = datidsOf(telling);
  const states = new Map(
    ((facts ?? {}) as ReplicationFacts).senders?.map(({ application, client, state }) => [
      JSON.stringify([application, client]),
      state,
    ]),
  );
  for (const { labels, values } of onceEach(rows)) {
    const { application, client, slot, database } = labels;
    const tell = (names: Names, of: Readonly<Record<string, string>>) => {
      for (const [key, name] of Object.entries(names)) add(`pg_${name}`, labelText({ server, ...of }), values[key]);
    };
    if (application !== undefined) {
      const state = states.get(JSON.stringify([application, client ?? null]));
      tell(FOLLOWER, {
        application_name: application,
        ...(client !== undefined && { client_addr: client }),
        ...(state != null && { state }),
      });
    } else if (slot !== undefined) tell(SLOT, { slot_name: slot });
    else if (database !== undefined) {
      const datid = datids.get(database);
      if (datid !== undefined) tell({ conflicts: "stat_database_conflicts" }, { datid, datname: database });
    } else if (Object.keys(labels).length === 0) addLag(telling, values);
  }
}

/** A primary does not lag, also while the two probes differ about which it is. */
function addLag({ add, server, newest }: Telling, { replay_delay_seconds }: Numbers): void {
  const instance = newest.get("instance");
  const isPrimary = instance && dataOf(instance).rows[0]?.values.in_recovery === 0;
  add("pg_replication_lag_seconds", labelText({ server }), isPrimary ? 0 : replay_delay_seconds);
}

function datidsOf({ newest }: Telling): Map<string, string> {
  const table = newest.get("databases")?.exposed;
  const datids = new Map<string, string>();
  if (!table) return datids;
  const [name, oid] = [table.labels.indexOf("database"), table.values.indexOf("oid")];
  for (const [told, numbers] of table.rows) {
    const [datname, datid] = [told[name], numbers[oid]];
    if (datname != null && datid != null) datids.set(datname, String(datid));
  }
  return datids;
}
