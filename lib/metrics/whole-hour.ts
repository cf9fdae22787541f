// One hour of one part of which all is known: as it was sealed, or growing with what is written.
import { hourOfKey, type Samples, type SealedHour, setOf } from "./decode";
import type { PartOfHour } from "./whole-parts";

/** What an hour, and what a series of it, needs beside its numbers. */
export const ENTRY_BYTES = 600;
export const SERIES_BYTES = 400;
const FIRST_CAPACITY = 64;
/** What samples come to in steps of a minute and more is remembered with them, six numbers of a step, and where each one ends. */
const stepBytes = (samples: number): number => 56 * Math.min(samples, 61) + 300;

export interface Entry {
  /** On the process's own clock. */
  since: number;
  bytes: number;
}

/** One hour of one part: sealed as it stands in the database, or growing. */
export interface Hour extends Entry {
  sealed: SealedHour | null;
  /** Slots that were looked for, found or not. */
  slots: Set<number>;
  /** By slot; of an hour that is not sealed. */
  lines: Map<number, Line>;
}

/** Samples of one series of an hour that still grows. */
class Line {
  private times = new Float64Array(FIRST_CAPACITY);
  private values = new Float64Array(FIRST_CAPACITY);
  private count = 0;
  private shown: Samples | undefined;

  constructor({ times, values }: Samples = { times: new Float64Array(0), values: new Float64Array(0) }) {
    times.forEach((time, i) => void this.add(time, values[i] ?? Number.NaN));
  }

  get bytes(): number {
    return SERIES_BYTES + 16 * this.times.length + stepBytes(this.count);
  }

  /** @returns false for a time that is not later than all others, unless it says what is known */
  add(time: number, value: number): boolean {
    const last = this.times[this.count - 1] ?? -Infinity;
    if (this.count > 0 && time <= last) return time === last && Object.is(value, this.values[this.count - 1]);
    if (this.count === this.times.length) this.grow();
    this.times[this.count] = time;
    this.values[this.count++] = value;
    this.shown = undefined;
    return true;
  }

  private grow(): void {
    const [times, values] = [this.times, this.values];
    this.times = new Float64Array(2 * times.length);
    this.values = new Float64Array(2 * times.length);
    this.times.set(times);
    this.values.set(values);
  }

  /** The same object until something is added: what it comes to in steps is remembered by it. */
  get samples(): Samples {
    this.shown ??= { times: this.times.subarray(0, this.count), values: this.values.subarray(0, this.count) };
    return this.shown;
  }
}

/** What a question gave of an hour; nothing where nothing is stored. */
export function hourFrom(part: PartOfHour | undefined, slots: Set<number>, since: number): Hour {
  const lines = new Map(Array.from(part?.head ?? [], ([slot, samples]) => [slot, new Line(samples)]));
  return counted({ sealed: part?.sealed ?? null, slots, lines, since, bytes: 0 });
}

/** An hour that grows, as one that is sealed, which it will be. */
export function asSealed(key: number, { lines }: Hour, slots: readonly number[]): SealedHour {
  const samples = new Map<number, Samples>();
  for (const slot of slots) {
    const line = lines.get(slot);
    if (line) samples.set(slot, line.samples);
  }
  const place = { set: setOf(key), hour: hourOfKey(key) };
  return { ...place, stepSeconds: 0, table: 0, transaction: 0, samples, steps: new Map() };
}

/** An hour together with what was known before of other series of it, where it is still the same. */
export function joined(hour: Hour, before: Hour): Hour {
  const [now, then] = [hour.sealed, before.sealed];
  const slots = new Set([...before.slots, ...hour.slots]);
  const { since } = before;
  if (now && then && now.table === then.table && now.transaction === then.transaction) {
    const samples = new Map([...then.samples, ...now.samples]);
    const sealed = { ...now, samples, steps: new Map([...then.steps, ...now.steps]) };
    return counted({ ...hour, sealed, slots, since });
  }
  if (now || then) return hour;
  return counted({ ...hour, lines: new Map([...before.lines, ...hour.lines]), slots, since });
}

/** Adds a row of the head. @returns false if that is not how the hour goes on */
export function growHour(hour: Hour, ts: number, values: readonly number[]): boolean {
  if (hour.sealed) return false;
  for (const slot of hour.slots) {
    const value = values[slot - 1];
    if (value === undefined) continue;
    const line = hour.lines.get(slot) ?? new Line();
    hour.lines.set(slot, line);
    if (!line.add(ts, value)) return false;
  }
  hour.bytes = bytesOf(hour);
  return true;
}

const counted = (hour: Hour): Hour => ({ ...hour, bytes: bytesOf(hour) });

function bytesOf({ sealed, lines }: Pick<Hour, "sealed" | "lines">): number {
  let bytes = ENTRY_BYTES;
  for (const line of lines.values()) bytes += line.bytes;
  for (const { times } of sealed?.samples.values() ?? [])
    bytes += SERIES_BYTES + 2 * times.byteLength + stepBytes(times.length);
  for (const { times } of sealed?.steps.values() ?? []) bytes += SERIES_BYTES + 6 * times.byteLength;
  return bytes;
}
