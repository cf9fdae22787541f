// Reading history of which parts are reduced, against a naive model: every sample counts in its step, wherever it is kept.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { reducedBlock, reduceHour } from "../../tests/support/reduce-hours";
import { pool } from "../db";
import type { Block } from "./block";
import { HOUR_MS, hourOf } from "./hour";
import { partitionsOf } from "./partitions";
import { readRaw, readSeries } from "./read";
import { sealHours } from "./seal";
import { cutPeriod, type Steps } from "./steps";
import { transaction } from "./transaction";
import { writeSamples } from "./write";

useDatabase();

const START = Date.UTC(2026, 10, 22, 22);
const HOURS = 4;
const END = START + HOURS * HOUR_MS;
/** A gauge and a cumulative value; both are integers, so that sums are exact in any order. */
const METRICS = ["cpu.usage_percent", "cpu.interrupts"];
const selectors = METRICS.map((metric) => ({ metric }));

type Resolution = 0 | 5 | 60 | 300 | 3600;

interface Sample {
  ts: number;
  value: number;
  /** Came when its hour was reduced already: counts as the latest of its stored step. */
  late: boolean;
}

interface History {
  /** Ticks as parts of the time, and which of them come late. */
  ticks: { at: number; late: boolean; both: boolean }[];
  resolutions: Resolution[];
}

const history: fc.Arbitrary<History> = fc.record({
  ticks: fc.uniqueArray(
    fc.record({
      at: fc.oneof(
        fc.integer({ min: 0, max: HOURS * 720 - 1 }).map((tick) => tick * 5_000),
        fc.integer({ min: 0, max: HOURS * HOUR_MS - 1 }),
      ),
      late: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      both: fc.boolean(),
    }),
    { selector: ({ at }) => at, minLength: 1, maxLength: 120 },
  ),
  resolutions: fc.array(fc.constantFrom<Resolution>(0, 0, 5, 60, 300, 3600), { minLength: HOURS, maxLength: HOURS }),
});

async function write(subject: number, ticks: History["ticks"], start = START): Promise<void> {
  const values = ({ at, both }: { at: number; both: boolean }) => ({
    usage_percent: valueAt(0, at),
    ...(both && { interrupts: valueAt(1, at) }),
  });
  await writeSamples(
    ticks.map((tick) => ({ subject, probe: "cpu", ts: start + tick.at, rows: [{ labels: {}, values: values(tick) }] })),
  );
}

const valueAt = (series: number, at: number): number => ((at * 7_919) % 10_007) * (series + 1) - 5_000;

/** Stores a history; late ticks are left in the head. @returns the samples of each series, and how each hour is kept */
async function store(subject: number, { ticks, resolutions }: History) {
  const inTime = ticks.filter(({ late }) => !late);
  await write(subject, inTime);
  await sealHours(END + HOUR_MS);
  const kept = new Set(inTime.map(({ at }) => Math.floor(at / HOUR_MS)));
  const stored = resolutions.map((resolution, hour) => (kept.has(hour) ? resolution : 0));
  for (const [hour, resolution] of stored.entries())
    if (resolution) await reduceHour(subject, hourOf(START) + hour, resolution);
  await write(
    subject,
    ticks.filter(({ late }) => late),
  );
  const samples = METRICS.map((_, series) =>
    ticks
      .filter(({ both }) => both || series === 0)
      .map(({ at, late }): Sample => ({ ts: START + at, value: valueAt(series, at), late }))
      .sort((a, b) => a.ts - b.ts),
  );
  return { samples, stored };
}

const resolutionAt = (stored: readonly Resolution[], ts: number) => stored[Math.floor((ts - START) / HOUR_MS)] ?? 0;

/** In the order in which samples count: by stored step, late ones last in theirs. */
function inOrder(samples: readonly Sample[], stored: readonly Resolution[]): Sample[] {
  const stepOf = ({ ts }: Sample) => {
    const step = resolutionAt(stored, ts) * 1000;
    return step === 0 ? ts : Math.floor(ts / step) * step;
  };
  return [...samples].sort((a, b) => stepOf(a) - stepOf(b) || Number(a.late) - Number(b.late) || a.ts - b.ts);
}

