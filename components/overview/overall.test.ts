import { describe, expect, it } from "vitest";
import type { SystemMetrics } from "@/lib/health/schema";
import { type Counts, overallOf } from "./overall";

const NONE: Counts = { down: 0, degraded: 0, unknown: 0, paused: 0, up: 0 };
const healthy = { cpu_percent: "healthy", ram_percent: "healthy" } as SystemMetrics["status"];

describe("overallOf", () => {
  it.each([
    [{ up: 3, paused: 1 }, {}, "ok", [], [], "fleet"],
    [{ up: 3, unknown: 1 }, {}, "idle", [], [], "fleet"],
    [{ up: 3, unknown: 1 }, { ram_percent: "warning" }, "warn", [], ["ram_percent"], "machine"],
    [{ degraded: 1 }, { cpu_percent: "unknown" }, "warn", [], [], "fleet"],
    [
      { up: 1 },
      { cpu_percent: "critical", ram_percent: "warning" },
      "crit",
      ["cpu_percent"],
      ["ram_percent"],
      "machine",
    ],
    [{ down: 1, degraded: 2 }, {}, "crit", [], [], "fleet"],
  ] as const)("%o %o", (counts, status, tone, critical, warning, first) => {
    expect(overallOf({ ...NONE, ...counts }, { status: { ...healthy, ...status } })).toEqual({
      tone,
      critical,
      warning,
      first,
    });
  });
});
