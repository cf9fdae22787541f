// What one instance watches now: the servers it holds leases of, the settings, and who looks at what.
import { performance } from "node:perf_hooks";
import { pool } from "../db";
import { hostFacts } from "../host/facts";
import { hostProbes } from "../host/probes";
import { log } from "../log";
import { postgresProbes } from "../postgres/probes";
import type { Probe } from "../probe";
import { settings } from "../settings/queries";
import { coalesced } from "./coalesced";
import { enabledServers, type RunningWatch, runningWatches } from "./fleet";
import { claimServers } from "./lease";
import { type CollectedServer, plan, type TaskSpec } from "./plan";
import { SELF_SUBJECT, type SelfProbe, selfSpec } from "./self";

const RENEW_MS = 10_000;
const PROBES: readonly Probe[] = [...hostProbes, ...postgresProbes];

/** Writes this machine's fixed facts where pages look for them. */
async function writeHostFacts(servers: readonly number[]): Promise<void> {
  await pool().query(
    `INSERT INTO latest (subject, kind, ts, data) SELECT id, 'host_facts', now(), $2 FROM unnest($1::int[]) AS id
     ON CONFLICT (subject, kind) DO UPDATE SET ts = excluded.ts, data = excluded.data`,
    [servers, JSON.stringify(await hostFacts())],
  );
}

/** The view of the instance that claims leases as `holder`. Spans are measured by the monotonic clock: a stepped one must not keep leases from being renewed. */
export function createView(holder: string, selfProbe: SelfProbe) {
  let servers: CollectedServer[] = [];
  let owned = new Set<number>();
  let claimed = { at: Number.NEGATIVE_INFINITY, ids: new Set<number>() };
  let watches: RunningWatch[] = [];
  let factsOf = "";

  async function claim(): Promise<void> {
    const ids = [SELF_SUBJECT, ...servers.map((server) => server.id)];
    const now = performance.now();
    if (now - claimed.at < RENEW_MS && ids.every((id) => claimed.ids.has(id))) return;
    owned = await claimServers(holder, ids);
    claimed = { at: now, ids: new Set(ids) };
  }

  function tellFacts(): void {
    const mine = servers.filter(({ id, hostKind }) => hostKind === "local" && owned.has(id)).map(({ id }) => id);
    if (factsOf === mine.join()) return;
    factsOf = mine.join();
    writeHostFacts(mine).catch((error) => {
      factsOf = "";
      log.warn({ err: error }, "facts of this machine could not be written down");
    });
  }

  const readWatches = coalesced(async () => {
    watches = await runningWatches();
  });

  return {
    /** Reads the servers, and renews leases where it is time. @throws when our database does not answer */
    async refresh(): Promise<void> {
      servers = await enabledServers();
      await claim();
      tellFacts();
    },
    /** Reads who looks. */
    readWatches,
    /** What only the database holds may be gone: writes the machine's facts again at the next refresh. */
    forgetFacts(): void {
      factsOf = "";
    },
    /** Everything to be asked now. */
    async specs(): Promise<TaskSpec[]> {
      const intervals = await settings();
      const now = performance.now();
      const self = owned.has(SELF_SUBJECT) ? [selfSpec(selfProbe, intervals.sampling_interval_seconds)] : [];
      const planned = plan({
        servers: servers.filter((server) => owned.has(server.id)),
        probes: PROBES,
        intervals,
        watches: watches.filter((watch) => watch.until > now),
      });
      return [...self, ...planned];
    },
  };
}
