// What is known to be all there is of some series and hours, the head included: an open page's next question is answered
// from it, and costs no question to the database. Whoever writes in this process adds to it; of what others write, reduce
// or drop the database tells; and what was told by nobody is noticed after a minute, when the database is asked again.
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { pool } from "../db";
import { hears, isHeard } from "../remembered";
import { hourKey, hourOfKey, type SealedHour, setOf } from "./decode";
import type { Fetched, FetchedRow } from "./deliver";
import { hourOf } from "./hour";
import { asSealed, ENTRY_BYTES, type Entry, growHour, type Hour, hourFrom, joined, SERIES_BYTES } from "./whole-hour";
import { type PartOfHour, splitByHour } from "./whole-parts";

/** Told with every write, as `<who> <earliest ms>`, and with `*` when tables are dropped or exchanged. */
export const HISTORY_CHANNEL = "dozor_history";

/** At a sample each 5 s about 1,000 series × hours: five days of eight series. */
const LIMIT_BYTES = 16 * 2 ** 20;
/** What a period needs for each of its parts, and for each of its hours that came sample by sample. */
const SET_BYTES = 200;
const HOUR_BYTES = 50;
/** Parts of which it is known when they were written last: those of hundreds of servers. */
const MOST_WRITTEN = 10_000;
/** What nobody tells of, such as a hand in the database, is noticed after this long. */
const MOST_AGE_MS = 60_000;

/** Slots by set. */
type Slots = ReadonlyMap<number, readonly number[]>;

/** A row of the head. */
export interface WrittenRow {
  set: number;
  /** Milliseconds since the epoch. */
  ts: number;
  /** By slot - 1; holes are no samples. */
  values: number[];
}

/** What is asked for: series' places and a period of whole hours, ms since the epoch. */
export interface Asked {
  bySet: Slots;
  from: number;
  to: number;
  /** Hours, or days, come as aggregates. */
  byHour: boolean;
  byDay: boolean;
}

/** Aggregates of a period, and its hours that came sample by sample. */
interface Period extends Entry {
  rows: FetchedRow[];
  sets: number[];
  from: number;
  to: number;
  hours: Set<number>;
}

export class WholeHours {
  /** Those used longest ago come first. */
  private readonly hours = new Map<number, Hour>();
  private readonly periods = new Map<string, Period>();
  private readonly periodsOf = new Map<number, Set<string>>();
  private held = 0;
  /** Of that. */
  private heldByPeriods = 0;
  private changes = 0;
  /** Which change it was that may have been of anything, and which one was the last that this process wrote into a part. */
  private doubted = 0;
  private readonly written = new Map<number, number>();
  /** Names this process's writes; what became of a write that failed is told under a name that is its own no more. */
  private name = randomUUID();

