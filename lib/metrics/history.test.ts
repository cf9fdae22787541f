// The whole way of samples, against a naive model: written, sealed, and read back.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { HOUR_MS } from "./hour";
import { readRaw, readSeries } from "./read";
import { sealHours } from "./seal";
import { type SampleBatch, writeSamples } from "./write";

useDatabase();

const START = Date.UTC(2026, 10, 16, 22);
const HOURS = 4;
const END = START + HOURS * HOUR_MS;
const METRICS = ["a", "b", "c"];
let subject = 0;

beforeEach(async () => {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
});

/** Metric → time → value, as if everything were kept in one simple table. */
type Model = Map<string, Map<number, number>>;

interface Tick {
  ts: number;
  values: (number | null)[];
}
type Step = { write: Tick[] } | { seal: number };

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100) },
  { weight: 3, arbitrary: fc.integer({ min: 10 ** 9, max: 2 * 10 ** 9 }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 3, arbitrary: fc.constant(null) },
);
const moment = fc.oneof(
  fc.integer({ min: START, max: END - 1 }),
  fc.integer({ min: 0, max: HOURS * 720 - 1 }).map((tick) => START + tick * 5_000),
  fc.integer({ min: 0, max: HOURS * 12 - 1 }).map((tick) => START + tick * 300_000),
);
const tick: fc.Arbitrary<Tick> = fc.record({
  ts: moment,
  values: fc.array(value, { minLength: METRICS.length, maxLength: METRICS.length }),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ write: fc.array(tick, { maxLength: 25 }) }) },
    { weight: 2, arbitrary: fc.record({ seal: fc.integer({ min: START, max: END + HOUR_MS }) }) },
  ),
  { maxLength: 8 },
);

const batches = (ticks: Tick[]): SampleBatch[] =>
  ticks.map(({ ts, values }) => ({
    subject,
    probe: "p",
    ts,
    rows: [{ labels: {}, values: Object.fromEntries(values.map((one, i) => [METRICS[i], one])) }],
  }));

async function play(history: Step[]): Promise<Model> {
  const model: Model = new Map(METRICS.map((metric) => [`p.${metric}`, new Map()]));
  for (const step of history) {
    if ("seal" in step) await sealHours(step.seal);
    else {
      await writeSamples(batches(step.write));
      for (const { ts, values } of step.write)
        values.forEach((one, i) => {
          if (one !== null) model.get(`p.${METRICS[i]}`)?.set(ts, one);
        });
    }
  }
  return model;
}

function naive(samples: Map<number, number>, from: number, stepMs: number) {
  const inside = [...samples]
    .filter(([ts, one]) => ts >= from && ts < from + stepMs && Number.isFinite(one))
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
  if (inside.length === 0) return null;
  const sum = inside.reduce((total, one) => total + one, 0);
  return {
    avg: Number.isFinite(sum) ? sum / inside.length : null,
    min: Math.min(...inside),
    max: Math.max(...inside),
    last: inside.at(-1) ?? null,
  };
}

function expectClose(actual: number | null | undefined, expected: number | null | undefined, size: number): void {
  if (expected === null || expected === undefined) expect(actual).toBeNull();
  else expect(Math.abs((actual ?? NaN) - expected)).toBeLessThanOrEqual(1e-9 * size);
}

async function expectAsModel(model: Model, range: { from: number; to: number; stepSeconds: number }): Promise<void> {
  const selectors = METRICS.map((metric) => ({ metric: `p.${metric}` }));
  const read = await readSeries({ subject, selectors, ...range });
  const stepMs = range.stepSeconds * 1000;
  expect(read.ts[0]).toBeLessThanOrEqual(range.from / 1000);
  expect((read.ts.at(-1) ?? 0) * 1000 + stepMs).toBeGreaterThanOrEqual(range.to);
  for (const series of read.series) {
    read.ts.forEach((ts, i) => {
      const expected = naive(model.get(series.metric) ?? new Map(), ts * 1000, stepMs);
      // Which of the two zeros is smaller says nothing.
      const found = [series.min[i], series.max[i], series.last[i]].map((one) => (one === 0 ? 0 : one));
      const wanted = [expected?.min, expected?.max, expected?.last].map((one) => (one === 0 ? 0 : (one ?? null)));
      expect(found).toEqual(wanted);
      const size = Math.max(Math.abs(expected?.min ?? 0), Math.abs(expected?.max ?? 0));
      if (size < 1e290) expectClose(series.avg[i], expected?.avg, size);
    });
  }
}

async function expectRawAsModel(model: Model): Promise<void> {
  const selectors = METRICS.map((metric) => ({ metric: `p.${metric}` }));
  const raw = await readRaw({ subject, selectors, from: START, to: END, limit: 100_000 });
  for (const { metric, values } of raw.series) {
    const stored = raw.ts.flatMap((ts, i) => (values[i] === null ? [] : [[Math.round(ts * 1000), values[i]]]));
    expect(stored).toEqual([...(model.get(metric) ?? [])].sort(([a], [b]) => a - b));
  }
}

describe("reading across head and sealed hours", () => {
  it("equals a naive reading of all samples, late and repeated ones included", async () => {
    const range = fc.record({
      from: fc.integer({ min: START - HOUR_MS, max: END }),
      length: fc.integer({ min: 1, max: 5 * HOUR_MS }),
      stepSeconds: fc.constantFrom(300, 60, 7, 1_800, 3_600, 5_400, 7_200, 86_400),
    });
    await fc.assert(
      fc.asyncProperty(steps, range, async (history, { from, length, stepSeconds }) => {
        const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
        subject = rows[0].id;
        const model = await play(history);
        await expectAsModel(model, { from, to: from + length, stepSeconds });
        await expectAsModel(model, { from: START, to: END, stepSeconds: 3_600 });
        await expectRawAsModel(model);
      }),
      { numRuns: 60 },
    );
  });
});
