// Keeps perf counting on a machine: starts it, starts it again when it ended, and sums up what it tells.
import { setTimeout as wait } from "node:timers/promises";
import type { HostReader } from "../../probe";
import { inTheirWords } from "../../reasons";
import type { PerfTrouble } from "../perf-schema";
import { type FoundPerf, isUnknown, knownEvents, type PerfChild, startPerf } from "./child";
import { type Fare, PERF_EVENTS, type PerfEvent } from "./events";
import type { PerfInterval } from "./output";
import { localPrograms, type Programs } from "./programs";
import { readSituation } from "./situation";
import { faresIn, type Tallies, withInterval } from "./tally";
import { FILES_ONLY, NOT_LINUX, noCounters, noPerf, noSuchCore, STARTING, troubleOf } from "./trouble";

export interface PerfConfiguration {
  /** `all`, or `0-3,5`. */
  cores: string;
  intervalMs: number;
}

/** What has been counted so far. */
export interface PerfReading extends PerfConfiguration {
  /** Another number: begun anew with another configuration. */
  run: number;
  /** Why nothing is counted now; null while it is. */
  trouble: PerfTrouble | null;
  /** Set while only the kernel's own events can be counted. */
  noCounters: PerfTrouble | null;
  /** Sums over all intervals of this run, also over those before perf was started again. */
  tallies: Tallies;
  /** The sums without the newest interval. */
  earlier: Tallies;
  /** How the events fared in the newest interval. */
  fares: ReadonlyMap<PerfEvent, Fare>;
  /** When that ended: ms since the epoch (null: none has), and how long ago by the monotonic clock. */
  sampleTime: number | null;
  ageMs: number;
}

export interface PerfCounter {
  /** Counts that way from now on; null: not at all. */
  configure(configuration: PerfConfiguration | null): void;
  /** null: nobody wants to know. */
  read(): PerfReading | null;
  close(): Promise<void>;
}

interface CounterParts {
  /** Through which perf is found and started. By default those of this machine. */
  programs?: Programs;
  /** Milliseconds until the next start, by how many starts in a row came to a quick end. */
  restAfter?: (failures: number) => number;
  /** So long and three intervals more perf may say nothing. */
  silenceMs?: number;
}

/** A run of this length was none that failed. */
const GOOD_RUN_MS = 60_000;
const SILENCE_MS = 5_000;

/** 1 s, doubling up to 5 minutes. */
export const restAfter = (failures: number): number => Math.min(300_000, 1_000 * 2 ** Math.min(failures, 10));

const counters = new WeakMap<HostReader, PerfCounter>();

/** What counts on the machine that `host` reads; undefined where nobody does. */
export const perfCounterOf = (host: HostReader): PerfCounter | undefined => counters.get(host);

/** Makes what counts on this machine; it does nothing before it is configured. */
export function createPerfCounter(host: HostReader, parts: CounterParts = {}): PerfCounter {
  let running: Run | null = null;
  let runs = 0;
  const ending = new Set<Promise<void>>();
  const end = (run: Run | null) => {
    const ended = run?.stop();
    if (ended) ending.add(ended.finally(() => ending.delete(ended)));
  };
  const counter: PerfCounter = {
    configure(wanted) {
      if (wanted?.cores === running?.cores && wanted?.intervalMs === running?.intervalMs) return;
      end(running);
      running = wanted && new Run(host, { ...wanted, run: ++runs }, parts);
    },
    read: () => running?.read() ?? null,
    async close() {
      end(running);
      running = null;
      counters.delete(host);
      await Promise.allSettled(ending);
    },
  };
  counters.set(host, counter);
  return counter;
}

/** Counting with one configuration, however often perf has to be started for it. */
class Run {
  readonly cores: string;
  readonly intervalMs: number;
  readonly #run: number;
  readonly #stopped = new AbortController();
  readonly #done: Promise<void>;
  #child: PerfChild | null = null;
  #trouble: PerfTrouble | null = STARTING;
  #noCounters: PerfTrouble | null = null;
  #tallies: Tallies = new Map();
  #earlier: Tallies = this.#tallies;
  #newest: { interval: PerfInterval; time: number; at: number } | null = null;
  /** When perf told something last, or was started. */
  #heardAt = performance.now();

