// From the rows that reading fetched to samples and aggregates: decoding, and who wins at one time.
import { type Column, decodeColumn } from "./block";
import { AGGREGATE_BYTES, type Aggregate, decodeAggregate, HOUR_MS } from "./hour";
import { COLUMNS_PER_SLOT } from "./reduce";

/** Samples of one series: `values[i]` was taken at `times[i]`, ms since the epoch, ascending. */
export interface Samples {
  times: Float64Array;
  values: Float64Array;
}

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

export interface FetchedRow {
  /**
   * `head`: times (integers) and values (doubles). `data`: a column of a sealed hour. `reduced`: a column of an hour in
   * steps. `hour`: hours and their aggregates.
   */
  kind: "head" | "data" | "reduced" | "hour";
  set: number;
  /** 0: the times of an hour. */
  slot: number;
  /** Hours since the epoch, for `data` and `reduced`. */
  hour: number;
  /** Seconds of its steps; 0 for samples. */
  step: number;
  /** For `reduced`: n, sum, min, max or last. */
  part: number;
  bytes: Buffer;
}

type Row = FetchedRow & { series: number };

/** Decodes rows and gives them to `sink`; `series` is the index of the series a row belongs to. */
export function deliver(rows: readonly Row[], sink: Sink): void {
  const of = (kind: FetchedRow["kind"]) => rows.filter((row) => row.kind === kind);
  deliverHours(of("hour"), sink);
  deliverReduced(of("reduced"), sink);
  const heads = new Map(of("head").map(({ series, bytes }) => [series, headSamples(bytes)]));
  deliverSealed(of("data"), heads, sink);
  for (const [series, samples] of heads) sink.samples(series, samples);
}

const hourKey = ({ set, hour }: FetchedRow) => `${set}:${hour}`;
const isTimes = ({ slot }: FetchedRow) => slot === 0;

function deliverHours(rows: readonly Row[], sink: Sink): void {
  for (const { series, bytes } of rows) {
    const steps: StoredStep[] = [];
    for (let at = 0; at < bytes.length; at += 4 + AGGREGATE_BYTES) {
      const start = bytes.readInt32BE(at) * HOUR_MS;
      steps.push({ start, stepSeconds: 3_600, ...decodeAggregate(bytes, at + 4) });
    }
    for (const step of steps.sort((a, b) => a.start - b.start)) sink.step(series, step);
  }
}

/** Rows of an hour may come in any order: the last one of the five completes it. */
function deliverReduced(unsorted: readonly Row[], sink: Sink): void {
  const rows = unsorted.toSorted((a, b) => a.hour - b.hour);
  const starts = new Map(rows.filter(isTimes).map((row) => [hourKey(row), timesOf(row)]));
  const hours = new Map<string, Column[]>();
  for (const row of rows) {
    if (isTimes(row)) continue;
    const key = `${row.series} ${hourKey(row)}`;
    const columns = hours.get(key) ?? [];
    hours.set(key, columns);
    columns[row.part] = decodeColumn(row.bytes);
    if (columns.filter(Boolean).length === COLUMNS_PER_SLOT)
      deliverSteps(row, { starts: starts.get(hourKey(row)), columns }, sink);
  }
}

function deliverSteps(
  { series, step: stepSeconds }: Row,
  { starts, columns }: { starts: Float64Array | undefined; columns: readonly Column[] },
  sink: Sink,
): void {
  const [n, sum, min, max, last] = columns.map(({ values }) => values);
  const rows = columns[0]?.rows;
  for (let i = 0; i < (n?.length ?? 0); i++) {
    const start = starts?.[rows?.[i] ?? i];
    if (start === undefined) continue;
    const of = (values: Float64Array | undefined) => values?.[i] ?? 0;
    sink.step(series, { start, stepSeconds, n: of(n), sum: of(sum), min: of(min), max: of(max), last: of(last) });
  }
}

function deliverSealed(rows: readonly Row[], heads: ReadonlyMap<number, Samples>, sink: Sink): void {
  const times = new Map(rows.filter(isTimes).map((row) => [hourKey(row), timesOf(row)]));
  for (const row of rows) {
    const common = times.get(hourKey(row));
    if (!isTimes(row) && common) sink.samples(row.series, without(sealedSamples(row, common), heads.get(row.series)));
  }
}

function headSamples(bytes: Buffer): Samples {
  const count = bytes.length / 16;
  const samples = { times: new Float64Array(count), values: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    samples.times[i] = bytes.readInt32BE(16 * i) * 2 ** 32 + bytes.readUInt32BE(16 * i + 4);
    samples.values[i] = bytes.readDoubleBE(16 * i + 8);
  }
  return samples;
}

function timesOf({ hour, bytes }: FetchedRow): Float64Array {
  const { values } = decodeColumn(bytes);
  for (let i = 0; i < values.length; i++) values[i] = hour * HOUR_MS + (values[i] ?? 0);
  return values;
}

function sealedSamples({ bytes }: FetchedRow, common: Float64Array): Samples {
  const { values, rows } = decodeColumn(bytes);
  return { values, times: rows ? Float64Array.from(rows, (row) => common[row] ?? Number.NaN) : common };
}

/** `sealed` without the times that `head` has too. Both in one hour is rare: only late samples do that. */
function without(sealed: Samples, head: Samples | undefined): Samples {
  const [first = Infinity] = head?.times ?? [];
  if (!head || (sealed.times.at(-1) ?? -Infinity) < first) return sealed;
  const known = new Set(head.times);
  const kept = (_: number, i: number) => !known.has(sealed.times[i] ?? Number.NaN);
  return { times: sealed.times.filter(kept), values: sealed.values.filter(kept) };
}
