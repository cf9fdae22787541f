// The questions of one instance: which there are now, and what it hears that changes them at once.
import { listen } from "../db";
import { openLocalHost } from "../host/connect";
import { log } from "../log";
import { forgetPlaces } from "../metrics/slots";
import { forgetSettings } from "../settings/queries";
import { ask, latestOf } from "./ask";
import { createChangeReporter } from "./changes";
import { coalesced } from "./coalesced";
import { createCosts } from "./costs";
import { createCounting } from "./counting";
import { createEnding } from "./ending";
import { createEngine, type Engine } from "./engine";
import { lastTold } from "./fleet";
import { tellMachine } from "./host-facts";
import { createInventory } from "./inventory";
import { createLiveSessions } from "./live-sessions";
import { createMachines } from "./machines";
import type { CollectedServer, TaskSpec } from "./plan";
import type { Recorder } from "./record";
import { repeat } from "./repeat";
import type { Rounds } from "./rounds";
import { createSelfProbe } from "./self";
import { createTargets } from "./targets";
import { createTenure } from "./tenure";
import { createView } from "./view";

/** How often it is looked whether anything has to be read or renewed. */
const BEAT_MS = 1_000;

/** What the collector's page asks for: `<subject>:<probe>`, or `<subject>:` for all of its probes. */
function runNow(engine: Engine, payload: string): void {
  const [, subject, probe] = /^(\d{1,9}):(.*)$/.exec(payload) ?? [];
  if (subject !== undefined) engine.runNow(Number(subject), probe || null);
}

interface AskingParts {
  /** Under whose name this instance takes leases. */
  holder: string;
  recorder: Recorder;
  rounds: Rounds;
  /** Is told what there is to ask from now on, and when each task was asked last; says what is asked, new ones at once. */
  planned?(specs: readonly TaskSpec[], told: ReadonlyMap<string, number>): readonly TaskSpec[];
}

/** Begins to ask what this instance holds leases of. @returns the function that stops it; leases are given back elsewhere */
export async function startAsking({ holder, recorder, rounds, planned }: AskingParts): Promise<() => Promise<void>> {
  const costs = createCosts();
  const host = openLocalHost();
  const counting = createCounting(host);
  const sources = {
    host,
    targets: createTargets({ onOpened: costs.opened }),
    machines: createMachines({
      onHost(server, machine) {
        counting.meet(server, machine);
        return tellMachine(server, machine);
      },
    }),
    asks: costs.asks,
  };
  const view = createView(holder, createSelfProbe(recorder.counts), costs.probeOf);
  const tenure = createTenure();
  const changes = createChangeReporter();
  const inventory = createInventory(recorder);
  const liveSessions = createLiveSessions();
  const engine = createEngine({
    ask: (spec, before) => ask(spec, sources, before),
    latestOf,
    record(result) {
      rounds.count(result);
      costs.count(result);
      if (!liveSessions.record(result)) inventory.record(result);
    },
    onChange: changes.report,
    mayAsk: tenure.holds,
    now: Date.now,
    random: Math.random,
  });
  let stopped = false;
  let refreshing: Promise<void> = Promise.resolve();
  let asked: ReadonlyMap<number, CollectedServer> = new Map();
  const ending = createEnding({
    holder,
    targets: sources.targets,
    servers: () => (tenure.holds() ? asked : new Map()),
  });

  // One after the other: an older answer must not undo what a newer one says.
  const reconcile = coalesced(async () => {
    const specs = await view.specs();
    const names = new Map(specs.map(({ server }) => [server.id, server.name]));
    const machines = specs.flatMap(({ server: { id, postgres } }) => (postgres === null ? [id] : []));
    await changes.learn(names, new Set(machines));
    await inventory.learn(names);
    const told = await lastTold([...names.keys()].filter((id) => !asked.has(id) && !view.isNew(id)));
    if (planned) engine.reconcile(planned(specs, told));
    else engine.reconcile(specs, told);
    asked = new Map(specs.map(({ server }) => [server.id, server]));
    const ids = new Set(asked.keys());
    recorder.retain(ids);
    costs.retain(ids);
    const gone = new Set([...view.leaving()].filter((id) => !ids.has(id)));
    const servers = specs.map(({ server }) => server);
    const closed = Promise.all([
      sources.targets.retain(ids),
      sources.machines.retain(servers),
      liveSessions.retain(specs),
    ]);
    closed
      .then(() => (gone.size > 0 ? recorder.settled() : undefined))
      .then(() => view.giveBack(gone))
      .catch((error) => log.warn({ err: error }, "leases could not be given back; they run out"));
    // Last, since it may ask our database: answers of what was planned above come any moment.
    await counting.retain(specs);
  });
  const refresh = coalesced(async () => {
    if (stopped) return;
    refreshing = tenure.renew(async () => {
      await view.refresh();
      const claimedAt = view.claimedAt();
      await reconcile();
      return claimedAt;
    });
    await refreshing;
  });
  const hears: Record<string, (payload: string) => unknown> = {
    dozor_watch: () => view.readWatches().then(reconcile),
    dozor_settings: () => {
      forgetSettings();
      return reconcile();
    },
    // Paused, resumed, added, changed or gone.
    dozor_servers: refresh,
    // Another instance came, went, or gave something back.
    dozor_lease: () => {
      view.lookAgain();
      return refresh();
    },
    dozor_run: (payload) => runNow(engine, payload),
    dozor_end_session: ending.hear,
    // Series of a subject have other labels now.
    dozor_places: (payload) => forgetPlaces(Number(payload)),
  };
  const hear = async (payload: string, channel: string): Promise<void> => {
    await hears[channel]?.(payload);
  };
  // Our database may have crashed, or be another one now: what we know of its content may no longer hold.
  const onReconnect = () => {
    forgetPlaces();
    inventory.forget();
    view.forgetFacts();
    sources.machines.tellAgain();
    recorder.restore();
    for (const channel of ["dozor_watch", "dozor_settings", "dozor_servers"]) hear("", channel).catch(() => {});
  };
  const stopListening = await listen(
    Object.keys(hears),
    (payload, channel) => void hear(payload, channel).catch(() => {}),
    onReconnect,
  );
  const beating = setInterval(tenure.beat, BEAT_MS);
  const stopRefreshing = repeat("refresh", BEAT_MS, async () => {
    if (view.isDue()) await refresh();
  });
  engine.start();

  return async () => {
    stopped = true;
    engine.stop();
    clearInterval(beating);
    // A refresh under way would claim again the leases that are given back later.
    await Promise.allSettled([stopRefreshing(), refreshing, stopListening()]);
    await Promise.allSettled([
      changes.close(),
      inventory.close(),
      liveSessions.close(),
      sources.targets.close(),
      ending.close(),
      sources.machines.close(),
      counting.close(),
      sources.host.close(),
    ]);
  };
}
