// Comparing and exporting history of which a part is reduced: every sample counts once, and rows say what they stand for.
import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { reduceHour } from "../../tests/support/reduce-hours";
import { hourOf } from "../metrics/hour";
import { sealHours } from "../metrics/seal";
import { writeSamples } from "../metrics/write";
import { type Actor, systemActor } from "../users/permissions";
import { compareServer } from "./compare";
import { compareSnapshots } from "./compare-snapshots";
import { exportHistory } from "./export";
import { exportSchema } from "./export-text";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };
const HOUR = 3_600_000;
/** A Monday. Behind it lie two hours of samples, before it one in steps of 5 minutes; a week earlier, the aggregate of one. */
const MONDAY = Date.UTC(2026, 2, 9);
const START = MONDAY - 169 * HOUR;
const END = MONDAY + 2 * HOUR;
const isSampled = (ts: number) => ts < START + HOUR || ts >= MONDAY - HOUR;
const METRICS = "cpu.usage_percent,cpu.interrupts";
/** A sample each 10 s: a gauge that jumps, a counter that grows. */
const tick = (ts: number) => (ts - START) / 10_000;
const gauge = (ts: number) => (tick(ts) * 37) % 101;

beforeAll(async () => {
  const subject = await createServerRow("local");
  const times = Array.from({ length: (END - START) / 10_000 }, (_, i) => START + i * 10_000).filter(isSampled);
  await writeSamples(
    times.map((ts) => {
      const values = { usage_percent: gauge(ts), interrupts: tick(ts) };
      return { subject, ts, probe: "cpu", rows: [{ labels: {}, values }] };
    }),
  );
  await sealHours(MONDAY + HOUR + 180_000);
  await reduceHour(subject, hourOf(START), 3_600);
  await reduceHour(subject, hourOf(MONDAY) - 1, 300);
});

function mean(from: number, to: number): number {
  const values = Array.from({ length: (to - from) / 10_000 }, (_, i) => gauge(from + i * 10_000));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("compareServer", () => {
  it("shows both ranges in the steps of the coarser one, and counts every sample once", async () => {
    const [a, b] = [MONDAY, MONDAY - HOUR].map((from) => ({ from, to: from + HOUR }));
    if (!a || !b) throw new Error("two ranges were made");
    const answer = await compareServer(viewer, { server: "local", metrics: METRICS, a, b, points: 60 });
    expect(answer.step_s).toBe(300);
    const means = (from: number) =>
      answer.offsets.map((offset) => expect.closeTo(mean(from + offset * 1000, from + offset * 1000 + 300_000), 9));
    const [usage] = answer.series;
    expect(usage?.a.avg).toEqual(means(a.from));
    expect(usage?.b.avg).toEqual(means(b.from));
    expect(usage?.summary.a.avg).toBeCloseTo(mean(a.from, a.to), 9);
    expect(usage?.summary.b.avg).toBeCloseTo(mean(b.from, b.to), 9);
  });

  it("names the step that both ranges are shown in", async () => {
    const [a, b] = [MONDAY, START].map((from) => ({ from, to: from + HOUR }));
    if (!a || !b) throw new Error("two ranges were made");
    const question = { server: "local", metricType: "cpu", interval: "1m", limit: 100, a, b } as const;
    const answer = await compareSnapshots(viewer, question);
    expect(answer.interval).toBe("1h");
    expect(answer.comparison.data_points.map(({ data }) => data.usage_percent)).toEqual([
      expect.closeTo(mean(START, START + HOUR), 9),
    ]);
    expect(answer.current.data_points).toHaveLength(1);
    expect(answer.summary.comparison_avg).toBeCloseTo(mean(START, START + HOUR), 9);
  });
});

describe("compareSnapshots", () => {
  it("gives no samples beside steps: both ranges come in the coarser resolution", async () => {
    const [a, b] = [MONDAY, MONDAY - HOUR].map((from) => ({ from, to: from + HOUR }));
    if (!a || !b) throw new Error("two ranges were made");
    const question = { server: "local", metricType: "cpu", interval: "raw", limit: 1_000, a, b } as const;
    const answer = await compareSnapshots(viewer, question);
    expect(answer.interval).toBe("5m");
    expect([answer.current, answer.comparison].map(({ data_points }) => data_points.length)).toEqual([12, 12]);
    const finer = await compareSnapshots(viewer, { ...question, b: { from: MONDAY + HOUR, to: END } });
    expect(finer.interval).toBe("raw");
    expect(finer.comparison.data_points).toHaveLength(360);
  });
});

describe("exportHistory", () => {
  const points = async (interval: "raw" | "1m") => {
    const question = { server: "local", metrics: METRICS, from: START, to: END, interval, format: "json" } as const;
    const { body } = await exportHistory(viewer, question);
    return exportSchema.parse(await new Response(body).json()).points;
  };

  it.each([
    ["raw", null, 10_000],
    ["1m", 60, 60_000],
  ] as const)("tells row by row what %s values stand for", async (interval, fine, step) => {
    const rows = await points(interval);
    expect(rows[0]).toEqual([new Date(START).toISOString(), 3_600, expect.closeTo(mean(START, START + HOUR), 9), 359]);
    const steps = rows.slice(1, 13);
    steps.forEach(([time, seconds, value, last], at) => {
      const from = MONDAY - HOUR + at * 300_000;
      expect([time, seconds, last]).toEqual([new Date(from).toISOString(), 300, tick(from + 290_000)]);
      expect(value).toBeCloseTo(mean(from, from + 300_000), 9);
    });
    const rest = rows.slice(13);
    expect(rest).toHaveLength((2 * HOUR) / step);
    expect(rest[1]).toEqual([
      new Date(MONDAY + step).toISOString(),
      fine,
      expect.closeTo(mean(MONDAY + step, MONDAY + 2 * step), 9),
      tick(MONDAY + 2 * step - 10_000),
    ]);
  });
});
