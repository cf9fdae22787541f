// From the rows that reading fetched to single samples and aggregates: decoding, and who wins at one time.
import { decodeColumn } from "./block";
import { AGGREGATE_BYTES, type Aggregate, decodeAggregate, HOUR_MS } from "./hour";

/** Where samples go: series by index, times in ms since the epoch, in no particular order. */
export interface Sink {
  /** Called once per series and time: where head and sealed hour both have a sample, with the head's. */
  sample(series: number, ts: number, value: number): void;
  /** All samples of an hour since the epoch at once; not called for hours that come sample by sample. */
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
  const inHead = new Map<number, Set<number>>();
  for (const { series, bytes } of rows.filter(({ kind }) => kind === "head")) {
    const times = headSamples(bytes, (ts, value) => sink.sample(series, ts, value));
    inHead.set(series, times);
  }
  const sealed = rows.filter(({ kind }) => kind === "data");
  const isTimes = ({ slot }: FetchedRow) => slot === 0;
  const times = new Map(sealed.filter(isTimes).map((row) => [hourKey(row), decodeColumn(row.bytes).values]));
  for (const row of sealed) {
    const offsets = times.get(hourKey(row));
    if (isTimes(row) || !offsets) continue;
    const known = inHead.get(row.series);
    sealedSamples(row, offsets, (ts, value) => {
      if (!known?.has(ts)) sink.sample(row.series, ts, value);
    });
  }
  for (const { series, bytes } of rows.filter(({ kind }) => kind === "hour")) {
    for (let at = 0; at < bytes.length; at += 4 + AGGREGATE_BYTES) {
      sink.hour(series, bytes.readInt32BE(at), decodeAggregate(bytes, at + 4));
    }
  }
}

const hourKey = ({ set, hour }: FetchedRow) => `${set}:${hour}`;

type Each = (ts: number, value: number) => void;

/** @returns the times that there were */
function headSamples(bytes: Buffer, each: Each): Set<number> {
  const times = new Set<number>();
  for (let at = 0; at < bytes.length; at += 16) {
    const ts = bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
    times.add(ts);
    each(ts, bytes.readDoubleBE(at + 8));
  }
  return times;
}

function sealedSamples({ hour, bytes }: FetchedRow, offsets: Float64Array, each: Each): void {
  const { values, rows } = decodeColumn(bytes);
  for (let i = 0; i < values.length; i++) {
    each(hour * HOUR_MS + (offsets[rows?.[i] ?? i] ?? 0), values[i] ?? 0);
  }
}
