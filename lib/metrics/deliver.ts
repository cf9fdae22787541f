// From the rows that reading fetched to samples and aggregates: decoding, and who wins at one time.
import { decodeColumn } from "./block";
import { AGGREGATE_BYTES, type Aggregate, decodeAggregate, HOUR_MS } from "./hour";

/** Samples of one series: `values[i]` was taken at `times[i]`, ms since the epoch, ascending. */
export interface Samples {
  times: Float64Array;
  values: Float64Array;
}

/** Where samples go: series by index, in pieces in no particular order. */
export interface Sink {
  /** Each time of a series comes once: where head and sealed hour both have a sample, with the head's. */
  samples(series: number, samples: Samples): void;
  /** All samples of an hour (since the epoch) at once; not called for hours that come sample by sample. */
  hour(series: number, hour: number, aggregate: Aggregate): void;
}

export interface FetchedRow {
  /** `head`: times (integers) and values (doubles). `data`: a column of a sealed hour. `hour`: hours and their aggregates. */
  kind: "head" | "data" | "hour";
  set: number;
  /** 0: the times of a sealed hour. */
  slot: number;
  /** Hours since the epoch, for `data`. */
  hour: number;
  bytes: Buffer;
}

/** Decodes rows and gives them to `sink`; `series` is the index of the series a row belongs to. */
export function deliver(rows: readonly (FetchedRow & { series: number })[], sink: Sink): void {
  const heads = new Map<number, Samples>();
  for (const { series, bytes } of rows.filter(({ kind }) => kind === "head")) {
    const samples = headSamples(bytes);
    heads.set(series, samples);
    sink.samples(series, samples);
  }
  const sealed = rows.filter(({ kind }) => kind === "data");
  const isTimes = ({ slot }: FetchedRow) => slot === 0;
  const times = new Map(sealed.filter(isTimes).map((row) => [hourKey(row), sealedTimes(row)]));
  for (const row of sealed) {
    const common = times.get(hourKey(row));
    if (!isTimes(row) && common) sink.samples(row.series, without(sealedSamples(row, common), heads.get(row.series)));
  }
  for (const { series, bytes } of rows.filter(({ kind }) => kind === "hour")) {
    for (let at = 0; at < bytes.length; at += 4 + AGGREGATE_BYTES) {
      sink.hour(series, bytes.readInt32BE(at), decodeAggregate(bytes, at + 4));
    }
  }
}

const hourKey = ({ set, hour }: FetchedRow) => `${set}:${hour}`;

function headSamples(bytes: Buffer): Samples {
  const count = bytes.length / 16;
  const samples = { times: new Float64Array(count), values: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    samples.times[i] = bytes.readInt32BE(16 * i) * 2 ** 32 + bytes.readUInt32BE(16 * i + 4);
    samples.values[i] = bytes.readDoubleBE(16 * i + 8);
  }
  return samples;
}

function sealedTimes({ hour, bytes }: FetchedRow): Float64Array {
  return decodeColumn(bytes).values.map((offset) => hour * HOUR_MS + offset);
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
