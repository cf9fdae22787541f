import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { PRIMARY } from "@/lib/fleet/compare-snapshots";
import { snapshotComparisonSchema } from "@/lib/fleet/schema";
import { hostProbes } from "@/lib/host/probes";
import { comparisonSchema } from "@/lib/metrics/schema";
import { sealHours } from "@/lib/metrics/seal";
import { type SampleBatch, writeSamples } from "@/lib/metrics/write";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { createServerRow } from "@/tests/support/live";
import { signedIn } from "@/tests/support/users";
import { GET } from "./route";

withDatabase();

const HOUR = 3_600_000;
/** A Thursday and the day before it: two hours of samples each minute at the same time of day, the first day's sealed. */
const TODAY = Date.UTC(2026, 0, 15, 10);
const YESTERDAY = TODAY - 24 * HOUR;
let headers: Record<string, string> = {};

beforeAll(async () => {
  ({ headers } = await signedIn({ role: "viewer", kind: "bearer" }));
  const subject = await createServerRow("local");
  const day = (start: number, scale: number) =>
    Array.from({ length: 120 }, (_, minute): SampleBatch[] => {
      const ts = start + minute * 60_000;
      const late = minute >= 60;
      const disk = (device: string, bytes: number) => ({
        labels: { device },
        values: { read_bytes_per_sec: bytes * scale, write_bytes_per_sec: 1, read_bytes: 1_000 * minute },
      });
      return [
        { subject, ts, probe: "cpu", rows: [{ labels: {}, values: { usage_percent: 10 * scale + (minute % 2) } }] },
        {
          ...{ subject, ts, probe: "pressure" },
          rows: [{ labels: { resource: "io", kind: "some" }, values: { stall_percent: 6 * scale } }],
        },
        { subject, ts, probe: "disk", rows: [disk("sda", 100), ...(late ? [disk("sdb", 50)] : [])] },
      ];
    }).flat();
  await writeSamples(day(YESTERDAY, 1));
  await sealHours(YESTERDAY + 4 * HOUR);
  await writeSamples(day(TODAY, 2));
});

const ask = async (query: Record<string, string>) => {
  const response = await GET(
    new Request(`http://localhost:3000/api/history/compare?${new URLSearchParams(query)}`, { headers }),
  );
  return { status: response.status, body: await response.json() };
};
const iso = (ms: number) => new Date(ms).toISOString();
const custom = (a: number, b: number, length: number, longer = 0) => ({
  start_time_1: iso(a),
  end_time_1: iso(a + length),
  start_time_2: iso(b),
  end_time_2: iso(b + length + longer),
});

