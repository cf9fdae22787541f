// What reading asks of the database: each statement is one snapshot, moves only the series asked for, and few rows.
import type pg from "pg";
import { deliver, type FetchedRow, type Sink } from "./deliver";
import { AGGREGATE_BYTES, HOUR_MS } from "./hour";

/** A series and its place. */
export interface StoredSeries {
  metric: string;
  labels: Record<string, string>;
  set: number;
  slot: number;
}

/** Series by metric name; with `labels`, those that carry at least these. */
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
  const { rows } = await db.query<StoredSeries>(
    `SELECT metric, labels, set_id AS set, slot FROM series
     WHERE subject = $1 AND metric = ANY ($2) ORDER BY set_id, slot`,
    [subject, selectors.map(({ metric }) => metric)],
  );
  const means = (selector: Selector, { metric, labels }: StoredSeries) =>
    metric === selector.metric &&
    Object.entries(selector.labels ?? {}).every(([name, value]) => labels[name] === value);
  return [...new Set(selectors.flatMap((selector) => rows.filter((series) => means(selector, series))))];
}

// Slot 0 stands for the times of a sealed hour; the head has them beside each value. Parameters: sets, slots, from, to (ms).
const WANTED = "unnest($1::int[], $2::int[]) AS wanted (set_id, slot)";
const HEAD = `
  SELECT 'head' AS kind, set_id AS set, slot, 0 AS hour,
    string_agg(int8send(ts) || float8send(values[slot]), '' ORDER BY ts) AS bytes
  FROM ${WANTED} JOIN sample_head USING (set_id)
  WHERE ts >= $3 AND ts < $4 AND values[slot] IS NOT NULL GROUP BY set_id, slot`;
const COLUMN = "substring(data FROM offs[2 * slot + 1] + 1 FOR offs[2 * slot + 2] - offs[2 * slot + 1])";
const HOURS = `hour BETWEEN $3::bigint / ${HOUR_MS} AND ($4::bigint - 1) / ${HOUR_MS}`;
const DATA = `
  SELECT 'data', set_id, slot, hour, ${COLUMN}
  FROM ${WANTED} JOIN sample_data USING (set_id) WHERE ${HOURS} AND 2 * slot < cardinality(offs)`;
const SAMPLES = `${HEAD} UNION ALL ${DATA}`;

// An hour with rows in the head is not final: it comes sample by sample, and its aggregate is left out.
const OPEN = `
  SELECT DISTINCT set_id, (ts / ${HOUR_MS})::int AS hour FROM sample_head
  WHERE set_id = ANY ($1::int[]) AND ts >= $3 AND ts < $4`;
const AGGREGATES = `
  WITH open AS MATERIALIZED (${OPEN})
  ${HEAD} UNION ALL
  SELECT 'data', set_id, slot, hour, ${COLUMN}
  FROM open JOIN sample_data USING (set_id, hour) JOIN ${WANTED} USING (set_id)
  WHERE ${HOURS} AND 2 * slot < cardinality(offs)
  UNION ALL
  SELECT 'hour', set_id, slot, 0,
    string_agg(int4send(hour) || substring(agg FROM ${AGGREGATE_BYTES} * (slot - 1) + 1 FOR ${AGGREGATE_BYTES}), '')
  FROM ${WANTED} JOIN sample_hour USING (set_id)
  WHERE ${HOURS} AND slot > 0 AND length(agg) >= ${AGGREGATE_BYTES} * slot
    AND (set_id, hour) NOT IN (SELECT set_id, hour FROM open)
  GROUP BY set_id, slot`;

/**
 * Gives `sink` what is stored of these series from `from` to before `to` (ms since the epoch), in one snapshot.
 * An hour of which a part is asked for is given whole.
 * @param byHour take sealed hours as aggregates
 */
export async function fetchSamples(
  db: Queryable,
  { series, from, to, byHour }: { series: readonly StoredSeries[]; from: number; to: number; byHour: boolean },
  sink: Sink,
): Promise<void> {
  const sets = [...new Set(series.map(({ set }) => set))];
  const { rows } = await db.query<FetchedRow>(byHour ? AGGREGATES : SAMPLES, [
    [...series.map(({ set }) => set), ...sets],
    [...series.map(({ slot }) => slot), ...sets.map(() => 0)],
    from,
    to,
  ]);
  const indexes = new Map(series.map(({ set, slot }, i) => [`${set}:${slot}`, i]));
  deliver(
    rows.map((row) => ({ ...row, series: indexes.get(`${row.set}:${row.slot}`) ?? -1 })),
    sink,
  );
}

/** The hours (since the epoch, latest first) that hold any row of these series' parts, sealed or not. */
export async function storedHours(
  db: Queryable,
  { series, from, to }: { series: readonly StoredSeries[]; from: number; to: number },
): Promise<number[]> {
  const { rows } = await db.query<{ hour: number }>(
    `SELECT hour FROM sample_data WHERE set_id = ANY ($1) AND hour BETWEEN $2::bigint / $4 AND ($3::bigint - 1) / $4
     UNION SELECT (ts / $4)::int FROM sample_head WHERE set_id = ANY ($1) AND ts >= $2 AND ts < $3
     ORDER BY hour DESC`,
    [[...new Set(series.map(({ set }) => set))], from, to, HOUR_MS],
  );
  return rows.map(({ hour }) => hour);
}
