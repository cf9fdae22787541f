// From what reading fetched to samples and aggregates of each series: who wins at one time.
import type { FetchedHour, Samples, SealedHour, StepColumns } from "./decode";
import { AGGREGATE_BYTES, type Aggregate, decodeAggregate, HOUR_MS } from "./hour";

export type { Samples } from "./decode";

/** What all samples of a step came to, where they are not kept one by one. */
export interface StoredStep extends Aggregate {
  /** Milliseconds since the epoch. */
  start: number;
  stepSeconds: number;
}

/**
 * Where samples go: series by index, in pieces in no particular order. Where an hour is kept in steps, samples that
 * came late come after them, and count as later within their step.
 */
export interface Sink {
  /** Each time of a series comes once: where head and sealed hour both have a sample, with the head's. */
  samples(series: number, samples: Samples): void;
  /** All samples of a step at once; they do not come one by one, too. Ascending where a range is kept in one resolution. */
  step(series: number, step: StoredStep): void;
}

export interface FetchedRow extends FetchedHour {
  /**
   * `head`: times (integers) and values (doubles). `sealed`: columns of an hour. `hour`: hours, or the first hours of days,
   * and their aggregates. `known`: sets and hours that the reader has already, and still hold.
   */
  kind: "head" | "sealed" | "hour" | "known";
  /** Of `head` and `hour`. */
  slot: number;
}

/** What stands for the range of a question. */
export interface Fetched {
  /** Rows of the kinds `head` and `hour`. */
  rows: readonly FetchedRow[];
  /** Ascending. */
  sealed: readonly SealedHour[];
}

/** A series' place. */
interface Place {
  set: number;
  slot: number;
}

/** Gives `sink` what was fetched of these series. */
export function deliver({ rows, sealed }: Fetched, series: readonly Place[], sink: Sink): void {
  const indexes = new Map(series.map((place, i) => [placeKey(place), i]));
  const indexOf = (place: Place) => indexes.get(placeKey(place)) ?? -1;
  for (const row of rows) if (row.kind === "hour") deliverHours(indexOf(row), row, sink);
  const bySet = new Map<number, { slot: number; index: number }[]>();
  for (const [index, { set, slot }] of series.entries()) bySet.set(set, [...(bySet.get(set) ?? []), { slot, index }]);
  deliverReduced(sealed, bySet, sink);
  const heads = new Map<number, Samples>();
  for (const row of rows) if (row.kind === "head") heads.set(indexOf(row), headSamples(row.bytes));
  deliverSealed(sealed, { bySet, heads }, sink);
  for (const [index, samples] of heads) sink.samples(index, samples);
}

const placeKey = ({ set, slot }: Place): number => 64 * set + slot - 1;

/** Which slots of a set are asked for, and the index of each one's series. */
type BySet = ReadonlyMap<number, readonly { slot: number; index: number }[]>;

function deliverHours(series: number, { bytes, step: stepSeconds }: FetchedRow, sink: Sink): void {
  const steps: StoredStep[] = [];
  for (let at = 0; at < bytes.length; at += 4 + AGGREGATE_BYTES) {
    const start = bytes.readInt32BE(at) * HOUR_MS;
    steps.push({ start, stepSeconds, ...decodeAggregate(bytes, at + 4) });
  }
  for (const step of steps.sort((a, b) => a.start - b.start)) sink.step(series, step);
}

function deliverReduced(sealed: readonly SealedHour[], bySet: BySet, sink: Sink): void {
  for (const { set, steps, stepSeconds } of sealed) {
    for (const { slot, index } of bySet.get(set) ?? []) {
      const columns = steps.get(slot);
      if (columns) deliverSteps(index, { columns, stepSeconds }, sink);
    }
  }
}

function deliverSteps(
  series: number,
  { columns, stepSeconds }: { columns: StepColumns; stepSeconds: number },
  sink: Sink,
): void {
  const { times, n, sum, min, max, last } = columns;
  for (let i = 0; i < n.length; i++) {
    const start = times[i];
    if (start === undefined) continue;
    const of = (values: Float64Array) => values[i] ?? 0;
    sink.step(series, { start, stepSeconds, n: of(n), sum: of(sum), min: of(min), max: of(max), last: of(last) });
  }
}

function deliverSealed(
  sealed: readonly SealedHour[],
  { bySet, heads }: { bySet: BySet; heads: ReadonlyMap<number, Samples> },
  sink: Sink,
): void {
  for (const { set, samples } of sealed) {
    for (const { slot, index } of bySet.get(set) ?? []) {
      const one = samples.get(slot);
      if (one) sink.samples(index, without(one, heads.get(index)));
    }
  }
}

/** Samples as the head gives them: times (integers) and values (doubles), in turns. */
export function headSamples(bytes: Buffer): Samples {
  const count = bytes.length / 16;
  const samples = { times: new Float64Array(count), values: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    samples.times[i] = bytes.readInt32BE(16 * i) * 2 ** 32 + bytes.readUInt32BE(16 * i + 4);
    samples.values[i] = bytes.readDoubleBE(16 * i + 8);
  }
  return samples;
}

/** `sealed` without the times that `head` has too. Both in one hour is rare: only late samples do that. */
function without(sealed: Samples, head: Samples | undefined): Samples {
  const [first = Infinity] = head?.times ?? [];
  if (!head || (sealed.times.at(-1) ?? -Infinity) < first) return sealed;
  const known = new Set(head.times);
  const kept = (_: number, i: number) => !known.has(sealed.times[i] ?? Number.NaN);
  return { times: sealed.times.filter(kept), values: sealed.values.filter(kept) };
}
