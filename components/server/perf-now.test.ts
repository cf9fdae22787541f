import { expect, it } from "vitest";
import type { Probes } from "./newest";
import { perfNow } from "./perf-now";

const of = (data: unknown): Probes => ({ perf_events: { ts: "2026-03-01T12:00:00.000Z", data } });
const tile = (probes: Probes, name: string) => perfNow(probes)?.tiles.find((one) => one.name === name);

const COUNTED = {
  ...{ available: true, cpu_cores: "0-3", interval_ms: 500, trouble: null, unavailable: {} },
  derived: { ipc: 1.42, branch_miss_percent: 2.5 },
  events: {
    instructions: { per_sec: 14_200, confidence: 58.8 },
    cycles: { per_sec: 10_000, confidence: 70 },
    "page-faults": { per_sec: 120, confidence: 100 },
  },
};

it("is nothing where nobody counts", () => {
  expect(perfNow({})).toBeNull();
});

it("shows ratios with the lesser confidence of their two events, and rates of single events", () => {
  expect(perfNow(of(COUNTED))).toMatchObject({ cores: "0-3", intervalSeconds: 0.5, trouble: null });
  expect(tile(of(COUNTED), "ipc")).toEqual({
    ...{ name: "ipc", kind: "ratio", value: 1.42, reason: undefined, confidence: 58.8 },
  });
  expect(tile(of(COUNTED), "page_faults")).toMatchObject({ value: 120, confidence: 100 });
  expect(tile(of(COUNTED), "branch_miss_percent")).toMatchObject({ value: 2.5, confidence: null });
});

it("says why a value is missing, and what the trouble is", () => {
  const trouble = { code: "no_perf", message: "not installed", remedy: "sudo apt-get install linux-perf" };
  const nothing = of({ ...COUNTED, derived: {}, trouble, unavailable: { events: "not installed" } });
  expect(tile(nothing, "ipc")).toMatchObject({ value: null, reason: "not installed" });
  expect(perfNow(nothing)?.trouble).toEqual(trouble);
  const one = of({ ...COUNTED, derived: {}, unavailable: { "derived.ipc": "needs instructions and cycles" } });
  expect(tile(one, "ipc")?.reason).toBe("needs instructions and cycles");
});

it("takes nothing for an answer that is none", () => {
  for (const data of [null, 7, "x", [], { events: 3, derived: null, trouble: "x", unavailable: [] }, { trouble: {} }])
    expect(perfNow(of(data))).toMatchObject({ cores: "all", trouble: null, tiles: { length: 9 } });
});
