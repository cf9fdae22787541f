import pg from "pg";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { reduceHour } from "../../tests/support/reduce-hours";
import { pool } from "../db";
import { queryResultSchema } from "../metrics/schema";
import { sealHours } from "../metrics/seal";
import { type SampleBatch, writeSamples } from "../metrics/write";
import { type Actor, systemActor } from "../users/permissions";
import { queryServer } from "./history";
import { snapshotHistorySchema } from "./schema";
import { groupHours } from "./snapshot-points";
import { autoInterval, type SnapshotInterval, snapshotHistory, snapshotTypes } from "./snapshots";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 15, 10);
const YEAR = 366 * 24 * HOUR;
const TICKS = 1_440;
/** Two hours at 5 s, the first sealed; nothing between 10:30 and 10:40. */
const END = START + TICKS * 5_000;
const isGap = (ts: number) => ts >= START + HOUR / 2 && ts < START + (40 * HOUR) / 60;

beforeAll(async () => {
  const subject = await createServerRow("local");
  const batches: SampleBatch[] = [];
  for (let tick = 0; tick < TICKS; tick += 1) {
    const ts = START + tick * 5_000;
    if (isGap(ts)) continue;
    const total = { usage_percent: tick % 12, interrupts: 1_000 * tick, core_count: 2 };
    const cores = ["0", "1"].map((core) => ({ labels: { core }, values: { per_core: Number(core) * 10 } }));
    batches.push({ subject, ts, probe: "cpu", rows: [{ labels: {}, values: total }, ...cores] });
  }
  for (const database of ["shop", 'odd "name", {x}']) {
    const rows = [{ labels: { database }, values: { commits_per_sec: database.length } }];
    batches.push({ subject, ts: START + 15_000, probe: "databases", rows });
  }
  await writeSamples(batches);
  await sealHours(START + HOUR + 5 * 60_000);
});

const range = { server: "local", from: START, to: END };

describe("queryServer", () => {
  it("tells the interval at which this very server is asked", async () => {
    const interval = async () =>
      (await queryServer(viewer, { ...range, metrics: "databases.commits_per_sec" })).series[0]?.interval_s;
    expect(await interval()).toBe(15);
    await pool().query(`UPDATE servers SET intervals = '{"collect_interval": 60}' WHERE name = 'local'`);
    // What is remembered of servers is good for two seconds.
    await expect.poll(interval, { timeout: 4_000 }).toBe(60);
    await pool().query("UPDATE servers SET intervals = '{}' WHERE name = 'local'");
  });

  it("gives series in equal steps with units, labels and intervals, and null in gaps", async () => {
    const result = await queryServer(viewer, { ...range, metrics: "cpu.usage_percent,cpu.per_core", points: 120 });
    expect(queryResultSchema.parse(result)).toEqual(result);
    expect(result.step_s).toBe(60);
    expect(result.ts).toHaveLength(120);
    const { rows } = await pool().query("SELECT created_at FROM servers WHERE name = 'local'");
    expect(Math.round(result.since * 1000)).toBe(rows[0].created_at.getTime());
    expect(result.series.map(({ metric, instance, unit, interval_s }) => [metric, instance, unit, interval_s])).toEqual(
      [
        ["cpu.usage_percent", "", "percent", 5],
        ["cpu.per_core", "0", "percent", 5],
        ["cpu.per_core", "1", "percent", 5],
      ],
    );
    const [usage] = result.series;
    expect([usage?.avg[0], usage?.min[0], usage?.max[0]]).toEqual([5.5, 0, 11]);
    expect(usage?.avg.map((value, at) => (value === null ? at : -1)).filter((at) => at >= 0)).toEqual([
      30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
    ]);
  });

  it("selects by labels, whatever stands in them", async () => {
    const ask = (metrics: string) => queryServer(viewer, { ...range, metrics, points: 2 });
    const all = await ask("databases.commits_per_sec");
    expect(all.series).toHaveLength(2);
    const one = await ask('databases.commits_per_sec{database="odd \\"name\\", {x}"}');
    expect(one.series.map(({ instance }) => instance)).toEqual(['odd "name", {x}']);
    expect((await ask('databases.commits_per_sec{database="none"}')).series).toEqual([]);
  });

  it("gives only the aggregates that were asked for", async () => {
    const result = await queryServer(viewer, {
      ...range,
      metrics: ["cpu.interrupts"],
      points: 1,
      aggregates: ["last"],
    });
    expect(result.series).toMatchObject([{ avg: [], min: [], max: [], last: [(TICKS - 1) * 1_000] }]);
  });

  it.each<[string, object, RegExp]>([
    ["an unknown metric", { metrics: "cpu.user,cpu.nothing" }, /Metric 2 of the list/],
    ["an unknown server", { metrics: "cpu.user", server: "nowhere" }, /no server of that name/],
    ["a range turned round", { metrics: "cpu.user", from: END, to: START }, /before its end/],
    ["an empty range", { metrics: "cpu.user", from: END, to: END }, /before its end/],
    ["a range without end", { metrics: "cpu.user", from: 0 }, /20 years/],
  ])("refuses %s, tells it, and repeats no value", async (_, over, message) => {
    await expect(queryServer(viewer, { ...range, ...over } as never)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(message),
    });
  });

  it("refuses who is not signed in before anything else", async () => {
    await expect(queryServer(null, { ...range, metrics: "cpu.nothing" })).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });
});

