// How collecting goes: what the collectors wrote down of themselves.
import { pool } from "../db";
import { listServers } from "../fleet/queries";
import { facetOf as facetOfProbe } from "../metrics/catalog";
import { type Actor, requirePermission } from "../users/permissions";
import type { CollectedServer, Collector, ProbeRuns } from "./schema";

/** Subject 1 stands for Dozor itself. */
const SELF = { id: 1, name: "dozor" };

interface StateRow extends Omit<ProbeRuns, "facet" | "last_run_at" | "last_success_at" | "next_run_at"> {
  subject: number;
  last_run_at: Date | null;
  last_success_at: Date | null;
  next_run_at: Date | null;
}

const STATES = `
  SELECT p.subject, p.probe, p.interval_seconds, p.last_run_at, p.duration_ms, p.outcome, p.code, p.message,
    p.last_success_at, p.failures, p.skipped::float8 AS skipped, p.next_run_at,
    coalesce(f.failed, 0)::int AS failures_last_hour
  FROM probe_state p
  LEFT JOIN (SELECT subject, probe, count(*) AS failed FROM run
    WHERE started_at > now() - interval '1 hour' AND outcome = 'failed' GROUP BY subject, probe) f
    ON f.subject = p.subject AND f.probe = p.probe
  ORDER BY p.subject, p.interval_seconds, p.probe`;

/** The oldest head row by its key, set by set: the head itself may hold an hour of many servers. */
const STANDING = `
  SELECT (SELECT min(head.ts)::float8 FROM series_set s, LATERAL (
      SELECT ts FROM sample_head WHERE set_id = s.id ORDER BY ts LIMIT 1) head) AS oldest_head,
    (SELECT last_archive_run FROM retention) AS last_cleanup,
    (SELECT max(created_at) FROM system_log WHERE source = 'maintenance' AND details ? 'jobs') AS last_maintenance,
    l.ts AS measured_at, (l.data #>> '{rows,0,values,samples_waiting}')::float8 AS waiting,
    (l.data #>> '{rows,0,values,samples_dropped}')::float8 AS dropped
  FROM (SELECT 1) AS one LEFT JOIN latest l ON l.subject = ${SELF.id} AND l.kind = 'self'`;

/** Who seals and cleans history lets its lease run out between two turns, a minute apart. */
const LEASES = `
  SELECT name, holder FROM lease
  WHERE until > now() - CASE name WHEN 'history' THEN interval '1 minute' ELSE interval '0' END`;

interface StandingRow {
  oldest_head: number | null;
  last_cleanup: Date | null;
  last_maintenance: Date | null;
  measured_at: Date | null;
  waiting: number | null;
  dropped: number | null;
}

const isoOf = (time: Date | number | null | undefined): string | null =>
  time === null || time === undefined ? null : new Date(time).toISOString();

const facetOf = (subject: number, probe: string): ProbeRuns["facet"] =>
  subject === SELF.id ? "self" : (facetOfProbe(probe) ?? "postgres");

function toProbe({ subject, ...row }: StateRow, enabled: boolean): ProbeRuns {
  return {
    ...row,
    facet: facetOf(subject, row.probe),
    last_run_at: isoOf(row.last_run_at),
    last_success_at: isoOf(row.last_success_at),
    next_run_at: enabled ? isoOf(row.next_run_at) : null,
  };
}

/** `host:4711:0f3c…` as people tell instances apart. */
function shortName(holder: string): string {
  const [host = holder, pid = "", id = ""] = holder.split(":");
  return `${host}:${pid}${id && `:${id.slice(0, 4)}`}`;
}

function instancesOf(leases: readonly { name: string; holder: string }[]): Collector["instances"] {
  return [...new Set(leases.map(({ holder }) => holder))].sort().map((holder) => {
    const held = leases.filter((lease) => lease.holder === holder).map(({ name }) => name);
    return {
      name: shortName(holder),
      servers: held.filter((name) => name.startsWith("server:") && name !== `server:${SELF.id}`).length,
      duties: (["history", "maintenance"] as const).filter((duty) => held.includes(duty)),
    };
  });
}

/** Every server and probe with how it fared, who asks it, and how what was collected is stored. @throws AppError unauthenticated, forbidden */
export async function readCollector(actor: Actor | null): Promise<Collector> {
  requirePermission(actor, "collector:read");
  const [servers, { rows: states }, { rows: leases }, { rows: standings }] = await Promise.all([
    listServers(actor),
    pool().query<StateRow>(STATES),
    pool().query<{ name: string; holder: string }>(LEASES),
    pool().query<StandingRow>(STANDING),
  ]);
  const holders = new Map(leases.map(({ name, holder }) => [name, shortName(holder)]));
  const probesOf = (id: number, enabled: boolean) =>
    states.filter(({ subject }) => subject === id).map((row) => toProbe(row, enabled));
  const collected = servers.map(({ id, name, enabled, status, reason }): CollectedServer => {
    const instance = enabled ? (holders.get(`server:${id}`) ?? null) : null;
    return { id, name, enabled, status, reason, instance, probes: probesOf(id, enabled) };
  });
  const self: CollectedServer = {
    ...{ ...SELF, enabled: true, status: null, reason: null },
    instance: holders.get(`server:${SELF.id}`) ?? null,
    probes: probesOf(SELF.id, true),
  };
  const [standing] = standings;
  return {
    servers: [...collected, self],
    instances: instancesOf(leases),
    samples: {
      measured_at: isoOf(standing?.measured_at),
      waiting: standing?.waiting ?? null,
      dropped: standing?.dropped ?? null,
    },
    history: {
      oldest_unsealed_at: isoOf(standing?.oldest_head),
      last_cleanup_at: isoOf(standing?.last_cleanup),
      last_maintenance_at: isoOf(standing?.last_maintenance),
    },
    timestamp: new Date().toISOString(),
  };
}
