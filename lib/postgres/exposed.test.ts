import { describe, expect, it } from "vitest";
import type { PostgresProbe } from "./probe";
import { toReading } from "./run";

const counter = {
  kind: "counter",
  unit: "count",
  help: "x",
  rate: { name: "x_per_sec", unit: "1/s", help: "x" },
} as const;
const probe: PostgresProbe = {
  ...{ name: "x", facet: "postgres", interval: "collect_interval", timeoutMs: 1, sql: {} },
  labels: ["database"],
  metrics: { commits: counter, backends: { kind: "gauge", unit: "count", help: "x" } },
  exposes: ["oid"],
};
const exposedOf = (rows: Record<string, unknown>[]) =>
  toReading(probe, rows, { before: undefined, elapsedSeconds: 0 }).reading.exposed;

describe("what only /metrics tells of a reading", () => {
  it("is each row's counters as they stand, also in the first reading, and what the probe adds", () => {
    expect(exposedOf([{ database: "a", commits: "12345678901", backends: 3, oid: "16384" }])).toEqual([
      { labels: { database: "a" }, values: { commits: 12_345_678_901, oid: 16_384 } },
    ]);
  });

  it("leaves out what is not known, and whole rows and readings of which nothing is", () => {
    const nothing = { database: "b", commits: null, backends: 1, oid: null };
    expect(exposedOf([{ ...nothing, oid: 5 }, nothing])).toEqual([{ labels: { database: "b" }, values: { oid: 5 } }]);
    expect(exposedOf([nothing])).toBeUndefined();
  });

  it("is bounded, whatever a server makes up", () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ database: `d${i}`, commits: i, oid: i }));
    expect(exposedOf(rows)).toHaveLength(16_384 / 2);
  });
});
