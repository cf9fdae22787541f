import { describe, expect, it } from "vitest";
import type { CollectedServer, ProbeRuns } from "@/lib/collector/schema";
import { arrangeCollector, collectorHref, parseCollectorQuery } from "./collector-query";

const probe = (name: string, outcome: ProbeRuns["outcome"] = "ok"): ProbeRuns => ({
  ...{ probe: name, facet: "host", interval_seconds: 5, last_run_at: null, duration_ms: null, outcome },
  ...{ code: null, message: null, last_success_at: null, failures: 0, failures_last_hour: 0, skipped: 0 },
  next_run_at: null,
});
const server = (name: string, probes: ProbeRuns[]): CollectedServer => ({
  ...{ id: 2, name, enabled: true, status: "up", reason: null, instance: null, probes },
});
const SERVERS = [
  server("shop", [probe("cpu"), probe("sizes", "failed")]),
  server("blog", [probe("cpu", "nothing"), probe("disk", null)]),
  server("empty", []),
];
const shown = (parameters: Record<string, string>) =>
  arrangeCollector(SERVERS, parseCollectorQuery(parameters)).servers.map(
    ({ name, probes }) => `${name}: ${probes.map((one) => one.probe).join()}`,
  );

describe("the collector's page", () => {
  it.each([
    [{}, ["shop: cpu,sizes", "blog: cpu,disk", "empty: "]],
    [{ outcome: "failed" }, ["shop: sizes"]],
    [{ outcome: "never" }, ["blog: disk"]],
    [{ q: "BLOG" }, ["blog: cpu,disk"]],
    [{ q: "cpu" }, ["shop: cpu", "blog: cpu"]],
    [{ q: "cpu", outcome: "nothing" }, ["blog: cpu"]],
    [{ q: "none" }, []],
    [{ outcome: "odd", page: "-3" }, ["shop: cpu,sizes", "blog: cpu,disk", "empty: "]],
  ])("%j", (parameters, expected) => {
    expect(shown(parameters as unknown as Record<string, string>)).toEqual(expected);
  });

  it("counts what the search leaves, whatever the outcome", () => {
    const { counts } = arrangeCollector(SERVERS, parseCollectorQuery({ outcome: "failed" }));
    expect(counts).toEqual({ failed: 1, nothing: 1, ok: 1, never: 1 });
  });

  it("cuts pages, and never shows one that is not there", () => {
    const many = Array.from({ length: 23 }, (_, at) => server(`s${at}`, [probe("cpu")]));
    const arranged = arrangeCollector(many, parseCollectorQuery({ page: "9" }));
    expect(arranged).toMatchObject({ page: 3, pages: 3, matching: 23 });
    expect(arranged.servers).toHaveLength(3);
    expect(collectorHref(parseCollectorQuery({ page: "2", q: "a b" }), { outcome: "ok" })).toBe(
      "/admin/collector?q=a+b&outcome=ok",
    );
  });
});
