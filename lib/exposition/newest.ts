// What was collected last of each server, as far as it is not too old to be told; read server by server, never all at once.
import { pool } from "../db";
import { type DerivedStatus, deriveStatus, type ProbeRun } from "../fleet/status";
import { isAsked } from "../fleet/summary";
import { facetOf } from "../metrics/catalog";
import type { Row } from "../probe";
import type { RowTable } from "../row-table";

/** A newest answer: what pages show of it, where that is asked for here, and what only the exposition tells. */
export interface Newest {
  /** Milliseconds since the epoch. */
  at: number;
  data: unknown;
  exposed: RowTable | null;
}

/** What a PostgreSQL probe's newest answer holds. */
export interface NewestRows {
  rows: readonly Row[];
  facts?: Readonly<Record<string, unknown>>;
}

export interface NewestOfServer {
  name: string;
  enabled: boolean;
  hasPostgres: boolean;
  runs: readonly ProbeRun[];
  status: DerivedStatus["status"];
  /** By probe; what is too old is not there. */
  newest: ReadonlyMap<string, Newest>;
}

/** Told from what pages show as well; of all others only what stands beside it, which spares most of the reading. */
const SHOWN = ["cpu", "disk", "network", "host_facts", "instance", "replication", "sizes"];
const KINDS = [...SHOWN, "memory", "memory_bandwidth", "pressure", "activity", "databases", "checkpoints", "wal"];

/** Between them others have their turn. */
const SERVERS_AT_ONCE = 10;
const INTERVALS_UNTIL_OLD = 3;
const LEAST_OLD_MS = 60_000;

/**
 * Whether something of time `at` that comes each `intervalSeconds` may still be told: for 3 intervals, at least a minute,
 * and one interval more, so that a single late answer makes no gap.
 */
export function isCurrent(at: number, intervalSeconds: number, now: number): boolean {
  const intervalMs = intervalSeconds * 1_000;
  return now - at <= Math.max(INTERVALS_UNTIL_OLD * intervalMs, LEAST_OLD_MS) + intervalMs;
}

interface ListedServer {
  id: number;
  name: string;
  enabled: boolean;
  host_kind: string | null;
  pg_host: string | null;
}

interface NewestRow {
  subject: number;
  kind: string;
  at: number;
  data: unknown;
  exposed: RowTable | null;
}

type RunRow = Omit<ProbeRun, "facet"> & { subject: number };

const MS = (time: string) => `(1000 * extract(epoch FROM ${time}))::float8`;

const RUNS = `SELECT subject, probe, interval_seconds AS "intervalSeconds", ${MS("last_run_at")} AS "lastRunAt",
    ${MS("next_run_at")} AS "nextRunAt", ${MS("last_success_at")} AS "lastSuccessAt", outcome, code, message
  FROM probe_state WHERE subject = ANY($1)`;
const NEWEST = `SELECT subject, kind, ${MS("ts")} AS at, CASE WHEN kind = ANY($3) THEN data END AS data, exposed
  FROM latest WHERE subject = ANY($1) AND kind = ANY($2)`;

/** All servers by name. */
export async function* newestOfServers(now: Date): AsyncGenerator<NewestOfServer, void, void> {
  const { rows: servers } = await pool().query<ListedServer>(
    "SELECT id, name, enabled, host_kind, pg_host FROM servers ORDER BY name",
  );
  for (let from = 0; from < servers.length; from += SERVERS_AT_ONCE) {
    const page = servers.slice(from, from + SERVERS_AT_ONCE);
    const ids = page.map(({ id }) => id);
    const [runs, newest] = await Promise.all([
      pool().query<RunRow>(RUNS, [ids]),
      pool().query<NewestRow>(NEWEST, [ids, KINDS, SHOWN]),
    ]);
    const runsOf = bySubject(runs.rows);
    const newestOf = bySubject(newest.rows);
    for (const server of page)
      yield toNewest(server, { runs: runsOf.get(server.id) ?? [], rows: newestOf.get(server.id) ?? [], now: +now });
  }
}

function bySubject<Of extends { subject: number }>(rows: readonly Of[]): Map<number, Of[]> {
  const found = new Map<number, Of[]>();
  for (const row of rows) {
    const known = found.get(row.subject);
    if (known) known.push(row);
    else found.set(row.subject, [row]);
  }
  return found;
}

interface Told {
  runs: readonly RunRow[];
  rows: readonly NewestRow[];
  now: number;
}

function toNewest(server: ListedServer, { runs, rows, now }: Told): NewestOfServer {
  const hasPostgres = server.pg_host !== null;
  // Of a paused one nothing is told but that: what was known of it is no news any more, however seldom it is asked.
  const asked = (server.enabled ? runs : [])
    .map((run): ProbeRun => ({ ...run, facet: facetOf(run.probe) ?? "postgres" }))
    .filter(isAsked(server));
  const intervals = new Map(asked.map(({ probe, intervalSeconds }) => [probe, intervalSeconds]));
  const newest = new Map<string, Newest>();
  for (const { kind, at, data, exposed } of rows) {
    // What a machine is does not grow old: it is told again with each connection.
    const interval = kind === "host_facts" ? Number.POSITIVE_INFINITY : intervals.get(kind);
    if (interval !== undefined && isCurrent(at, interval, now)) newest.set(kind, { at, data, exposed });
  }
  return {
    name: server.name,
    enabled: server.enabled,
    hasPostgres,
    runs: asked,
    status: deriveStatus({ enabled: server.enabled, hasPostgres, probes: asked, now }).status,
    newest,
  };
}