describe("snapshotHistory", () => {
  const ask = (over: object = {}) =>
    snapshotHistory(viewer, { ...range, metricType: "cpu", interval: "1m", limit: 1_000, ...over } as never);

  it("rebuilds the snapshots, averages of gauges, last of cumulative values, no point where nothing was sampled", async () => {
    const history = await ask();
    expect(snapshotHistorySchema.parse(history)).toEqual(history);
    expect(history).toMatchObject({ metric_type: "cpu", interval: "1m", count: 110, truncated: false });
    expect(history.data_points[0]).toMatchObject({
      timestamp: new Date(START).toISOString(),
      data: { usage_percent: 5.5, interrupts: 11_000, core_count: 2, per_core: [0, 10], user: null },
    });
    const times = history.data_points.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.filter(isGap)).toEqual([]);
  });

  it.each<[string, number, number]>([
    ["raw", 1_320, 5_000],
    ["5s", 1_320, 5_000],
    ["5m", 22, 300_000],
    ["1h", 2, 3_600_000],
  ])("gives %s points", async (interval, count, pause) => {
    const history = await ask({ interval, limit: 10_000 });
    expect(history).toMatchObject({ interval, count, truncated: false });
    const [first, second] = history.data_points.map(({ timestamp }) => Date.parse(timestamp));
    expect((second ?? 0) - (first ?? 0)).toBe(pause);
    expect(first).toBe(START);
  });

  it.each(["raw", "5s", "1m"])("keeps the newest points of %s when the limit cuts", async (interval) => {
    const all = await ask({ interval, limit: 10_000 });
    const cut = await ask({ interval, limit: 7 });
    expect(cut).toMatchObject({ count: 7, truncated: true });
    expect(cut.data_points).toEqual(all.data_points.slice(-7));
    const exact = await ask({ interval, limit: all.count });
    expect(exact).toMatchObject({ count: all.count, truncated: false });
  });

  it("finds old points across a long empty stretch", async () => {
    const history = await ask({ interval: "5s", from: START - 400 * 24 * HOUR, to: END + 400 * 24 * HOUR, limit: 3 });
    expect(history).toMatchObject({ count: 3, truncated: true });
    expect(history.data_points.at(-1)?.timestamp).toBe(new Date(END - 5_000).toISOString());
  });

  it.each(["1h", "auto", "5s", "raw"])(
    "asks the database nothing of the years without samples (%s)",
    async (interval) => {
      const { count: usual } = await ask({ interval, limit: 3 });
      const asked = vi.spyOn(pg.Client.prototype, "query");
      const long = await ask({ interval, limit: 3, from: START - 9 * YEAR, to: END + 9 * YEAR });
      const statements = asked.mock.calls.length;
      asked.mockRestore();
      expect(long.count).toBe(interval === "auto" ? 2 : usual);
      expect(statements).toBeLessThan(25);
    },
  );

  it.each([
    ["min", 0, 0],
    ["max", 11, 11_000],
    ["last", 11, 11_000],
    ["avg", 5.5, 5_500],
  ])("aggregates by %s when asked to", async (aggregate, usage, interrupts) => {
    const { data_points } = await ask({ aggregate });
    expect(data_points[0]?.data).toMatchObject({ usage_percent: usage, interrupts });
  });

  it.each([
    ["an unknown type", { metricType: "databases" }, /One of cpu, memory/],
    ["an unknown server", { server: "nowhere" }, /no server of that name/],
  ])("refuses %s, tells it, and repeats no value", async (_, over, message) => {
    await expect(ask(over)).rejects.toMatchObject({ code: "invalid", message: expect.stringMatching(message) });
  });
});

