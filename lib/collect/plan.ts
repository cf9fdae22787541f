// What has to be asked, and how often: pure, from servers, settings and watch leases.
import type { CostProbe, IntervalSetting, Probe } from "../probe";
import { phaseOf } from "./schedule";

/** A server as the collector needs it; secrets are decrypted only where the connection is opened. */
export interface CollectedServer {
  id: number;
  name: string;
  /** How its machine is reached; null: not at all. */
  hostKind: "local" | "ssh" | null;
  postgres: TargetAddress | null;
  /** Of a machine that is reached over SSH. */
  ssh: SshAddress | null;
  /** Seconds that go before those of the settings. */
  intervals: OwnIntervals;
}

export type OwnIntervals = Partial<
  Record<"collect_interval" | "size_update_interval" | "db_check_interval", number | null>
>;

/** How to reach a PostgreSQL server; `password` is sealed. */
export interface TargetAddress {
  host: string;
  port: number;
  user: string;
  password: string | null;
  database: string;
  sslmode: string;
  ca: string | null;
}

/** How to reach a machine over SSH; `password` and `passphrase` are sealed. */
export interface SshAddress {
  host: string;
  port: number;
  user: string;
  auth:
    | { type: "password"; password: string | null }
    /** `changedAt`: of the key, which may become another one. */
    | { type: "key"; keyId: number; changedAt: string; passphrase: string | null };
  /** Those that somebody has confirmed, as `type base64`. */
  hostKeys: readonly string[];
}

/** A watch lease: somebody looks at one facet of a subject, or at what a watched probe tells, and wants it this often. */
export interface Watch {
  subject: number;
  kind: string;
  intervalSeconds: number;
}

/** One question to one server on a schedule. `live` answers go to viewers only, never into history. */
export interface TaskSpec {
  key: string;
  server: CollectedServer;
  probe: Probe;
  live: boolean;
  intervalMs: number;
  phaseMs: number;
}

export type Intervals = Record<IntervalSetting, number>;

/** Seconds between two runs of a probe: by the server's own intervals, or else by the settings. */
export function intervalOf(probe: Probe, intervals: Intervals, own: OwnIntervals = {}): number {
  return ({ ...intervals, ...withoutNulls(own) }[probe.interval] ?? 1) * (probe.every ?? 1);
}

function withoutNulls(own: OwnIntervals): Partial<Intervals> {
  return Object.fromEntries(Object.entries(own).filter(([, seconds]) => typeof seconds === "number"));
}

const FAST: readonly IntervalSetting[] = ["sampling_interval_seconds", "collect_interval"];

/** Whether a server has what a probe of that facet asks. */
const HAS: Readonly<Record<Probe["facet"], (server: CollectedServer) => boolean>> = {
  host: ({ hostKind }) => hostKind !== null,
  postgres: ({ postgres }) => postgres !== null,
  storage: ({ postgres, hostKind }) => postgres !== null && hostKind !== null,
  cost: ({ postgres }) => postgres !== null,
};

export interface PlanInput {
  servers: readonly CollectedServer[];
  probes: readonly Probe[];
  /** Asked only while a watch of the probe's own name wants it. */
  watched?: readonly Probe[];
  /** What tells the cost of watching a server; each has its own. */
  costOf?: (server: CollectedServer) => CostProbe;
  intervals: Intervals;
  watches: readonly Watch[];
}

/**
 * Every task that should exist now: each probe of each facet a server has, and beside it a live one while a
 * watch asks for it more often than the schedule does. Watched probes have live ones alone.
 */
export function plan({ servers, probes, watched = [], costOf, intervals, watches }: PlanInput): TaskSpec[] {
  const fastest = fastestWatches(watches);
  const onSchedule = servers.flatMap((server) =>
    [...probes, ...(costOf ? [costOf(server)] : [])]
      .filter((probe) => HAS[probe.facet](server))
      .flatMap((probe): TaskSpec[] => {
        const intervalMs = intervalOf(probe, intervals, server.intervals) * 1000;
        const key = `${server.id}:${probe.name}`;
        const task = { server, probe, phaseMs: phaseOf(server.id, intervalMs) };
        const scheduled = { ...task, key, live: false, intervalMs };
        const liveMs = fastest.get(`${server.id}:${probe.facet}`) ?? Number.POSITIVE_INFINITY;
        if (!FAST.includes(probe.interval) || liveMs >= intervalMs || isSlow(probe)) return [scheduled];
        return [scheduled, { ...task, key: `${key}:live`, live: true, intervalMs: liveMs, phaseMs: 0 }];
      }),
  );
  const whileWatched = servers.flatMap((server) =>
    watched.flatMap((probe): TaskSpec[] => {
      const intervalMs = fastest.get(`${server.id}:${probe.name}`);
      if (intervalMs === undefined || !HAS[probe.facet](server)) return [];
      return [{ key: `${server.id}:${probe.name}:live`, server, probe, live: true, intervalMs, phaseMs: 0 }];
    }),
  );
  return [...onSchedule, ...whileWatched];
}

const isSlow = (probe: Probe): boolean => probe.facet === "host" && probe.live === false;

/** By subject and facet or watched probe: the shortest interval in milliseconds that somebody wants, at least a second. */
function fastestWatches(watches: readonly Watch[]): Map<string, number> {
  const fastest = new Map<string, number>();
  for (const { subject, kind, intervalSeconds } of watches) {
    const key = `${subject}:${kind}`;
    const wanted = Math.max(1, intervalSeconds) * 1000;
    fastest.set(key, Math.min(wanted, fastest.get(key) ?? wanted));
  }
  return fastest;
}

/** Whether the same server is to be reached in another way now. */
export function isElsewhere({ server: old }: TaskSpec, { server }: TaskSpec): boolean {
  if (old === server) return false;
  return JSON.stringify([old.postgres, old.ssh]) !== JSON.stringify([server.postgres, server.ssh]);
}
