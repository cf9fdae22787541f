// Sealed hours that were decoded already. They are used only where the database says that the row is still the same one,
// so that whoever seals, merges, reduces or drops has nothing to tell.
import type pg from "pg";
import { pool } from "../db";
import { hourKey, type SealedHour } from "./decode";

/** At a sample each 5 s about 3,500 series × hours: 18 days of eight series. */
const LIMIT_BYTES = 32 * 2 ** 20;
/** What a series of an hour needs beside its numbers, and at most for what they came to in some steps. */
const SERIES_BYTES = 3_700;
const HOUR_BYTES = 600;
/** Long before the numbers of transactions could come round. */
const MOST_AGE_MS = 3_600_000;

interface Entry {
  hour: SealedHour;
  /** Slots that were looked for, found or not. */
  slots: Set<number>;
  bytes: number;
  /** On the process's own clock. */
  since: number;
}

/** Slots by set. */
type Slots = ReadonlyMap<number, readonly number[]>;

export class HourMemory {
  /** The one used longest ago comes first. */
  private readonly entries = new Map<number, Entry>();
  private held = 0;

  /** @param limitBytes about what the numbers may take */
  constructor(
    private readonly limitBytes: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** About what is held. */
  get bytes(): number {
    return this.held;
  }

  /** What is known of these series in hours `first` to `last`: only hours of which all slots asked for are. */
  recall(wanted: Slots, { first, last }: { first: number; last: number }): SealedHour[] {
    const found: SealedHour[] = [];
    for (const [set, slots] of wanted) {
      for (const key of this.keysOf(set, { first, last })) {
        const entry = this.entries.get(key);
        if (!entry || !slots.every((slot) => entry.slots.has(slot))) continue;
        this.forget(key);
        if (this.now() - entry.since > MOST_AGE_MS) continue;
        this.put(key, entry);
        found.push(entry.hour);
      }
    }
    return found;
  }

  /** A range may be far longer than all that is held. */
  private keysOf(set: number, { first, last }: { first: number; last: number }): number[] {
    if (last - first < this.entries.size)
      return Array.from({ length: last - first + 1 }, (_, i) => hourKey({ set, hour: first + i }));
    const inRange = ({ hour }: Entry) => hour.set === set && hour.hour >= first && hour.hour <= last;
    return [...this.entries].flatMap(([key, entry]) => (inRange(entry) ? [key] : []));
  }

  /** Remembers hours with all slots of their set that were asked for, and lets go of what was used longest ago. */
  keep(wanted: Slots, hours: readonly SealedHour[]): void {
    for (const hour of hours) {
      const key = hourKey(hour);
      const before = this.entries.get(key);
      this.forget(key);
      const since = this.now();
      const entry = { hour, slots: new Set(wanted.get(hour.set)), bytes: 0, since };
      if (before && isSame(before.hour, hour) && since - before.since <= MOST_AGE_MS) addTo(entry, before);
      entry.bytes = bytesOf(entry.hour);
      this.put(key, entry);
    }
    for (const [key] of this.entries) {
      if (this.held <= this.limitBytes) break;
      this.forget(key);
    }
  }

  clear(): void {
    this.entries.clear();
    this.held = 0;
  }

  private put(key: number, entry: Entry): void {
    this.entries.set(key, entry);
    this.held += entry.bytes;
  }

  private forget(key: number): void {
    this.held -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }
}

const isSame = (a: SealedHour, b: SealedHour): boolean => a.table === b.table && a.transaction === b.transaction;

/** What was asked before of the same row joins what is asked now. */
function addTo(entry: Entry, before: Entry): void {
  for (const slot of before.slots) {
    if (entry.slots.has(slot)) continue;
    entry.slots.add(slot);
    const [samples, steps] = [before.hour.samples.get(slot), before.hour.steps.get(slot)];
    if (samples) entry.hour.samples.set(slot, samples);
    if (steps) entry.hour.steps.set(slot, steps);
  }
  entry.since = before.since;
}

function bytesOf({ samples, steps }: SealedHour): number {
  const arrays = new Set<Float64Array>();
  for (const { times, values } of samples.values()) arrays.add(times).add(values);
  for (const columns of steps.values()) for (const array of Object.values(columns)) arrays.add(array);
  let bytes = HOUR_BYTES + SERIES_BYTES * (samples.size + steps.size);
  for (const { byteLength } of arrays) bytes += byteLength;
  return bytes;
}

// Pages and our server have a copy of this module each. By pool: another database never meets the hours of this one.
const shared = globalThis as { dozorHours?: WeakMap<pg.Pool, HourMemory> };

/** The memory of this process for our database. */
export function hourMemory(): HourMemory {
  shared.dozorHours ??= new WeakMap();
  const database = pool();
  let memory = shared.dozorHours.get(database);
  if (!memory) {
    memory = new HourMemory(LIMIT_BYTES);
    shared.dozorHours.set(database, memory);
    // A server that went away may come back as one that has lost its last transactions: their numbers are given again.
    const { clear } = memory;
    database.on("error", clear.bind(memory));
  }
  return memory;
}
