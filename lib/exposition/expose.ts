// The whole exposition of this instance: what it counted itself, channels, and what was collected of all servers.
import { env } from "../env";
import { AppError } from "../errors";
import { log } from "../log";
import { fleetFamilies } from "./fleet";
import { type Exposed, type Family, type Layout, writeFamilies } from "./format";
import { processFamilies } from "./process";
import { streamFamilies } from "./streams";

/** What is asked for: all, what this process counted, or what is the same on each instance. */
export const COLLECT = ["all", "process", "fleet"] as const;
export type Collect = (typeof COLLECT)[number];

const MOST_SERIES = 50_000;
/**
 * Expositions made at once: each holds what it has yet to write. Whoever brings METRICS_TOKEN has places that nobody else
 * can take, so that no slow reader stands between Prometheus and what it watches.
 */
const MOST_OF_ONE = 4;
const MOST_OF_OTHERS = 8;
/** Whoever reads this slowly is no Prometheus, which waits 10 s by default. */
const LONGEST_MS = 60_000;

interface Part {
  name: string;
  read(now: Date): Promise<Iterable<Exposed>> | AsyncIterable<Exposed>;
}

const OF_PROCESS: Part = { name: "process", read: processFamilies };
const OF_FLEET: readonly Part[] = [
  { name: "streams", read: streamFamilies },
  { name: "servers", read: fleetFamilies },
];

const PARTS: Readonly<Record<Collect, readonly Part[]>> = {
  all: [OF_PROCESS, ...OF_FLEET],
  process: [OF_PROCESS],
  fleet: OF_FLEET,
};

const PART_SUCCESS: Family = {
  name: "dozor_metrics_part_success",
  type: "gauge",
  help: "Whether a part of this exposition could be read: 1 or 0",
};
const DROPPED: Family = {
  name: "dozor_metrics_series_dropped_total",
  type: "counter",
  help: "Series that this process left out of expositions, by metric: a metric may have so many only",
};

// Each copy of this module in a process counts together.
const shared = globalThis as { dozorExposition?: { dropped: Map<string, number>; open: Map<string | null, number> } };

function state() {
  shared.dozorExposition ??= { dropped: new Map(), open: new Map() };
  return shared.dozorExposition;
}

/** Pieces of text, taken one after another. */
export interface Pieces {
  next(): Promise<IteratorResult<string, void>>;
  return(): Promise<unknown>;
}

export interface Asked {
  /** Who reads; null for whoever brought METRICS_TOKEN. */
  caller: string | null;
  collect: Collect;
  openMetrics: boolean;
  now: Date;
}

/**
 * Begins an exposition and gives its text in pieces; whoever does not read to the end ends it by `return()`.
 * @param onLate called when it was not read to its end within a minute, and is over
 * @throws AppError unavailable while several are being read already
 */
export function expose(asked: Asked, onLate: () => void): Pieces {
  const giveBack = takePlace(asked.caller);
  const pieces = written(asked);
  let ended = false;
  const end = (): void => {
    if (!ended) giveBack();
    ended = true;
    clearTimeout(timer);
  };
  const timer = setTimeout(() => {
    end();
    onLate();
    void pieces.return().catch(() => {});
  }, LONGEST_MS).unref();
  return ending(pieces, end);
}

/** @returns what gives the place back. @throws AppError unavailable */
function takePlace(caller: string | null): () => void {
  const { open } = state();
  const own = open.get(caller) ?? 0;
  const others = [...open].reduce((sum, [who, places]) => (who === null ? sum : sum + places), 0);
  if (own >= MOST_OF_ONE || (caller !== null && others >= MOST_OF_OTHERS))
    throw new AppError("unavailable", "Metrics are being read by several already.", { retryAfterSeconds: 5 });
  open.set(caller, own + 1);
  return () => {
    const left = (open.get(caller) ?? 1) - 1;
    if (left > 0) open.set(caller, left);
    else open.delete(caller);
  };
}

/** Calls `end` however the pieces end, also when none was ever taken. */
function ending(pieces: AsyncGenerator<string, void, void>, end: () => void): Pieces {
  const step = async (move: () => Promise<IteratorResult<string, void>>): Promise<IteratorResult<string, void>> => {
    try {
      const result = await move();
      if (result.done) end();
      return result;
    } catch (error) {
      end();
      throw error;
    }
  };
  return { next: () => step(() => pieces.next()), return: () => step(() => pieces.return()) };
}

async function* written({ collect, openMetrics, now }: Asked): AsyncGenerator<string, void, void> {
  const { dropped } = state();
  const layout: Layout = {
    openMetrics,
    prefix: env().METRICS_PREFIX,
    most: MOST_SERIES,
    onCut: (name, series) => dropped.set(name, (dropped.get(name) ?? 0) + series),
  };
  const success: Record<string, number> = {};
  for (const part of PARTS[collect]) {
    yield* writeFamilies(guarded(part, now, success), layout);
  }
  yield* writeFamilies([byLabel(PART_SUCCESS, "part", Object.entries(success))], layout);
  yield* writeFamilies([byLabel(DROPPED, "metric", dropped)], layout);
  if (openMetrics) yield "# EOF\n";
}

/** The families of a part; one that cannot be read is told as such, and costs the others nothing. */
async function* guarded(part: Part, now: Date, success: Record<string, number>): AsyncGenerator<Exposed, void, void> {
  success[part.name] = 0;
  try {
    yield* await part.read(now);
    success[part.name] = 1;
  } catch (error) {
    log.warn({ source: "metrics", part: part.name, err: error }, "a part of the metrics could not be read");
  }
}

const byLabel = (family: Family, label: string, values: Iterable<readonly [string, number]>): Exposed => ({
  ...family,
  samples: [...values].map(([of, value]) => ({ labels: { [label]: of }, value })),
});
