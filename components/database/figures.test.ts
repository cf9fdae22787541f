import { describe, expect, it } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import { ChartData } from "../charts/chart-data";
import { metricBefore } from "../charts/earlier";
import { connectionsNow, figuresOf } from "./figures";

const LABELS = { database: "shop" };
type Values = (number | null)[];
const one = (metric: string, avg: Values, min = avg, max = avg): QueryResult["series"][number] => ({
  ...{ metric, labels: LABELS, instance: "shop", unit: "count", interval_s: 10, avg, min, max },
});
const data = (...series: QueryResult["series"]) =>
  new ChartData({ step_s: 10, since: 0, ts: [0, 10, 20, 30], series }, { from: 10, to: 40 });
const figures = (query: string, ...series: QueryResult["series"]) =>
  figuresOf({ [query]: data(...series) }, LABELS, { from: 10 });

describe("figuresOf", () => {
  it("takes the newest value and the mean of the period alone", () => {
    const found = figures(
      "main",
      one("databases.clients", [99, 2, 4, null]),
      one("databases.connections", [9, 9, 9, 9]),
    );
    expect(found).toMatchObject({ connections: 4, connectionsMean: 3 });
  });

  it("knows no connections of now where the newest number is old", () => {
    const long = { step_s: 10, since: 0, ts: [0, 10, 20, 30, 40, 50], series: [] };
    const stale = (avg: Values) =>
      new ChartData({ ...long, series: [one("databases.clients", avg)] }, { from: 0, to: 60 });
    const found = (avg: Values) => figuresOf({ main: stale(avg) }, LABELS, { from: 0 }).connections;
    expect(found([5, 5, null, null, null, null])).toBeNull();
    expect(found([5, 5, 5, 6, null, null])).toBe(6);
  });

  it("counts server processes where clients are not known", () => {
    expect(figures("main", one("databases.connections", [1, 2, 3, 4])).connections).toBe(4);
  });

  it("tells size and growth; of a single size no growth", () => {
    expect(figures("sizes", one("sizes.size_bytes", [1, 50, null, 40]))).toMatchObject({
      sizeBytes: 40,
      growthBytes: -10,
    });
    expect(figures("sizes", one("sizes.size_bytes", [1, null, null, 40]))).toMatchObject({
      sizeBytes: 40,
      growthBytes: null,
    });
  });

  it("makes shares of rates, and none of nothing", () => {
    const rates = [
      one("databases.commits_per_sec", [0, 3, 3, null]),
      one("databases.rollbacks_per_sec", [0, 1, 1, null]),
      one("databases.blocks_hit_per_sec", [0, 0, 0, 0]),
      one("databases.blocks_read_per_sec", [0, 0, 0, 0]),
    ];
    expect(figures("rates", ...rates)).toMatchObject({ commitsPerSecond: 3, rollbacksPercent: 25, hitPercent: null });
  });

  it.each<[string, Values, Values, number | null]>([
    ["grows", [0, 5, 6, 8], [0, 6, 8, 9], 4],
    ["stands still", [7, 7, 7, 7], [7, 7, 7, 7], 0],
    ["is reset", [9, 9, 0, 2], [9, 9, 2, 3], 3],
    ["is unknown", [1, null, null, null], [1, null, null, null], null],
  ])("counts deadlocks of a counter that %s", (_, min, max, expected) => {
    expect(figures("main", one("databases.deadlocks", max, min, max)).deadlocks).toBe(expected);
  });

  it("adds up what was written, in the seconds that are known and shown", () => {
    expect(figures("rates", one("databases.temp_bytes_per_sec", [7, 2, null, 4])).temporaryBytes).toBe(60);
  });

  it("reads the period before where it is laid under, and knows nothing of it elsewhere", () => {
    const laid = data(one("databases.clients", [1, 1, 1, 1]), one(metricBefore("databases.clients"), [5, 5, 7, null]));
    const before = figuresOf({ main: laid }, LABELS, { from: 10, before: true });
    expect(before).toMatchObject({ connections: 7, connectionsMean: 6, sizeBytes: null, commitsPerSecond: null });
  });
});

describe("connectionsNow", () => {
  const rows = [
    { labels: {}, values: { all_commits_per_sec: 9 } },
    { labels: { database: "shop" }, values: { clients: 3, connections: 5 } },
    { labels: { database: "old" }, values: { connections: 2 } },
  ];
  const at = (second: number) => ({ databases: { ts: new Date(second * 1_000).toISOString(), data: { rows } } });
  // Steps of a day know nothing of now.
  const main = new ChartData(
    { step_s: 86_400, since: 0, ts: [0], series: [one("databases.clients", [99])] },
    { from: 0, to: 1_000 },
  );
  it.each([
    ["the newest reading", at(995), { database: "shop" }, 3],
    ["server processes where clients are not told", at(995), { database: "old" }, 2],
    ["nothing of an old reading", at(969), { database: "shop" }, null],
    ["nothing without a reading", {}, { database: "shop" }, null],
    ["nothing of a database that is gone", at(995), { database: "till" }, null],
    ["nothing of one whose name another has", at(995), { database: "shop", oid: "7" }, null],
  ])("tells %s", (_, latest, labels, expected) => {
    expect(connectionsNow(latest, labels, main)).toBe(expected);
  });
});
