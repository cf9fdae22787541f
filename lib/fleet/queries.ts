// Servers as they were last collected: read from our own database, never by asking a target.
import { pool, prepared } from "../db";
import { facetOf } from "../metrics/catalog";
import { remembered } from "../remembered";
import { type Actor, can, requirePermission } from "../users/permissions";
import { SERVER_STATUSES, type ServerSummary } from "./schema";
import type { ProbeRun } from "./status";
import { type LatestRows, type LatestValues, type ServerRow, toSummary } from "./summary";

/** Newest values of one server: probe → when and what. */
export type LatestOfServer = Record<string, { ts: string; data: unknown }>;

/** A time in ms since the epoch: as a text it would have to be read again. */
const MS = (time: string) => `(date_part('epoch', ${time}) * 1000)::int8`;

const SERVERS = `
  SELECT s.id, s.name, s.enabled, s.labels, s.host_kind, s.pg_host, s.pg_port, s.pg_user,
         s.pg_password IS NOT NULL AS has_password, s.pg_database, s.pg_sslmode,
         s.ssh_host, s.ssh_port, s.ssh_user, s.ssh_auth_type, s.ssh_key_id, s.ssh_password IS NOT NULL AS has_ssh_password,
         s.ssh_key_passphrase IS NOT NULL AS has_ssh_key_passphrase, s.intervals, p.runs
  FROM servers s
  CROSS JOIN LATERAL (
    SELECT json_agg(json_build_array(probe, interval_seconds, ${MS("last_run_at")}, ${MS("next_run_at")},
      ${MS("last_success_at")}, outcome, code, message)) AS runs
    FROM probe_state WHERE subject = s.id
  ) p
  WHERE $1::text IS NULL OR s.name = $1`;

// Only what the list shows leaves the database: with hundreds of servers the rest would take most of the time.
const LATEST = `
  SELECT subject, kind, CASE kind
    WHEN 'disk' THEN data->'partitions'
    WHEN 'cpu' THEN data->'usage_percent'
    WHEN 'memory' THEN data->'usage_percent'
    WHEN 'host_facts' THEN data->'boot_time'
    WHEN 'activity' THEN jsonb_path_query_array(data, '$.rows[*] ? (exists (@.labels.state))')
    WHEN 'storage' THEN jsonb_path_query_first(data, '$.rows[*] ? (@.labels.of == "data").values')
    ELSE data END AS data
  FROM latest JOIN servers s ON s.id = subject
  WHERE (kind IN ('instance', 'activity', 'disk', 'storage', 'cpu', 'memory') OR (kind = 'host_facts' AND s.pg_host IS NULL))
    AND ($1::text IS NULL OR s.name = $1)`;

/** All servers, the worst first, then by name. @throws AppError when the actor may not read servers */
export async function listServers(actor: Actor | null): Promise<ServerSummary[]> {
  requirePermission(actor, "servers:read");
  return readServers(null);
}

/** Whoever may change servers hears what became of the one that was changed, also with a token for nothing else. */
export function requireOneServer(actor: Actor | null): void {
  requirePermission(actor, actor && can(actor, "servers:write") ? "servers:write" : "servers:read");
}

/** One server, or null where none has that name. @throws AppError when the actor may neither read nor change servers */
export async function serverByName(actor: Actor | null, name: string): Promise<ServerSummary | null> {
  requireOneServer(actor);
  // No text of PostgreSQL holds this character, so no server's name does.
  if (name.includes("\0")) return null;
  return (await readServers(name))[0] ?? null;
}

/** What owns a server's series, and since when (seconds since the epoch). */
export interface Subject {
  id: number;
  since: number;
  has_postgres: boolean;
  /** Seconds by the name of the setting that they override. */
  intervals: Readonly<Record<string, number | null>>;
}

/** The subject of a server, or null where none has that name. @throws AppError when the actor may not read servers */
export async function subjectByName(actor: Actor | null, name: string): Promise<Subject | null> {
  requirePermission(actor, "servers:read");
  if (name.includes("\0")) return null;
  const subjects = remembered<Subject>("subjects", { channel: "dozor_servers", maxAgeMs: 60_000, most: 1_000 });
  return subjects.get(name, async () => {
    const { rows } = await pool().query<Subject>({
      name: prepared("subject-by-name"),
      text: "SELECT id, extract(epoch FROM created_at)::float8 AS since, pg_host IS NOT NULL AS has_postgres, intervals FROM servers WHERE name = $1",
      values: [name],
    });
    return rows[0] ? { value: rows[0], about: String(rows[0].id) } : null;
  });
}

/** The newest values of every probe of a server. @throws AppError when the actor may not read servers */
export async function latestOf(actor: Actor | null, server: Pick<ServerSummary, "id">): Promise<LatestOfServer> {
  requirePermission(actor, "servers:read");
  const { rows } = await pool().query<{ kind: string; ts: Date; data: unknown }>(
    "SELECT kind, ts, data FROM latest WHERE subject = $1",
    [server.id],
  );
  return Object.fromEntries(rows.map(({ kind, ts, data }) => [kind, { ts: ts.toISOString(), data }]));
}

/** A row of `probe_state`, its times in ms since the epoch. */
type Run = [
  probe: string,
  intervalSeconds: number,
  lastRunAt: number | null,
  nextRunAt: number | null,
  lastSuccessAt: number | null,
  ...told: [ProbeRun["outcome"], code: string | null, message: string | null],
];
type ListedRow = Omit<ServerRow, "probes"> & { runs: Run[] | null };

function probeRun([
  probe,
  intervalSeconds,
  lastRunAt,
  nextRunAt,
  lastSuccessAt,
  outcome,
  code,
  message,
]: Run): ProbeRun {
  const facet = facetOf(probe) ?? "postgres";
  return { probe, facet, intervalSeconds, lastRunAt, nextRunAt, lastSuccessAt, outcome, code, message };
}

async function readServers(name: string | null): Promise<ServerSummary[]> {
  const [{ rows }, latest] = await Promise.all([pool().query<ListedRow>(SERVERS, [name]), readLatest(name)]);
  const now = Date.now();
  return rows
    .map((server) =>
      // A copy of so many fields takes longer than all that is made of them.
      toSummary(Object.assign(server, { probes: (server.runs ?? []).map(probeRun) }), latest.get(server.id) ?? {}, now),
    )
    .sort(worstFirst);
}

async function readLatest(name: string | null): Promise<Map<number, LatestValues>> {
  const { rows } = await pool().query<{ subject: number; kind: string; data: unknown }>(LATEST, [name]);
  const values = new Map<number, LatestValues>();
  for (const { subject, kind, data } of rows) {
    values.set(subject, Object.assign(values.get(subject) ?? {}, latestValue(kind, data)));
  }
  return values;
}

// The collector wrote these rows from the probes' own types; they are not checked a second time.
function latestValue(kind: string, data: unknown): LatestValues {
  if (kind === "disk") return { partitions: data as LatestValues["partitions"] };
  if (kind === "storage") return { storage: data as LatestValues["storage"] };
  if (kind === "activity") return { activity: { rows: data as LatestRows["rows"] } };
  return { [kind]: data as LatestRows };
}

function worstFirst(a: ServerSummary, b: ServerSummary): number {
  return SERVER_STATUSES.indexOf(a.status) - SERVER_STATUSES.indexOf(b.status) || (a.name < b.name ? -1 : 1);
}