  constructor(
    private readonly limitBytes: number,
    private readonly heard: () => boolean = isHeard,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get bytes(): number {
    return this.held;
  }

  /** What to tell of a write, in its transaction. */
  payload(earliest: number): string {
    return `${this.name} ${earliest}`;
  }

  /** What a question gives that was begun now is known afterwards only if nothing of it changed in between. */
  mark(): number {
    return this.changes;
  }

  /** All that is stored of what is asked for; null where some of it is not known. */
  recall(asked: Asked): Fetched | null {
    if (!this.heard()) return null;
    if (!asked.byHour) return this.recallHours(asked.bySet, hoursOf(asked));
    const period = this.used(this.periods, keyOf(asked));
    return period ? this.recallHours(asked.bySet, period.hours, period.rows) : null;
  }

  private recallHours(bySet: Slots, keys: Iterable<number>, rows: FetchedRow[] = []): Fetched | null {
    const sealed: SealedHour[] = [];
    for (const key of keys) {
      const hour = this.used(this.hours, key);
      const slots = bySet.get(setOf(key));
      if (!hour || !slots?.every((slot) => hour.slots.has(slot))) return null;
      sealed.push(hour.sealed ?? asSealed(key, hour, slots));
    }
    return { rows, sealed: sealed.sort((a, b) => a.hour - b.hour) };
  }

  /** The entry, if it is young enough; it counts as used now. */
  private used<Key extends number | string, Of extends Entry>(entries: Map<Key, Of>, key: Key): Of | undefined {
    const entry = entries.get(key);
    if (!entry) return undefined;
    if (!this.isYoung(entry)) {
      this.forget(key);
      return undefined;
    }
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  }

  private isYoung = ({ since }: Entry): boolean => this.now() - since <= MOST_AGE_MS;

  /** Remembers what a question gave, all of which was stored when it was asked; `mark` is of before that. */
  keep(asked: Asked, fetched: Fetched, mark: number): void {
    if (!this.heard() || this.hasChanged(asked, mark)) return;
    const parts = splitByHour(fetched);
    const finer = new Set<number>();
    let isWhole = true;
    for (const key of asked.byHour ? parts.keys() : hoursOf(asked)) {
      const part = parts.get(key);
      if (asked.byHour && part && isAggregateOnly(part)) continue;
      if (part && !isOfOneKind(part)) {
        isWhole = false;
        continue;
      }
      this.put(key, new Set(asked.bySet.get(setOf(key))), part);
      finer.add(key);
    }
    if (asked.byHour && isWhole) this.putPeriod(asked, fetched.rows, finer);
    this.shrink();
  }

  private hasChanged({ bySet }: Asked, mark: number): boolean {
    if (this.doubted > mark) return true;
    for (const set of bySet.keys()) if ((this.written.get(set) ?? 0) > mark) return true;
    return false;
  }

  private put(key: number, slots: Set<number>, part: PartOfHour | undefined): void {
    const before = this.hours.get(key);
    const now = hourFrom(part, slots, this.now());
    const hour = before && this.isYoung(before) ? joined(now, before) : now;
    this.forget(key);
    this.held += hour.bytes;
    this.hours.set(key, hour);
  }

  private putPeriod(asked: Asked, fetched: readonly FetchedRow[], hours: Set<number>): void {
    const key = keyOf(asked);
    this.forget(key);
    const rows = fetched.filter(({ kind }) => kind === "hour");
    const sets = [...asked.bySet.keys()];
    const names = key.length + SET_BYTES * sets.length + HOUR_BYTES * hours.size;
    const bytes = rows.reduce((sum, row) => sum + SERIES_BYTES + row.bytes.length, ENTRY_BYTES + names);
    this.periods.set(key, { rows, hours, sets, from: asked.from, to: asked.to, since: this.now(), bytes });
    this.held += bytes;
    this.heldByPeriods += bytes;
    for (const set of sets) this.periodsOf.set(set, (this.periodsOf.get(set) ?? new Set()).add(key));
  }

  /** Neither kind pushes the other one out: what takes more than half gives way. */
  private shrink(): void {
    for (const [key] of this.periods) {
      if (this.held <= this.limitBytes || this.heldByPeriods <= this.limitBytes / 2) break;
      this.forget(key);
    }
    for (const [key] of this.hours) {
      if (this.held <= this.limitBytes) break;
      this.forget(key);
    }
  }

  private forget(key: number | string): void {
    if (typeof key === "number") {
      this.held -= this.hours.get(key)?.bytes ?? 0;
      this.hours.delete(key);
      return;
    }
    const period = this.periods.get(key);
    this.held -= period?.bytes ?? 0;
    this.heldByPeriods -= period?.bytes ?? 0;
    this.periods.delete(key);
    for (const set of period?.sets ?? []) {
      const keys = this.periodsOf.get(set);
      keys?.delete(key);
      if (keys?.size === 0) this.periodsOf.delete(set);
    }
  }

  /** Rows that this process has just written, and that hold. */
  add(rows: readonly WrittenRow[]): void {
    this.changes++;
    if (this.written.size > MOST_WRITTEN) {
      this.written.clear();
      this.doubted = this.changes;
    }
    for (const row of rows) {
      this.written.set(row.set, this.changes);
      const key = hourKey({ set: row.set, hour: hourOf(row.ts) });
      const hour = this.hours.get(key);
      if (hour) this.held -= hour.bytes;
      const goesOn = hour && growHour(hour, row.ts, row.values);
      if (hour) this.held += hour.bytes;
      if (!goesOn) this.forget(key);
      // The first sample of an hour makes it one that comes sample by sample.
      for (const name of this.periodsOf.get(row.set) ?? []) {
        const period = this.periods.get(name);
        if (period && row.ts >= period.from && row.ts < period.to && !period.hours.has(key)) this.forget(name);
      }
    }
    this.shrink();
  }

  /** A write from `earliest` (ms) on of which it is not known whether it holds, or which another process made. */
  doubt(earliest: number): void {
    this.doubted = ++this.changes;
    const first = hourOf(earliest);
    for (const [key] of this.hours) if (hourOfKey(key) >= first) this.forget(key);
    for (const [key, { to }] of this.periods) if (to > earliest) this.forget(key);
  }

  /** A write of this process failed: if it was carried out all the same, now or later, that is news. */
  failed(earliest: number): void {
    this.name = randomUUID();
    this.doubt(earliest);
  }

  /** What the database tells; without a channel that nothing was heard for a while. */
  drop(channel?: string, payload = ""): void {
    if (channel !== undefined && channel !== HISTORY_CHANNEL) return;
    const [who, earliest] = payload.split(" ");
    if (who === this.name) return;
    this.doubt(earliest === undefined ? -Infinity : Number(earliest));
  }
}

function* hoursOf({ bySet, from, to }: Asked): Generator<number> {
  for (const set of bySet.keys())
    for (let hour = hourOf(from); hour <= hourOf(to - 1); hour++) yield hourKey({ set, hour });
}

const keyOf = ({ bySet, from, to, byDay }: Asked): string => JSON.stringify([[...bySet], from, to, byDay]);

const isAggregateOnly = ({ sealed, head, isAggregate }: PartOfHour): boolean =>
  isAggregate && sealed === null && head.size === 0;

/** Either sealed or growing. */
const isOfOneKind = ({ sealed, head, isAggregate }: PartOfHour): boolean =>
  !isAggregate && (sealed === null || head.size === 0);

// Pages and our server have a copy of this module each. By pool: another database never meets the hours of this one.
const shared = globalThis as { dozorWholeHours?: WeakMap<pg.Pool, WholeHours> };

/** What this process knows of our database. */
export function wholeHours(): WholeHours {
  shared.dozorWholeHours ??= new WeakMap();
  const database = pool();
  let known = shared.dozorWholeHours.get(database);
  if (!known) {
    known = new WholeHours(LIMIT_BYTES);
    shared.dozorWholeHours.set(database, known);
    hears("history", known);
  }
  return known;
}
