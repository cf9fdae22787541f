// Reading: every store asked the same, their answers compared, then timed in turns.
import { setTimeout as sleep } from "node:timers/promises";
import { HOUR_MS } from "../../lib/metrics/hour";
import { type DataSet, START } from "./data-sets";
import { median, progress } from "./measure";
import { askAggregate, waysOf } from "./peer-ways";
import type { Peer } from "./peers";
import { ordered, ourWays, type Product } from "./product";
import { type Question, requireSame, type Way } from "./question";
import { type Line, LONG_READ_GOALS, READ_GOALS } from "./table";

const WARM_UP = 3;
/** Together they ask about as much as a page of ten charts in four hours; each stays below what one person may ask in a minute. */
const [PEOPLE, QUESTIONS_OF_ONE] = [16, 540];
/** Each so many times it asks of other hours. */
const OTHER_HOURS = 3;
const PAUSE_MS = 500;
/** What takes longer than this is asked a third as often. */
const SLOW_MS = 500;

export interface Readers {
  product: Product;
  peers: readonly Peer[];
  /** Ways of other stores. */
  others?: readonly Way[];
}

export interface Timing {
  store: string;
  way: string;
  counts: boolean;
  ms: number;
}

export interface Asked {
  title: string;
  question: Question;
}

/** The reads of the goals on a set that lasts `hours` from START: the last hour raw, a day of eight series, and all of one. */
export async function questionsOn(
  set: DataSet,
  subject: number,
  { product, hours }: { product: Product; hours: number },
) {
  const to = START + hours * HOUR_MS;
  const day = Math.min(24, hours);
  const span = hours % 24 === 0 && hours > 24 ? `${hours / 24} d` : `${hours} h`;
  const wanted = [
    { title: "1 h raw × 1 series", series: [set.one], from: to - HOUR_MS, raw: true },
    { title: `${day} h × 8 series`, series: set.eight, from: to - day * HOUR_MS, raw: false },
    { title: `${span} × 1 series`, series: [set.one], from: START, raw: false },
  ];
  const asked: Asked[] = [];
  for (const { title, ...rest } of wanted) {
    const points = rest.raw ? 3_600 / set.intervalSeconds : 300;
    const answer = await product.query({ subject, ...rest, to, points });
    const question = { subject, ...rest, to, stepSeconds: answer.step_s };
    if (rest.raw && answer.step_s !== set.intervalSeconds) throw new Error("Raw samples came in other steps");
    asked.push({ title: rest.raw ? title : `${title} → ${answer.ts.length} points`, question });
  }
  return asked;
}

/**
 * Asks as a page does that was open for four hours, and now and then of other hours: by then the code that answers is
 * compiled, as the others' always is.
 */
export async function practise(asked: readonly Asked[], { product }: Pick<Readers, "product">): Promise<void> {
  for (const query of await product.askedBy(PEOPLE)) {
    for (let turn = 0; turn < QUESTIONS_OF_ONE / asked.length; turn++) {
      for (const { question } of asked) {
        const other = turn % OTHER_HOURS === 0 ? earlier(question, turn / OTHER_HOURS) : question;
        await ourWays({ query }, other)[0]?.ask(other);
      }
    }
  }
  progress("practised");
}

/** The same of as many hours before, `times` as long ago; of the same hours where the set has no others. */
function earlier<Of extends Pick<Question, "from" | "to">>(question: Of, times: number): Of {
  const span = question.to - question.from;
  const shift = span * (times % Math.floor((question.to - START) / span));
  return { ...question, from: question.from - shift, to: question.to - shift };
}

const allWays = (question: Question, { product, peers, others = [] }: Readers): Way[] => [
  ...ourWays(product, question),
  ...peers.flatMap((peer) => waysOf(peer, question)),
  ...(question.raw ? [] : others),
];

/** @throws Error when two stores do not answer the same numbers */
export async function verify({ title, question }: Asked, readers: Readers): Promise<void> {
  const [first, ...rest] = allWays(question, readers);
  if (!first) return;
  const expected = await first.ask(question);
  const values = expected.flat().filter((value) => value !== null).length;
  if (values === 0) throw new Error(`There is nothing to read: ${title}`);
  for (const way of rest) {
    // The way in the process is ours as well: it must say the same.
    if (!way.counts && way.store !== "Dozor") continue;
    requireSame(question, [`${way.store} (${way.name})`, await way.ask(question)], ["Dozor", expected]);
  }
  if (!question.raw) await verifyExtremes(question, readers);
  progress(`${title}: all stores answer the same ${values} numbers`);
}

