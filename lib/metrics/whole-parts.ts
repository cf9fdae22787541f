// What a question gave, hour by hour of each part: in which of the forms in which an hour can be stored.
import { hourKey, type Samples, type SealedHour } from "./decode";
import { type Fetched, type FetchedRow, headSamples } from "./deliver";
import { AGGREGATE_BYTES, HOUR_MS, hourOf } from "./hour";

/** An hour of a part. More than one of the three where samples came late and are not sealed yet. */
export interface PartOfHour {
  sealed: SealedHour | null;
  /** Samples of the head by slot. */
  head: Map<number, Samples>;
  isAggregate: boolean;
}

/** By `hourKey`; hours of which nothing came are missing, and so are those within days. */
export function splitByHour({ rows, sealed }: Fetched): Map<number, PartOfHour> {
  const parts = new Map<number, PartOfHour>();
  const partOf = (set: number, hour: number): PartOfHour => {
    const key = hourKey({ set, hour });
    const part = parts.get(key) ?? { sealed: null, head: new Map(), isAggregate: false };
    parts.set(key, part);
    return part;
  };
  for (const one of sealed) partOf(one.set, one.hour).sealed = one;
  for (const row of rows) {
    if (row.kind === "head") {
      for (const [hour, samples] of hoursOf(headSamples(row.bytes))) partOf(row.set, hour).head.set(row.slot, samples);
    }
    if (row.kind === "hour" && row.step * 1_000 === HOUR_MS)
      for (const hour of hoursOfAggregates(row)) partOf(row.set, hour).isAggregate = true;
  }
  return parts;
}

function* hoursOf({ times, values }: Samples): Generator<[hour: number, Samples]> {
  for (let from = 0; from < times.length; ) {
    const hour = hourOf(times[from] ?? 0);
    let to = from + 1;
    while (to < times.length && hourOf(times[to] ?? 0) === hour) to++;
    yield [hour, { times: times.subarray(from, to), values: values.subarray(from, to) }];
    from = to;
  }
}

function* hoursOfAggregates({ bytes }: FetchedRow): Generator<number> {
  for (let at = 0; at < bytes.length; at += 4 + AGGREGATE_BYTES) yield bytes.readInt32BE(at);
}