  constructor(
    readonly host: HostReader,
    { cores, intervalMs, run }: PerfConfiguration & { run: number },
    readonly parts: CounterParts,
  ) {
    this.cores = cores;
    this.intervalMs = intervalMs;
    this.#run = run;
    this.#done = this.#keep();
  }

  read(): PerfReading {
    const now = performance.now();
    if (this.#child && now - this.#heardAt > (this.parts.silenceMs ?? SILENCE_MS) + 3 * this.intervalMs)
      this.#silence();
    return {
      run: this.#run,
      cores: this.cores,
      intervalMs: this.intervalMs,
      trouble: this.#trouble,
      noCounters: this.#noCounters,
      tallies: this.#tallies,
      earlier: this.#earlier,
      fares: this.#newest ? faresIn(this.#newest.interval) : new Map(),
      sampleTime: this.#newest?.time ?? null,
      ageMs: this.#newest ? now - this.#newest.at : Number.POSITIVE_INFINITY,
    };
  }

  /** @returns when perf has ended; undefined: it is stopping already */
  stop(): Promise<void> | undefined {
    if (this.#stopped.signal.aborted) return undefined;
    this.#stopped.abort();
    return Promise.all([this.#child?.stop(), this.#done]).then(() => {});
  }

  #silence(): void {
    void this.#child?.stop();
    this.#heardAt = performance.now();
    this.#trouble = {
      code: "silent",
      message: "perf has not told anything for a while; it is started again",
      remedy: null,
    };
  }

  /** Starts perf again and again until this is stopped. Never rejects. */
  async #keep(): Promise<void> {
    const { signal } = this.#stopped;
    let failures = 0;
    let events: readonly PerfEvent[] = PERF_EVENTS;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const found = await this.#once(events).catch((error: Error) => troubled(error.message));
      if (signal.aborted) return;
      // A perf that does not know all names is asked for the others at once.
      if (found.events?.length && found.events.length < events.length) {
        events = found.events;
        continue;
      }
      this.#trouble = found.trouble;
      events = PERF_EVENTS;
      if (performance.now() - startedAt > GOOD_RUN_MS) failures = 0;
      await wait((this.parts.restAfter ?? restAfter)(failures++), undefined, { signal }).catch(() => {});
    }
  }

  /** One start of perf, until it ends. @returns why it ended, and with which events it may work */
  async #once(events: readonly PerfEvent[]): Promise<{ trouble: PerfTrouble; events?: readonly PerfEvent[] }> {
    if (this.host.kind !== "linux") return { trouble: NOT_LINUX };
    const programs = this.parts.programs ?? localPrograms();
    const situation = await readSituation(this.host, programs);
    if (situation.perf === undefined) return { trouble: FILES_ONLY };
    const { perf } = situation;
    const hopeless = perf ? noSuchCore(this.cores, situation) : noPerf(situation);
    if (!perf || hopeless) return { trouble: hopeless ?? noPerf(situation) };
    if (this.#stopped.signal.aborted) return { trouble: STARTING };
    const found: FoundPerf = { programs, path: perf.path };
    const complaint = await new Promise<string>((ended) => {
      this.#heardAt = performance.now();
      this.#child = startPerf(
        found,
        { cores: this.cores, intervalMs: this.intervalMs, events },
        {
          interval: (interval) => {
            this.#take(interval);
            this.#noCounters = noCounters(faresIn(interval), situation);
          },
          ended,
        },
      );
    });
    this.#child = null;
    const trouble = this.#trouble?.code === "silent" ? this.#trouble : troubleOf(complaint, situation);
    return isUnknown(complaint) ? { trouble, events: await knownEvents(found, events) } : { trouble };
  }

  #take(interval: PerfInterval): void {
    const at = performance.now();
    this.#heardAt = at;
    this.#trouble = null;
    this.#earlier = this.#tallies;
    this.#tallies = withInterval(this.#tallies, interval);
    this.#newest = { interval, time: Date.now(), at };
  }
}

const troubled = (message: string): { trouble: PerfTrouble; events?: readonly PerfEvent[] } => ({
  trouble: { code: "failed", message: inTheirWords(message.slice(0, 300)), remedy: null },
});
