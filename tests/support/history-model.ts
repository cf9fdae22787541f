// What history should say, reckoned from the samples that were written, and whether the tables say it.
import { expect } from "vitest";
import { pool } from "../../lib/db";
import { type Block, blockColumn, columnsIn } from "../../lib/metrics/block";
import { type Aggregate, aggregate, decodeHour, HOUR_MS, hourOf } from "../../lib/metrics/hour";
import { type SampleBatch, writeSamples } from "../../lib/metrics/write";

type Five = [n: number, sum: number, min: number, max: number, last: number];

const fiveOf = ({ n, sum, min, max, last }: Aggregate): Five => [n, sum, min, max, last];
const naive = (samples: readonly [ts: number, value: number][]): Five =>
  fiveOf(
    aggregate(
      Float64Array.from(
        [...samples].sort(([a], [b]) => a - b),
        ([, value]) => value,
      ),
    ),
  );

function groupBy<T, Key>(items: Iterable<T>, keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), group);
    group.push(item);
  }
  return groups;
}

interface PartHourRow {
  set_id: number;
  hour: number;
}

/** The samples written so far, by series. */
export class HistoryModel {
  private readonly probe = "p";

  private constructor(
    readonly subject: number,
    private readonly written: Map<string, Map<number, number>>,
  ) {}

