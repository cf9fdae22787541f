// What reading asks of the database: each statement is one snapshot, moves only the series asked for, and few rows.
import type pg from "pg";
import { prepared } from "../db";
import { decodeHour, hourKey, type SealedHour } from "./decode";
import { deliver, type Fetched, type FetchedRow, type Sink } from "./deliver";
import { DAYS_SQL, HOURS_SQL, SAMPLES_SQL } from "./fetch-sql";
import { HOUR_MS, hourOf } from "./hour";
import type { HourMemory } from "./hour-memory";
import { type Reading, readAtOnce } from "./snapshot";
import type { Asked, WholeHours } from "./whole-hours";

/** A series and its place. */
export interface StoredSeries {
  metric: string;
  labels: Record<string, string>;
  set: number;
  slot: number;
}

/**
 * Series by metric name; with `labels`, those that carry at least these. Of a database whose name another one has now,
 * the series carry its oid: a selector that names a database means them only if it names the oid, too.
 */
export interface Selector {
  /** Full name, e.g. `cpu.usage_percent`. */
  metric: string;
  labels?: Record<string, string>;
}

export type Queryable = Pick<pg.ClientBase, "query">;

/** The series of a subject that any of the selectors means, in the selectors' order, each once. */
export async function findSeries(
  db: Queryable,
  subject: number,
  selectors: readonly Selector[],
): Promise<StoredSeries[]> {
  const { rows } = await db.query<StoredSeries>({
    name: prepared("find-series"),
    text: `SELECT metric, labels, set_id AS set, slot FROM series
           WHERE subject = $1 AND metric = ANY ($2) ORDER BY set_id, slot`,
    values: [subject, selectors.map(({ metric }) => metric)],
  });
  const means = (selector: Selector, { metric, labels }: StoredSeries) =>
    metric === selector.metric &&
    Object.entries(selector.labels ?? {}).every(([name, value]) => labels[name] === value) &&
    !(labels.oid !== undefined && selector.labels?.database !== undefined && selector.labels.oid === undefined);
  return [...new Set(selectors.flatMap((selector) => rows.filter((series) => means(selector, series))))];
}

/** Which samples are fetched: of these series, from `from` to before `to` (ms since the epoch, whole numbers). */
export interface Wanted {
  series: readonly StoredSeries[];
  from: number;
  to: number;
  /** Take sealed hours as aggregates. */
  byHour: boolean;
  /** Take days as aggregates, too: `from` and `to` are borders of days (UTC), and `byHour` is set. */
  byDay?: boolean;
}

/** What is remembered of earlier answers. */
export interface Memory {
  /** Spares fetching and decoding again what the database says is the same still. */
  hours: HourMemory;
  /** Spares asking it. */
  whole: WholeHours;
  /** Its mark of before the snapshot, where others have read from that already. */
  mark?: number;
}

/** What is known to be stored of these series without asking the database; null where that is not all. */
export const fetchKnown = (wanted: Wanted, { whole }: Memory): Fetched | null =>
  whole.recall(askedOf(wanted, slotsBySet(wanted.series)));

/** What is stored of these series, in one snapshot. An hour of which a part is asked for is fetched whole. */
export function fetchWith(db: Queryable, wanted: Wanted, memory?: Memory): Promise<Fetched> {
  return fetch(wanted, memory, async ({ name, text, values }) => {
    const { rows } = await db.query<FetchedRow>({ name: prepared(name), text, values: [...values] });
    return rows.map(arrived);
  });
}

/** The same as the only statement of a snapshot, which is quicker. */
export const fetchAtOnce = (wanted: Wanted, memory?: Memory): Promise<Fetched> =>
  fetch(wanted, memory, (reading) => readAtOnce(reading, arrived));

/** A row; of one of the kind `sealed` what it holds. */
type Arrived = { row: FetchedRow } | { hour: SealedHour };

const arrived = (row: FetchedRow): Arrived => (row.kind === "sealed" ? { hour: decodeHour(row) } : { row });

/** With a memory, what it holds is not sent again, but used only where the rows are said to be the same still. */
async function fetch(
  wanted: Wanted,
  memory: Memory | undefined,
  read: (reading: Reading) => Promise<Arrived[]>,
): Promise<Fetched> {
  const bySet = slotsBySet(wanted.series);
  const asked = askedOf(wanted, bySet);
  const mark = memory?.mark ?? memory?.whole.mark() ?? 0;
  // Among aggregates hardly any hour is fetched more finely.
  const period = { first: hourOf(asked.from), last: hourOf(asked.to - 1) };
  const known = wanted.byHour ? [] : (memory?.hours.recall(bySet, period) ?? []);
  const all = await read(readingOf({ ...wanted, ...(memory && asked) }, known));
  const rows = all.flatMap((one) => ("row" in one ? one.row : []));
  const decoded = all.flatMap((one) => ("hour" in one ? one.hour : []));
  memory?.hours.keep(bySet, decoded);
  const fetched = {
    rows: rows.filter(({ kind }) => kind === "head" || kind === "hour"),
    // In one order whatever was known: sums of doubles depend on it.
    sealed: [...stillHolding(known, rows), ...decoded].sort((a, b) => a.hour - b.hour),
  };
  memory?.whole.keep(asked, fetched, mark);
  return fetched;
}