describe("GET /api/history/compare", () => {
  it("gives snapshots of both ranges from their starts, the primary value, and every series", async () => {
    const { status, body } = await ask({ metric_type: "cpu", ...custom(TODAY, YESTERDAY, 2 * HOUR), interval: "1m" });
    expect(status).toBe(200);
    const answer = snapshotComparisonSchema.parse(body);
    expect(answer.current).toMatchObject({ start_time: iso(TODAY), end_time: iso(TODAY + 2 * HOUR), truncated: false });
    const offsets = (of: typeof answer.current) =>
      of.data_points.map(({ timestamp }) => Date.parse(timestamp) - Date.parse(of.start_time));
    expect(offsets(answer.current)).toEqual(offsets(answer.comparison));
    expect(answer.current.data_points).toHaveLength(120);
    expect(answer.current.data_points[1]?.data).toMatchObject({ usage_percent: 21 });
    expect(answer.comparison.data_points[1]?.data).toMatchObject({ usage_percent: 11 });
    expect(answer.summary).toEqual({
      current_avg: 20.5,
      comparison_avg: 10.5,
      change_percent: expect.closeTo((10 / 10.5) * 100, 9),
    });
    expect(answer.series_summary).toEqual([
      {
        ...{ metric: "cpu.usage_percent", labels: {}, instance: "", unit: "percent", interval_s: 5, aggregate: "avg" },
        ...{ current: 20.5, comparison: 10.5, change_percent: answer.summary.change_percent },
      },
    ]);
  });

  it("has no primary value of shares that do not add up", async () => {
    const { status, body } = await ask({ metric_type: "pressure", ...custom(TODAY, YESTERDAY, 2 * HOUR) });
    expect(status).toBe(200);
    expect(body.summary).toEqual({ current_avg: null, comparison_avg: null, change_percent: null });
    expect(body.series_summary).toMatchObject([
      { metric: "pressure.stall_percent", labels: { resource: "io", kind: "some" }, current: 12 },
    ]);
  });

  it("adds up devices, one that was there half the time for its half, and takes the last of cumulative values", async () => {
    const { body } = await ask({ metric_type: "disk", ...custom(TODAY, YESTERDAY, 2 * HOUR) });
    // Two hours of sda, one of sdb: 201 and 201 + 101 bytes per second today, 101 and 101 + 51 yesterday.
    expect(body.summary).toMatchObject({ current_avg: 251.5, comparison_avg: 126.5 });
    const counters = body.series_summary.filter(({ metric }: { metric: string }) => metric === "disk.read_bytes");
    expect(counters).toMatchObject([
      { instance: "sda", aggregate: "last", current: 119_000, comparison: 119_000, change_percent: 0 },
      { instance: "sdb", aggregate: "last", current: 119_000, comparison: 119_000 },
    ]);
  });

  it("counts the samples of the ranges only, though hours are kept whole", async () => {
    const [a, b] = [TODAY, YESTERDAY].map((start) => start + 55 * 60_000);
    const { body } = await ask({ metric_type: "disk", ...custom(a ?? 0, b ?? 0, 20 * 60_000) });
    // Twenty minutes of sda, fifteen of sdb.
    expect(body.summary).toMatchObject({
      current_avg: (20 * 201 + 15 * 101) / 20,
      comparison_avg: (20 * 101 + 15 * 51) / 20,
    });
  });

  it("begins its steps at the start of each range, wherever that is", async () => {
    const [a, b] = [TODAY + 17_000, YESTERDAY + 42_000];
    const { body } = await ask({ metric_type: "cpu", ...custom(a, b, HOUR), interval: "5m" });
    expect(body.current.data_points[0].timestamp).toBe(iso(a));
    expect(body.comparison.data_points[0].timestamp).toBe(iso(b));
    const compact = await ask({ metrics: "cpu.usage_percent", ...custom(a, b, HOUR), points: "12" });
    expect(compact.body).toMatchObject({ step_s: 300, a: { from: a / 1000 }, b: { from: b / 1000 } });
    expect(compact.body.offsets).toEqual(Array.from({ length: 12 }, (_, at) => at * 300));
  });

  it("cuts to the newest points and says so", async () => {
    const { body } = await ask({ metric_type: "cpu", ...custom(TODAY, YESTERDAY, HOUR), interval: "raw", limit: "7" });
    for (const range of [body.current, body.comparison]) {
      expect(range).toMatchObject({ truncated: true });
      expect(range.data_points).toHaveLength(7);
    }
    expect(body.current.data_points[6].timestamp).toBe(iso(TODAY + 59 * 60_000));
    expect(body.summary.current_avg).toBe(20.5);
  });

  it("gives series in equal steps with metrics", async () => {
    const { status, body } = await ask({
      metrics: "cpu.usage_percent,disk.read_iops",
      ...custom(TODAY, YESTERDAY, HOUR),
    });
    expect(status).toBe(200);
    const answer = comparisonSchema.parse(body);
    expect(answer.series).toMatchObject([
      {
        metric: "cpu.usage_percent",
        unit: "percent",
        summary: { a: { avg: 20.5, max: 21 }, b: { avg: 10.5, min: 10 } },
      },
    ]);
  });

  it.each([
    ["previous", 1],
    ["yesterday", 24],
    ["last_week", 168],
  ])("an hour compared to %s is laid over the hour that began %d h earlier", async (compare_to, hours) => {
    const { status, body } = await ask({ metric_type: "memory", period: "hour", compare_to });
    expect(status).toBe(200);
    const [current, comparison] = [body.current, body.comparison].map(({ start_time }) => Date.parse(start_time));
    expect((current ?? 0) - (comparison ?? 0)).toBe(hours * HOUR);
    expect(Math.abs(Date.parse(body.current.end_time) - Date.now())).toBeLessThan(60_000);
    expect(body.summary).toEqual({ current_avg: null, comparison_avg: null, change_percent: null });
  });

  it("knows nothing of ranges without samples, also in the future", async () => {
    const { status, body } = await ask({
      metrics: "cpu.usage_percent",
      ...custom(TODAY + 9e11, YESTERDAY - 9e11, HOUR),
    });
    expect(status).toBe(200);
    expect(body.series[0].summary).toEqual({
      a: { avg: null, min: null, max: null },
      b: { avg: null, min: null, max: null },
      change_percent: null,
    });
  });

  it("refuses unequal lengths with 400 and names the parameters", async () => {
    for (const [name, value] of Object.entries({ metric_type: "cpu", metrics: "cpu.user" })) {
      const { status, body } = await ask({ [name]: value, ...custom(TODAY, YESTERDAY, HOUR, 1) });
      expect(status).toBe(400);
      expect(body.detail).toMatch(/start_time_1.*end_time_1.*start_time_2.*end_time_2/);
    }
  });

  it.each<[string, Record<string, string>, string]>([
    ["neither form", { period: "day" }, "metric_type"],
    ["both forms", { period: "day", metrics: "cpu.user", metric_type: "cpu" }, "metric_type"],
    ["no range", { metric_type: "cpu" }, "start_time_1"],
    ["a range without its end", { metric_type: "cpu", start_time_1: "0", start_time_2: "0" }, "end_time_1"],
    ["a period and times", { metric_type: "cpu", period: "day", start_time_2: "0" }, "start_time_2"],
    ["compare_to without a period", { metric_type: "cpu", compare_to: "yesterday" }, "compare_to"],
    ["an unknown period", { metric_type: "cpu", period: "fortnight" }, "period"],
    ["an unknown type", { metric_type: "gpu", period: "day" }, "metric_type"],
    ["an unknown metric", { metrics: "cpu.gpu", period: "day" }, "metrics"],
    ["an unknown server", { metrics: "cpu.user", period: "day", server: "nowhere" }, "server"],
    ["too fine steps", { metric_type: "cpu", interval: "5s", ...custom(0, 0, 9_000 * HOUR) }, "interval"],
  ])("refuses %s", async (_, query, path) => {
    const { status, body } = await ask(query);
    expect([status, body.errors?.[0]?.path]).toEqual([422, path]);
  });

  it("answers nobody who is not signed in", async () => {
    const response = await GET(new Request("http://localhost:3000/api/history/compare?period=day&metric_type=cpu"));
    expect(response.status).toBe(401);
  });

  it("answers or refuses whatever is asked, and never fails", async () => {
    const word = fc.oneof(
      fc.constantFrom("cpu", "disk", "hour", "month", "previous", "last_week", "0", "1768471200", "1h", "raw", "7"),
      fc.constantFrom("2026-01-15T10:00:00Z", "2026-01-15", "9999-12-31T23:59:59Z", "cpu.user", 'cpu.user{a="b"}'),
      fc.string({ maxLength: 12 }),
    );
    const names = ["metric_type", "metrics", "server", "period", "compare_to", "start_time_1", "end_time_1"];
    const all = [...names, "start_time_2", "end_time_2", "interval", "limit", "aggregate", "points"];
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...all), word, { maxKeys: 9 }), async (query) => {
        const { status } = await ask(query);
        expect([200, 400, 422]).toContain(status);
      }),
      { numRuns: 250 },
    );
  });
});

it("every host probe has a primary value among its metrics, or none that could be told", () => {
  for (const { name, metrics } of hostProbes) {
    const known = Object.entries(metrics).flatMap(([metric, { rate }]) => [metric, ...(rate ? [rate.name] : [])]);
    expect(PRIMARY[name], name).toBeDefined();
    expect(known).toEqual(expect.arrayContaining([...(PRIMARY[name] ?? [])]));
  }
});
