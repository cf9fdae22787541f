// What has to be done about live streams while nobody asks: by one instance at a time, each part at its own pace.
import { performance } from "node:perf_hooks";
import { listen } from "../db";
import { log } from "../log";
import { writeSamples } from "../metrics/write";
import { settings } from "../settings/queries";
import { areThereStreams } from "../streams/any";
import { autoEndTurn } from "../streams/auto-end/turn";
import { beginDeliveries } from "../streams/deliveries";
import { sampleChannels } from "../streams/series";
import { followSilence } from "../streams/silence";
import { pollDueSources } from "../streams/sources/turn";
import { createLeadership } from "./leadership";
import { STREAMS_LEASE } from "./lease";

/** The longest pause of a part. */
const TURN_MS = 1_000;
/** Turns that are that far apart were missed: this process stood still. */
const GAP_MS = 10_000;
/** Nothing is due sooner than that: a part that says so all the time must not keep a processor busy. */
const LEAST_MS = 20;

/**
 * One part of the work, told for how long it has gone on without a failure or a gap. It tells in how many milliseconds it
 * wants its next turn; nothing: in a second.
 */
export type Part = (leadingForMs: number) => Promise<number | undefined>;

/** By name: makes a part when this instance begins to lead. */
export type Parts = Readonly<Record<string, () => Part>>;

/** What has to be done whoever does it, and however often. */
export const lastingParts = (lateMs?: number): Parts => ({
  "auto-end": () => (leadingForMs) => autoEndTurn(undefined, leadingForMs, lateMs),
  commands: () => async () => void (await beginDeliveries()),
  sources: () => () => pollDueSources(),
  samples: createSampling,
});

/** Makes a part that has nothing to do while there are no streams. */
const whereStreamsAre = (make: () => Part) => (): Part => {
  const part = make();
  return async (leadingForMs) => ((await areThereStreams()) ? part(leadingForMs) : undefined);
};

const PARTS: Parts = Object.fromEntries(
  Object.entries({
    silence: () => async (leadingForMs: number) => void (await followSilence(leadingForMs)),
    ...lastingParts(),
  }).map(([name, make]) => [name, whereStreamsAre(make)]),
);

/** Samples on the grid of the sampling interval, as everything else is. */
function createSampling(): Part {
  let last = 0;
  return async () => {
    const step = 1_000 * (await settings()).sampling_interval_seconds;
    const ts = Math.floor(Date.now() / step) * step;
    if (ts !== last) await writeSamples(await sampleChannels(ts));
    last = ts;
    return ts + step - Date.now();
  };
}

/**
 * @param holder under whose name this instance takes its lease; it is given back with all others
 * @param parts other work than the usual
 * @param watchedForMs for how long somebody has watched already, without a gap, when the work begins
 */
export function createStreams(holder: string, parts: Parts = PARTS, watchedForMs = 0) {
  const { whileLeading, stop } = createLeadership(holder, STREAMS_LEASE);
  let running: Promise<void> = Promise.resolve();

  async function lead(signal: AbortSignal): Promise<void> {
    const bell = createBell(signal);
    const stopListening = await listen("dozor_stream_due", bell.ring, bell.ring);
    try {
      await Promise.all(
        Object.entries(parts).map(([name, make]) => keepDoing(name, make(), { signal, bell, watchedForMs })),
      );
    } finally {
      await stopListening();
    }
  }

  return {
    /** Does the work for as long as this instance holds the lease; at once over where another one does. */
    run(): Promise<void> {
      running = whileLeading(lead);
      return running;
    },
    /** Ends the work after the turns under way. */
    async stop(): Promise<void> {
      stop();
      await running.catch(() => {});
    },
  };
}

type Bell = ReturnType<typeof createBell>;

/** Wakes parts that wait: something is due sooner than they know. */
function createBell(signal: AbortSignal) {
  const waiting = new Set<() => void>();
  let rings = 0;
  const ring = (): void => {
    rings += 1;
    for (const wake of waiting) wake();
  };
  signal.addEventListener("abort", ring, { once: true });
  return {
    ring,
    rings: () => rings,
    /** Waits, unless it has rung since `heard` rings. */
    wait: (ms: number, heard: number): Promise<void> =>
      new Promise((resolve) => {
        if (rings > heard) return resolve();
        const wake = (): void => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
      }),
  };
}

/** Repeats one part until the lease is lost; a failing turn is logged once per change and costs no other part anything. */
async function keepDoing(
  name: string,
  part: Part,
  { signal, bell, watchedForMs }: { signal: AbortSignal; bell: Bell; watchedForMs: number },
): Promise<void> {
  let last = performance.now();
  let since = last - watchedForMs;
  let failing = false;
  while (!signal.aborted) {
    const heard = bell.rings();
    if (performance.now() - last > GAP_MS) since = performance.now();
    last = performance.now();
    let pause: number | undefined;
    try {
      pause = await part(performance.now() - since);
      if (failing) log.info({ job: `streams: ${name}` }, "works again");
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ job: `streams: ${name}`, err: error }, "failed; it is tried again");
      failing = true;
      // Who could not look was not there.
      since = performance.now();
    }
    if (!signal.aborted) await bell.wait(Math.max(LEAST_MS, Math.min(TURN_MS, pause ?? TURN_MS)), heard);
  }
}
