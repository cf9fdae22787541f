import { describe, expect, it } from "vitest";
import { hostProbes } from "../host/probes";
import { postgresProbes } from "../postgres/probes";
import { metricCatalog } from "./catalog";

describe("metricCatalog", () => {
  it("knows host gauges with their place, rates of counters, and Dozor's own metrics", () => {
    expect(metricCatalog().get("cpu.usage_percent")).toMatchObject({
      probe: "cpu",
      name: "usage_percent",
      facet: "host",
      unit: "percent",
      place: "usage_percent",
      interval: "sampling_interval_seconds",
      every: 1,
    });
    expect(metricCatalog().get("databases.commits_per_sec")).toMatchObject({
      facet: "postgres",
      kind: "gauge",
      unit: "1/s",
    });
    expect(metricCatalog().get("self.latency_ms")).toMatchObject({ facet: "self", unit: "ms" });
  });

  it("has exactly what the probes can store: no counter that is no series, every one that is", () => {
    for (const probe of [...hostProbes, ...postgresProbes]) {
      for (const [name, { kind, stored, rate }] of Object.entries(probe.metrics)) {
        expect(metricCatalog().has(`${probe.name}.${name}`)).toBe(kind === "gauge" || stored === true);
        if (rate) expect(metricCatalog().get(`${probe.name}.${rate.name}`)?.kind).toBe("gauge");
      }
    }
  });
});