async function verifyExtremes(question: Question, { product, peers }: Readers): Promise<void> {
  const points = (question.to - question.from) / 1000 / question.stepSeconds;
  const { series } = await product.query({ ...question, points });
  for (const aggregate of ["min", "max"] as const) {
    const ours = ordered(question, series, aggregate);
    for (const peer of peers) {
      const theirs = await askAggregate(peer, question, aggregate);
      requireSame(question, [`${peer.name} (${aggregate})`, theirs], ["Dozor", ours]);
    }
  }
}

/** Median milliseconds of every way, asked in turns so that all meet the same machine. */
export async function timeReads({ question }: Asked, readers: Readers, runs: number): Promise<Timing[]> {
  const ways = allWays(question, readers);
  const times = ways.map((): number[] => []);
  for (let run = -WARM_UP; run < runs; run++) {
    for (const [i, way] of ways.entries()) {
      const slow = (times[i]?.[0] ?? 0) > SLOW_MS;
      if (slow && run % 3 !== 0) continue;
      const ms = await timed(way, question);
      if (run >= 0 || ms > SLOW_MS) times[i]?.push(ms);
    }
  }
  return ways.map(({ store, name, counts }, i) => ({ store, way: name, counts, ms: median(times[i] ?? []) }));
}

async function timed(way: Way, question: Question): Promise<number> {
  const start = performance.now();
  await way.ask(question);
  return performance.now() - start;
}

/**
 * Milliseconds of the first question to each store after `empty` has emptied all caches; each store asked its fastest way,
 * after the same pause, since a processor that slept needs milliseconds to come back.
 */
export async function timeCold(
  { question }: Asked,
  readers: Readers,
  { warm, empty, rounds }: { warm: readonly Timing[]; empty: (ways: readonly Way[]) => Promise<void>; rounds: number },
): Promise<Timing[]> {
  const fastest = allWays(question, readers).filter((way) =>
    warm.some(
      (timing) => timing.way === way.name && fastestOf(warm, timing.store) === timing && timing.store === way.store,
    ),
  );
  const times = fastest.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    await empty(fastest);
    for (const [i, way] of fastest.entries()) {
      await sleep(PAUSE_MS);
      times[i]?.push(await timed(way, question));
    }
  }
  return fastest.map(({ store, name, counts }, i) => ({ store, way: name, counts, ms: median(times[i] ?? []) }));
}

/**
 * Opens connections, and prepares on each of them what the question needs: asks as long, in the same steps, of other hours
 * each time, since nothing is asked of the database again that is known.
 */
export async function askBefore<Of extends Pick<Question, "from" | "to">>(
  { ask }: { ask(question: Of): Promise<unknown> },
  question: Of,
): Promise<void> {
  const span = question.to - question.from;
  for (let times = 1; times <= WARM_UP; times++)
    await ask({ ...question, from: question.from - times * span, to: question.to - times * span }).catch(() => {});
}

/**
 * Our milliseconds where nothing is remembered of the hours in question, with connections open and data in the caches of the
 * database; the others, which were told not to answer from memory, as they are warm.
 */
export async function timeFirst(
  { question }: Asked,
  { product }: Readers,
  { warm, rounds }: { warm: readonly Timing[]; rounds: number },
): Promise<Timing[]> {
  const ways = ourWays(product, question).filter(({ counts }) => counts);
  const times = ways.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, way] of ways.entries()) {
      await product.forget();
      await askBefore(way, question);
      times[i]?.push(await timed(way, question));
    }
  }
  const ours = ways.map(({ store, name, counts }, i) => ({ store, way: name, counts, ms: median(times[i] ?? []) }));
  return [...ours, ...warm.filter(({ store }) => store !== ways[0]?.store)];
}

/** How a store was asked: again and again, for the first time, or on empty caches. */
type Caches = "" | "first asked" | "cold";

/** A line of the table: the fastest way of each store. */
export function readLine({ title, question }: Asked, timings: readonly Timing[], caches: Caches = ""): Line {
  const stores = [...new Set(timings.map(({ store }) => store))];
  const goals = question.stepSeconds >= 3_600 ? LONG_READ_GOALS : READ_GOALS;
  return {
    what: [`${title}, ms`, ...(caches ? [caches] : [])].join(", "),
    values: Object.fromEntries(stores.map((store) => [store, fastestOf(timings, store)?.ms])),
    ...(caches === "" && { goals }),
  };
}

/** The best that a store did among the ways that answer the question. */
function fastestOf(timings: readonly Timing[], store: string): Timing | undefined {
  return timings
    .filter((timing) => timing.store === store && timing.counts)
    .reduce<Timing | undefined>((best, one) => (best && best.ms <= one.ms ? best : one), undefined);
}