function naive(samples: readonly Sample[]) {
  if (samples.length === 0) return { avg: null, min: null, max: null, last: null };
  const values = samples.map(({ value }) => value);
  return {
    avg: values.reduce((sum, value) => sum + value, 0) / values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    last: values.at(-1),
  };
}

const question = fc.record({
  from: fc.integer({ min: START - HOUR_MS, max: END }),
  length: fc.integer({ min: 1, max: 5 * HOUR_MS }),
  stepSeconds: fc.option(fc.constantFrom(1, 7, 60, 90, 300, 1_800, 3_600, 7_200), { nil: undefined }),
  points: fc.integer({ min: 2, max: 400 }),
  anchor: fc.option(fc.integer({ min: START - HOUR_MS, max: END }), { nil: undefined }),
});

async function newSubject(): Promise<number> {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  return rows[0].id;
}

describe("reading reduced history", () => {
  it("counts every sample in its step, in steps as long as what is stored needs", async () => {
    await fc.assert(
      fc.asyncProperty(history, question, async (given, { length, ...asked }) => {
        const subject = await newSubject();
        const { samples, stored } = await store(subject, given);
        const range = { from: asked.from, to: asked.from + length };
        const read = await readSeries({ subject, selectors, ...asked, ...range });
        const [first = 0] = read.ts;
        const end = (first + read.ts.length * read.stepSeconds) * 1000;
        const wanted = finestOf((unit) => cutPeriod(range, { ...asked, stored: unit }), stored);
        expect([read.stepSeconds, first * 1000, end]).toEqual([wanted.stepSeconds, wanted.from, wanted.to]);
        for (const series of read.series) {
          const ordered = inOrder(samples[METRICS.indexOf(series.metric)] ?? [], stored);
          read.ts.forEach((ts, i) => {
            const inside = ordered.filter((one) => one.ts >= ts * 1000 && one.ts < (ts + read.stepSeconds) * 1000);
            const found = { avg: series.avg[i], min: series.min[i], max: series.max[i], last: series.last[i] };
            expect(found).toEqual(naive(inside));
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it("gives one value for each stored step where samples are wanted", async () => {
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const subject = await newSubject();
        const { samples, stored } = await store(subject, given);
        const raw = await readRaw({ subject, selectors, from: START, to: END, limit: 10_000 });
        for (const { metric, values } of raw.series) {
          const expected = new Map<number, number>();
          const steps = new Map<number, number[]>();
          for (const { ts, value, late } of samples[METRICS.indexOf(metric)] ?? []) {
            const step = late ? 0 : resolutionAt(stored, ts) * 1000;
            if (step === 0) continue;
            const start = Math.floor(ts / step) * step;
            steps.set(start, [...(steps.get(start) ?? []), value]);
          }
          for (const [start, all] of steps)
            expected.set(
              start,
              metric === METRICS[1] ? (all.at(-1) ?? 0) : all.reduce((a, b) => a + b, 0) / all.length,
            );
          // A late sample at the very start of a step has the last word.
          for (const { ts, value, late } of samples[METRICS.indexOf(metric)] ?? [])
            if (late || resolutionAt(stored, ts) === 0) expected.set(ts, value);
          const found = raw.ts.flatMap((ts, i) => (values[i] === null ? [] : [[Math.round(ts * 1000), values[i]]]));
          expect(found).toEqual([...expected].sort(([a], [b]) => a - b));
        }
        const used = stored.filter((_, hour) =>
          given.ticks.some(({ at, late }) => !late && at / HOUR_MS >= hour && at / HOUR_MS < hour + 1),
        );
        expect(raw.stepSeconds).toBe(Math.max(0, ...used));
      }),
      { numRuns: 15 },
    );
  });
});

/** From fine to coarse, the first steps that everything which they touch can fill. */
function finestOf(cut: (unit: number) => Steps, stored: readonly Resolution[]): Steps {
  for (let unit = 1; ; ) {
    const steps = cut(unit);
    const coarsest = Math.max(1, ...stored.filter((_, hour) => touches(hour, steps.from, steps.to)));
    if (steps.stepSeconds % coarsest === 0 && (coarsest === 1 || steps.from % (1_000 * coarsest) === 0)) return steps;
    unit = coarsest;
  }
}

const touches = (hour: number, from: number, to: number): boolean =>
  START + hour * HOUR_MS < to && START + (hour + 1) * HOUR_MS > Math.floor(from / HOUR_MS) * HOUR_MS;

/** In one week, which holds nothing else. */
const LATER = START + 15 * 24 * HOUR_MS;

describe("reading while tables are exchanged", () => {
  it("sees either all samples or all steps, never an error", async () => {
    const subject = await newSubject();
    const ticks = Array.from({ length: HOURS * 60 }, (_, minute) => ({ at: minute * 60_000, late: false, both: true }));
    await write(subject, ticks, LATER);
    await sealHours(LATER + (HOURS + 1) * HOUR_MS);
    const range = { subject, selectors, from: LATER, to: LATER + HOURS * HOUR_MS };
    const before = await readSeries({ ...range, stepSeconds: 300 });
    expect(before.series[0]?.avg).not.toContain(null);
    let exchanging = true;
    let reads = 0;
    let ended = false;
    const exchanges = (async () => {
      for (let round = 0; !ended && (round < 8 || reads < 4); round++) await exchangeAndBack();
      exchanging = false;
    })();
    const readOnce = async () => {
      const asked = [300, 1_800].map((stepSeconds) => readSeries({ ...range, stepSeconds, points: 1_000 + reads }));
      const [fine, half] = await Promise.all(asked);
      expect(fine).toEqual(before);
      expect(half?.series[0]?.last).toEqual(before.series[0]?.last.filter((_, i) => i % 6 === 5));
      expect((await readRaw({ ...range, limit: 1_000 })).ts.length).toBeOneOf([HOURS * 60, HOURS * 12]);
      reads++;
    };
    try {
      while (exchanging) await readOnce();
    } finally {
      ended = true;
      await exchanges;
    }
  });
});

/** The samples of that week become steps of 5 minutes, as retention does it, and then samples again. */
async function exchangeAndBack(): Promise<void> {
  const [samples] = partitionsOf(hourOf(LATER));
  const rows = await transaction(async (client) => {
    await client.query("LOCK TABLE ONLY sample_data, ONLY sample_hour, ONLY sample_reduced IN ACCESS EXCLUSIVE MODE");
    const kept = await client.query<Block & { set_id: number; hour: number }>(`SELECT * FROM ${samples.name}`);
    for (const { set_id, hour, ...block } of kept.rows) {
      const { offs, data } = reducedBlock(block, 300);
      await client.query("INSERT INTO sample_reduced VALUES ($1, $2, 300, $3, $4)", [set_id, hour, offs, data]);
    }
    await client.query(`DROP TABLE ${samples.name}`);
    return kept.rows;
  });
  await transaction(async (client) => {
    await client.query("LOCK TABLE ONLY sample_data, ONLY sample_hour, ONLY sample_reduced IN ACCESS EXCLUSIVE MODE");
    await client.query(`CREATE TABLE ${samples.name} (LIKE sample_data INCLUDING ALL)`);
    await client.query(
      `ALTER TABLE sample_data ATTACH PARTITION ${samples.name} FOR VALUES FROM (${samples.from}) TO (${samples.to})`,
    );
    for (const { set_id, hour, offs, data } of rows) {
      await client.query("INSERT INTO sample_data VALUES ($1, $2, $3, $4)", [set_id, hour, offs, data]);
      await client.query("DELETE FROM sample_reduced WHERE set_id = $1 AND hour = $2", [set_id, hour]);
    }
  });
}
