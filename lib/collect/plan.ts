// What has to be asked, and how often: pure, from servers, settings and watch leases.
import type { IntervalSetting, Probe } from "../probe";
import { phaseOf } from "./schedule";

/** A server as the collector needs it; secrets are decrypted only where the connection is opened. */
export interface CollectedServer {
  id: number;
  name: string;
  hostKind: "local" | null;
  postgres: TargetAddress | null;
}

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

/** A watch lease: somebody looks at one facet of a subject and wants its values this often. */
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

/** Seconds between two runs of a probe under these settings. */
export function intervalOf(probe: Probe, intervals: Intervals): number {
  return intervals[probe.interval] * (probe.every ?? 1);
}

const FAST: readonly IntervalSetting[] = ["sampling_interval_seconds", "collect_interval"];

function hasFacet(server: CollectedServer, probe: Probe): boolean {
  return probe.facet === "host" ? server.hostKind !== null : server.postgres !== null;
}

/**
 * Every task that should exist now: each probe of each facet a server has, and beside it a live one while a
 * watch asks for it more often than the schedule does.
 */
export function plan(input: {
  servers: readonly CollectedServer[];
  probes: readonly Probe[];
  intervals: Intervals;
  watches: readonly Watch[];
}): TaskSpec[] {
  const specs: TaskSpec[] = [];
  for (const server of input.servers) {
    for (const probe of input.probes) {
      if (!hasFacet(server, probe)) continue;
      const intervalMs = intervalOf(probe, input.intervals) * 1000;
      const task = { server, probe, phaseMs: phaseOf(server.id, intervalMs) };
      specs.push({ ...task, key: `${server.id}:${probe.name}`, live: false, intervalMs });
      const wanted = input.watches
        .filter((watch) => watch.subject === server.id && watch.kind === probe.facet)
        .map((watch) => Math.max(1, watch.intervalSeconds) * 1000);
      const liveMs = Math.min(...wanted);
      if (FAST.includes(probe.interval) && liveMs < intervalMs) {
        specs.push({ ...task, key: `${server.id}:${probe.name}:live`, live: true, intervalMs: liveMs, phaseMs: 0 });
      }
    }
  }
  return specs;
}
