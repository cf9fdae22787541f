// Newest answers of many servers at once, as large ones tell them, made in the database: the same for tests and benchmarks.
import { pool } from "../../lib/db";
import type { Row } from "../../lib/probe";
import { toTable } from "../../lib/row-table";

const COUNTERS = [
  ...["commits", "rollbacks", "blocks_hit", "blocks_read", "tuples_returned", "tuples_fetched", "tuples_inserted"],
  ...["tuples_updated", "tuples_deleted", "temp_files", "temp_bytes", "deadlocks", "rows_written"],
  ...["block_read_ms", "block_write_ms", "session_ms", "active_ms", "idle_in_transaction_ms", "sessions"],
];

/** Counters have a dozen digits, and times decimals. */
const valueAt = (database: number, counter: number): number =>
  COUNTERS[counter]?.endsWith("_ms")
    ? (database + 1) * 9_876_543.219 + counter
    : (database + 1) * 1_234_567_891 + counter * 7;

function databasesOf(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    labels: { database: `database_${i}` },
    values: {
      ...Object.fromEntries(COUNTERS.map((name, j) => [name, valueAt(i, j)])),
      connections: i % 20,
      oid: 16_384 + i,
    },
  }));
}

function sizesOf(count: number): { rows: Row[] } {
  return {
    rows: databasesOf(count).map(({ labels }, i) => ({ labels, values: { size_bytes: 7_500_000 * (i + 1) } })),
  };
}

function activityOf(count: number): Row[] {
  return ["active", "idle"].flatMap((state) =>
    databasesOf(count).map(({ labels }, i) => ({
      labels: { ...labels, state },
      values: { state_sessions: 1 + (i % 9), state_transaction_seconds: 0 },
    })),
  );
}

export interface FleetSize {
  servers: number;
  databases: number;
}

/** Adds servers `s000`, `s001` …, whose databases, sizes and sessions were asked just now. @returns their numbers */
export async function addLargeFleet({ servers, databases }: FleetSize): Promise<number[]> {
  const { rows } = await pool().query<{ id: number }>(
    `WITH made AS (INSERT INTO subject (kind) SELECT 'server' FROM generate_series(1, $1) RETURNING id)
     INSERT INTO servers (id, name, host_kind, pg_host, pg_port, pg_user, pg_database)
     SELECT id, 's' || lpad((row_number() OVER (ORDER BY id) - 1)::text, 3, '0'), 'ssh', '10.0.0.1', 5432, 'watcher', 'postgres'
     FROM made RETURNING id`,
    [servers],
  );
  const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
  const answers: Answer[] = [
    { kind: "databases", data: { rows: [] }, exposed: databasesOf(databases) },
    { kind: "activity", data: { rows: [] }, exposed: activityOf(databases) },
    { kind: "sizes", data: sizesOf(databases) },
  ];
  for (const answer of answers) await tellOfAll(ids, answer);
  return ids;
}

export interface Answer {
  kind: string;
  data: unknown;
  exposed?: readonly Row[] | undefined;
}

/** Each of these servers has just told the same; it is current for an hour. */
export async function tellOfAll(ids: readonly number[], { kind, data, exposed }: Answer): Promise<void> {
  await pool().query(
    "INSERT INTO latest (subject, kind, ts, data, exposed) SELECT id, $2, now(), $3, $4 FROM unnest($1::int[]) AS id",
    [ids, kind, JSON.stringify(data), exposed ? JSON.stringify(toTable(exposed)) : null],
  );
  await pool().query(
    `INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at, outcome, last_success_at, next_run_at)
     SELECT id, $2, 3600, now(), 'ok', now(), now() + interval '1 h' FROM unnest($1::int[]) AS id`,
    [ids, kind],
  );
}