/** In whole hours. */
const askedOf = ({ from, to, byHour, byDay = false }: Wanted, bySet: Asked["bySet"]): Asked => ({
  ...{ bySet, byHour, byDay },
  from: hourOf(from) * HOUR_MS,
  to: (hourOf(to - 1) + 1) * HOUR_MS,
});

function slotsBySet(series: readonly StoredSeries[]): Map<number, number[]> {
  const bySet = new Map<number, number[]>();
  for (const { set, slot } of series) bySet.set(set, [...(bySet.get(set) ?? []), slot]);
  return bySet;
}

function stillHolding(known: readonly SealedHour[], rows: readonly FetchedRow[]): SealedHour[] {
  const keys = new Set<number>();
  for (const { kind, bytes } of rows) {
    if (kind !== "known") continue;
    for (let at = 0; at < bytes.length; at += 8)
      keys.add(hourKey({ set: bytes.readInt32BE(at), hour: bytes.readInt32BE(at + 4) }));
  }
  return known.filter((hour) => keys.has(hourKey(hour)));
}

function readingOf({ series, from, to, byHour, byDay }: Wanted, known: readonly SealedHour[]): Reading {
  const values = [
    series.map(({ set }) => set),
    series.map(({ slot }) => slot),
    from,
    to,
    known.map(({ set }) => set),
    known.map(({ hour }) => hour),
    known.map(({ table }) => table),
    known.map(({ transaction }) => transaction),
  ];
  if (byDay) return { name: "read-days", text: DAYS_SQL, values };
  return byHour ? { name: "read-hours", text: HOURS_SQL, values } : { name: "read-samples", text: SAMPLES_SQL, values };
}

/** Fetches and gives to `sink`. Samples where they are kept, steps where they are reduced, else hours. */
export async function fetchSamples(db: Queryable, wanted: Wanted, sink: Sink): Promise<void> {
  deliver(await fetchWith(db, wanted), wanted.series, sink);
}

/** The hours (since the epoch, latest first) that hold anything of these series' parts: whatever is sealed has aggregates. */
export async function storedHours(
  db: Queryable,
  { series, from, to }: { series: readonly StoredSeries[]; from: number; to: number },
): Promise<number[]> {
  const { rows } = await db.query<{ hour: number }>({
    name: prepared("stored-hours"),
    text: `SELECT hour FROM sample_hour
           WHERE set_id = ANY ($1) AND hour BETWEEN $2::bigint / ${HOUR_MS} AND ($3::bigint - 1) / ${HOUR_MS}
           UNION SELECT (ts / ${HOUR_MS})::int FROM sample_head WHERE set_id = ANY ($1) AND ts >= $2 AND ts < $3
           ORDER BY hour DESC`,
    // Whole hours of the head as well: a step may reach beyond the range.
    values: [
      [...new Set(series.map(({ set }) => set))],
      Math.floor(from / HOUR_MS) * HOUR_MS,
      Math.ceil(to / HOUR_MS) * HOUR_MS,
    ],
  });
  return rows.map(({ hour }) => hour);
}

// By key, set by set: cheap however many years are stored. Every sealed hour has its aggregates, reduced ones too.
const SPAN = `
  SELECT min(first)::int AS first, max(last)::int AS last
  FROM unnest($1::int[]) AS wanted (set_id), LATERAL (
    SELECT min(hour) AS first, max(hour) AS last FROM sample_hour h WHERE h.set_id = wanted.set_id
    UNION ALL SELECT min(ts) / ${HOUR_MS}, max(ts) / ${HOUR_MS} FROM sample_head s WHERE s.set_id = wanted.set_id) span`;

/** From the first to after the last stored hour of these series' parts, in ms: years without samples must not cost reads. */
export async function storedSpan(
  db: Queryable,
  series: readonly Pick<StoredSeries, "set">[],
): Promise<readonly [from: number, to: number]> {
  const sets = [...new Set(series.map(({ set }) => set))];
  const { rows } = await db.query<{ first: number | null; last: number | null }>(SPAN, [sets]);
  const { first = null, last = null } = rows[0] ?? {};
  return first === null || last === null ? [0, 0] : [first * HOUR_MS, (last + 1) * HOUR_MS];
}