describe("autoInterval", () => {
  it.each([
    [3_600, 5, "raw"],
    [3_600, 1, "5s"],
    [3_601, 5, "1m"],
    [12 * 3_600, 5, "1m"],
    [24 * 3_600, 5, "5m"],
    [30 * 24 * 3_600, 5, "1h"],
    [365 * 24 * 3_600, 5, "1h"],
    [12 * 3_600, 60, "raw"],
  ])("%d s sampled each %d s: %s", (rangeSeconds, sampledSeconds, interval) => {
    expect(autoInterval(rangeSeconds, sampledSeconds)).toBe(interval);
  });
});

describe("groupHours", () => {
  it.each([
    [
      [9, 8, 7, 6, 5],
      2,
      [
        [8, 10],
        [6, 8],
        [5, 6],
      ],
    ],
    [
      [9, 3, 2],
      5,
      [
        [9, 10],
        [2, 4],
      ],
    ],
    [[], 5, []],
  ])("%j in groups of %d", (hours, most, groups) => {
    expect(groupHours(hours, most)).toEqual(groups);
  });
});

it("knows the types of host probes, sorted", () => {
  expect(snapshotTypes().join(" ")).toBe("cpu disk memory memory_bandwidth network perf_events pressure processes");
});

describe("snapshotHistory of reduced hours", () => {
  const question = { server: "archived", metricType: "cpu", from: START, to: START + 3 * HOUR, limit: 5_000 };
  const intervalAndCount = async (
    over: Partial<Parameters<typeof snapshotHistory>[1]> & { interval: SnapshotInterval },
  ) => {
    const { interval, data_points } = await snapshotHistory(viewer, { ...question, ...over });
    return [interval, data_points.length];
  };

  beforeAll(async () => {
    const subject = await createServerRow("archived");
    const values = (minute: number) => ({ usage_percent: minute % 7, interrupts: minute });
    const ticks = Array.from({ length: 180 }, (_, minute) => minute);
    await writeSamples(
      ticks.map((minute) => ({
        ...{ subject, ts: START + minute * 60_000, probe: "cpu" },
        rows: [{ labels: {}, values: values(minute) }],
      })),
    );
    await sealHours(START + 4 * HOUR);
    await reduceHour(subject, START / HOUR, 3_600);
    await reduceHour(subject, START / HOUR + 1, 300);
  });

  it("names the steps that were really used", async () => {
    expect(await intervalAndCount({ interval: "1m", from: START + 2 * HOUR })).toEqual(["1m", 60]);
    expect(await intervalAndCount({ interval: "1m", from: START + HOUR })).toEqual(["5m", 24]);
    expect(await intervalAndCount({ interval: "1m" })).toEqual(["1h", 3]);
    expect(await intervalAndCount({ interval: "auto" })).toEqual(["1h", 3]);
    expect(await intervalAndCount({ interval: "raw", from: START + HOUR, to: START + 2 * HOUR })).toEqual(["5m", 12]);
    expect(await intervalAndCount({ interval: "5s", to: START + HOUR })).toEqual(["1h", 1]);
  });

  it("gives averages of gauges and the last of what is cumulative", async () => {
    const { data_points } = await snapshotHistory(viewer, { ...question, interval: "1h", to: START + HOUR });
    expect(data_points[0]?.data).toMatchObject({ interrupts: 59, usage_percent: 2.9 });
  });

  it("makes steps of charts as long as what is kept, so that they show no gaps", async () => {
    const chart = (from: number) =>
      queryServer(viewer, { ...range, server: "archived", metrics: "cpu.usage_percent", from });
    const whole = await chart(START + HOUR);
    expect(whole.step_s).toBe(300);
    expect(whole.series[0]?.avg.slice(0, 12)).not.toContain(null);
  });
});