  /** A fresh subject with nothing stored. */
  static async create(): Promise<HistoryModel> {
    const { rows } = await pool().query<{ id: number }>("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
    return new HistoryModel(rows[0]?.id ?? 0, new Map());
  }

  /** The model of a copy of the database. */
  copy(): HistoryModel {
    return new HistoryModel(this.subject, structuredClone(this.written));
  }

  /** Writes one value of each metric at each of these times (ms). Values are decimals whose sums are exact. */
  async write(times: readonly number[], metrics: readonly string[] = ["a", "b"]): Promise<void> {
    const batches: SampleBatch[] = times.map((ts) => {
      const values = Object.fromEntries(
        metrics.map((metric, i) => [metric, ((ts / 1000) % 977) * (i + 1) - 300 + (ts % 4) / 4]),
      );
      for (const metric of metrics) {
        const known = this.written.get(metric) ?? new Map<number, number>();
        this.written.set(metric, known.set(ts, values[metric] ?? 0));
      }
      return { subject: this.subject, probe: this.probe, ts, rows: [{ labels: {}, values }] };
    });
    await writeSamples(batches);
  }

  /**
   * Compares every part-hour with what was written: full resolution sample by sample, steps and aggregates by their five
   * numbers. Rows that nobody wrote fail as well.
   * @returns which table speaks for how many series × hours
   */
  async check(): Promise<Record<"head" | "samples" | "steps" | "hour", number>> {
    const places = await this.places();
    const stored = await storedRows([...new Set(places.map(({ set }) => set))]);
    const spoken = { head: 0, samples: 0, steps: 0, hour: 0 };
    const expected = new Set<string>();
    for (const { metric, set, slot } of places) {
      const byHour = groupBy(this.written.get(metric) ?? [], ([ts]) => hourOf(ts));
      for (const [hour, samples] of byHour) {
        const key = `${set}:${hour}`;
        expected.add(key);
        const open = stored.head.get(key)?.flatMap(({ ts, values }) => sampleOf(ts, values[slot - 1])) ?? [];
        const opened = new Set(open.map(([ts]) => ts));
        const kept = samples.filter(([ts]) => !opened.has(ts));
        const what = `${metric} at ${new Date(hour * HOUR_MS).toISOString()}`;
        spoken[checkHour({ key, slot, what, samples, kept, open }, stored)]++;
      }
    }
    for (const rows of [stored.head, stored.samples, stored.steps, stored.hour])
      for (const key of rows.keys()) expect(expected.has(key), `a row for ${key}`).toBe(true);
    return spoken;
  }

  private async places(): Promise<{ metric: string; set: number; slot: number }[]> {
    const { rows } = await pool().query<{ metric: string; set: number; slot: number }>(
      "SELECT substr(metric, length($2) + 2) AS metric, set_id AS set, slot FROM series WHERE subject = $1",
      [this.subject, this.probe],
    );
    expect(rows.map(({ metric }) => metric).sort()).toEqual([...this.written.keys()].sort());
    return rows;
  }
}

const sampleOf = (ts: number, value: number | null | undefined): [number, number][] =>
  value === null || value === undefined ? [] : [[ts, value]];

interface Stored {
  head: Map<string, { ts: number; values: (number | null)[] }[]>;
  samples: Map<string, Block>;
  steps: Map<string, Block & { step: number }>;
  hour: Map<string, Buffer>;
}

async function storedRows(sets: number[]): Promise<Stored> {
  const read = async <T>(columns: string, table: string) =>
    (await pool().query<PartHourRow & T>(`SELECT set_id, ${columns} FROM ${table} WHERE set_id = ANY ($1)`, [sets]))
      .rows;
  const key = ({ set_id, hour }: PartHourRow) => `${set_id}:${hour}`;
  const head = await read<{ ts: string; values: (number | null)[] }>(
    `ts, (ts / ${HOUR_MS})::int AS hour, values`,
    "sample_head",
  );
  const samples = await read<Block>("hour, offs, data", "sample_data");
  const steps = await read<Block & { step: number }>("hour, step_s AS step, offs, data", "sample_reduced");
  const hours = await read<{ agg: Buffer }>("hour, agg", "sample_hour");
  return {
    head: groupBy(
      head.map((row) => ({ ...row, ts: Number(row.ts) })),
      key,
    ),
    samples: new Map(samples.map((row) => [key(row), row])),
    steps: new Map(steps.map((row) => [key(row), row])),
    hour: new Map(hours.map((row) => [key(row), row.agg])),
  };
}

interface SeriesHour {
  key: string;
  slot: number;
  what: string;
  /** All that was written, what of it has left the head, what is in the head. */
  samples: [number, number][];
  kept: [number, number][];
  open: [number, number][];
}

function checkHour({ key, slot, what, samples, kept, open }: SeriesHour, stored: Stored): keyof Stored {
  const hour = Number(key.split(":")[1]);
  const agg = stored.hour.get(key);
  if (agg && kept.length > 0) {
    const one = decodeHour(agg)[slot - 1];
    expect(one && fiveOf(one), `aggregate of ${what}`).toEqual(naive(kept));
  }
  const block = stored.samples.get(key);
  if (block) {
    expect(agg, `aggregate of ${what}`).toBeDefined();
    const found = new Map([...columnSamples(block, slot, hour), ...open]);
    expect([...found].sort(), what).toEqual([...samples].sort());
    return "samples";
  }
  const steps = stored.steps.get(key);
  if (steps) {
    expect(Object.fromEntries(stepsOf(steps, slot)), what).toEqual(
      Object.fromEntries(
        [...groupBy(kept, ([ts]) => Math.floor((ts - hour * HOUR_MS) / (steps.step * 1000)) * steps.step * 1000)].map(
          ([start, inStep]) => [start, naive(inStep)],
        ),
      ),
    );
    return "steps";
  }
  if (agg) return "hour";
  expect([...open].sort(), what).toEqual([...samples].sort());
  return "head";
}

function columnSamples(block: Block, slot: number, hour: number): [number, number][] {
  if (slot >= columnsIn(block)) return [];
  const times = blockColumn(block, 0).values;
  const { values, rows } = blockColumn(block, slot);
  return Array.from(values, (value, i) => [hour * HOUR_MS + (times[rows?.[i] ?? i] ?? Number.NaN), value]);
}

function stepsOf(block: Block, slot: number): [number, Five][] {
  const starts = blockColumn(block, 0).values;
  const first = 5 * (slot - 1) + 1;
  if (first >= columnsIn(block)) return [];
  const five = [0, 1, 2, 3, 4].map((column) => blockColumn(block, first + column));
  const rows = five[0]?.rows;
  return Array.from(five[0]?.values ?? [], (_, i) => [
    starts[rows?.[i] ?? i] ?? Number.NaN,
    five.map(({ values }) => values[i] ?? Number.NaN) as Five,
  ]);
}
