// What one instance watches now: the servers it holds leases of, the settings, and who looks at what.
import { performance } from "node:perf_hooks";
import { hostFacts } from "../host/facts";
import { hostProbes } from "../host/probes";
import { log } from "../log";
import { postgresProbes, storageProbes, watchedProbes } from "../postgres/probes";
import type { CostProbe, Probe } from "../probe";
import { settings } from "../settings/queries";
import { coalesced } from "./coalesced";
import { mayCount } from "./counting";
import { enabledServers, type RunningWatch, runningWatches } from "./fleet";
import { writeHostFacts } from "./host-facts";
import { releaseServers, takeShare } from "./lease";
import { type CollectedServer, plan, type TaskSpec } from "./plan";
import { SELF_SUBJECT, type SelfProbe, selfSpec } from "./self";

const RENEW_MS = 10_000;
/** How often the configuration is read, though every change of it is told. */
const READ_MS = 5_000;
/** A server that was added, or is not paused any more, is new for this long: it is asked at once. */
const NEW_MS = 10_000;
const PROBES: readonly Probe[] = [...hostProbes, ...postgresProbes, ...storageProbes];

/** The view of the instance that claims leases as `holder`. Spans are measured by the monotonic clock: a stepped one must not keep leases from being renewed. */
export function createView(holder: string, selfProbe: SelfProbe, costOf?: (server: CollectedServer) => CostProbe) {
  let servers: CollectedServer[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  /** When each server was seen first, of those that came after the first reading. */
  let cameAt = new Map<number, number>();
  let owned = new Set<number>();
  let leaving = new Set<number>();
  let giving: Promise<void> = Promise.resolve();
  let claimedAt = Number.NEGATIVE_INFINITY;
  let look = { at: Number.NEGATIVE_INFINITY, of: "" };
  let watches: RunningWatch[] = [];
  let factsOf = "";

  async function read(): Promise<void> {
    const now = performance.now();
    const found = await enabledServers();
    const before = new Set(servers.map(({ id }) => id));
    const isFirst = readAt === Number.NEGATIVE_INFINITY;
    const came = (id: number) => cameAt.get(id) ?? (isFirst || before.has(id) ? undefined : now);
    cameAt = new Map(found.flatMap(({ id }) => (came(id) === undefined ? [] : [[id, came(id) ?? now] as const])));
    servers = found;
    readAt = now;
  }

  async function claim(): Promise<void> {
    const ids = servers.map((server) => server.id);
    const now = performance.now();
    if (now < look.at && look.of === ids.join()) return;
    const share = await takeShare(holder, { servers: ids, beside: [SELF_SUBJECT], leaving });
    owned = share.owned;
    claimedAt = now;
    leaving = new Set([...leaving, ...share.surplus]);
    look = { at: now + Math.min(RENEW_MS, share.lookAgainMs), of: ids.join() };
  }

  function tellFacts(): void {
    const mine = servers.filter(({ id, hostKind }) => hostKind === "local" && owned.has(id)).map(({ id }) => id);
    if (factsOf === mine.join()) return;
    factsOf = mine.join();
    hostFacts()
      .then((facts) => writeHostFacts(mine, facts))
      .catch((error) => {
        factsOf = "";
        log.warn({ err: error }, "facts of this machine could not be written down");
      });
  }

  const readWatches = coalesced(async () => {
    watches = await runningWatches();
  });

  /** When the first of those who look stops doing so. */
  const firstEnd = () => Math.min(...watches.map(({ until }) => until));

  return {
    /** Reads the servers, and renews leases where it is time. @throws when our database does not answer */
    async refresh(): Promise<void> {
      await read();
      await claim();
      tellFacts();
    },
    /** Whether a refresh is worth it now. */
    isDue: (): boolean => performance.now() >= Math.min(look.at, readAt + READ_MS, firstEnd()),
    /** Another instance came or gave something back: leases are looked at with the next refresh. */
    lookAgain(): void {
      look.at = Number.NEGATIVE_INFINITY;
    },
    /** Servers whose leases wait to be given back: see `giveBack`. */
    leaving: (): ReadonlySet<number> => leaving,
    /** When leases were asked for last, by the monotonic clock. */
    claimedAt: () => claimedAt,
    /** Gives back leases of servers that nobody here asks any more, and no lease that was taken again since. */
    giveBack(gone: ReadonlySet<number>): Promise<void> {
      const given = giving.then(async () => {
        const still = [...gone].filter((server) => leaving.has(server));
        if (still.length === 0) return;
        await releaseServers(holder, still).finally(() => {
          leaving = new Set([...leaving].filter((server) => !gone.has(server)));
        });
      });
      giving = given.catch(() => {});
      return given;
    },
    /** Whether a server was added or resumed just now. */
    isNew: (server: number): boolean => performance.now() - (cameAt.get(server) ?? Number.NEGATIVE_INFINITY) < NEW_MS,
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
      watches = watches.filter((watch) => watch.until > now);
      const self = owned.has(SELF_SUBJECT) ? [selfSpec(selfProbe, intervals.sampling_interval_seconds)] : [];
      const planned = plan({
        servers: servers.filter((server) => owned.has(server.id)),
        probes: PROBES,
        watched: watchedProbes,
        ...(costOf && { costOf }),
        intervals,
        watches,
      });
      return [...self, ...planned.filter((task) => mayCount(task, intervals))];
    },
  };
}
