import { describe, expect, it } from "vitest";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Thresholds } from "@/lib/health/schema";
import { connectionsPercent, reasonOf } from "./reason";

const marks = { warning: 70, critical: 90 };
const thresholds: Thresholds = {
  cpu_percent: marks,
  ram_percent: marks,
  disk_percent: marks,
  latency_ms: marks,
  db_connections: { warning: 80, critical: 95 },
};
const server = (fields: Partial<ServerSummary>) =>
  ({ status: "up", reason: null, disk_percent: 10, connections: {}, max_connections: 100, ...fields }) as ServerSummary;

describe("reasonOf", () => {
  it.each([
    [{}, null],
    [{ status: "down", reason: "refused" }, "refused"],
    [{ status: "down", reason: "something_new" }, "internal"],
    [{ status: "paused" }, "paused"],
    [{ disk_percent: 70 }, "disk_warning"],
    [{ disk_percent: 90 }, "disk_critical"],
    [{ disk_percent: 75, connections: { active: 95 } }, "connections_critical"],
    [{ disk_percent: null, connections: { active: 50, idle: 30 } }, "connections_warning"],
    [{ status: "degraded", reason: "permission", disk_percent: 99 }, "permission"],
  ] as const)("%o → %s", (fields, expected) => {
    expect(reasonOf(server(fields as Partial<ServerSummary>), thresholds)).toBe(expected);
  });
});

describe("connectionsPercent", () => {
  it("is not known without sessions or a limit", () => {
    expect(connectionsPercent({ connections: {}, max_connections: 100 })).toBeNull();
    expect(connectionsPercent({ connections: { active: 1 }, max_connections: null })).toBeNull();
    expect(connectionsPercent({ connections: { active: 1, idle: 4 }, max_connections: 20 })).toBe(25);
  });
});
