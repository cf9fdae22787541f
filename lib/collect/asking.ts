// The questions of one instance: which there are now, and what it hears that changes them at once.
import { listen } from "../db";
import { openLocalHost } from "../host/connect";
import { forgetPlaces } from "../metrics/slots";
import { forgetSettings } from "../settings/queries";
import { ask, latestOf } from "./ask";
import { createChangeReporter } from "./changes";
import { coalesced } from "./coalesced";
import { createEngine, type Engine } from "./engine";
import { createInventory } from "./inventory";
import type { Recorder } from "./record";
import { repeat } from "./repeat";
import type { Rounds } from "./rounds";
import { createSelfProbe } from "./self";
import { createTargets } from "./targets";
import { createView } from "./view";

const REFRESH_MS = 5_000;

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
}

/** Begins to ask what this instance holds leases of. @returns the function that stops it; leases are given back elsewhere */
export async function startAsking({ holder, recorder, rounds }: AskingParts): Promise<() => Promise<void>> {
  const sources = { host: openLocalHost(), targets: createTargets() };
  const view = createView(holder, createSelfProbe(recorder.counts));
  const changes = createChangeReporter();
  const inventory = createInventory(recorder);
  const engine = createEngine({
    ask: (spec, before) => ask(spec, sources, before),
    latestOf,
    record(result) {
      rounds.count(result);
      inventory.record(result);
    },
    onChange: changes.report,
    now: Date.now,
    random: Math.random,
  });
  let stopped = false;
  let refreshing: Promise<void> = Promise.resolve();

  async function reconcile(): Promise<void> {
    const specs = await view.specs();
    const names = new Map(specs.map(({ server }) => [server.id, server.name]));
    await changes.learn(names);
    await inventory.learn(names);
    engine.reconcile(specs);
    const asked = new Set(names.keys());
    recorder.retain(asked);
    sources.targets.retain(asked);
  }
  const refresh = coalesced(async () => {
    if (stopped) return;
    refreshing = view.refresh().then(reconcile);
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
    dozor_run: (payload) => runNow(engine, payload),
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
    recorder.restore();
    for (const channel of ["dozor_watch", "dozor_settings", "dozor_servers"]) hear("", channel).catch(() => {});
  };
  const stopListening = await listen(
    Object.keys(hears),
    (payload, channel) => void hear(payload, channel).catch(() => {}),
    onReconnect,
  );
  const stopRefreshing = repeat("refresh", REFRESH_MS, refresh);
  engine.start();

  return async () => {
    stopped = true;
    engine.stop();
    // A refresh under way would claim again the leases that are given back later.
    await Promise.allSettled([stopRefreshing(), refreshing, stopListening()]);
    await Promise.allSettled([changes.close(), inventory.close(), sources.targets.close(), sources.host.close()]);
  };
}
