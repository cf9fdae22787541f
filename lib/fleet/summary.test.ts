import { describe, expect, it } from "vitest";
import type { ProbeRun } from "./status";
import { mountOf, type ServerRow, toSummary } from "./summary";

describe("mountOf", () => {
  it.each([
    ["/data/pg/main", ["/", "/data", "/data/pg2"], "/data"],
    ["/data", ["/", "/data"], "/data"],
    ["/database", ["/", "/data"], "/"],
    ["/anything", ["/data"], null],
    ["/x", [], null],
  ])("%s on %j is %s", (path, mounts, expected) => {
    expect(mountOf(path, mounts)).toBe(expected);
  });
});

describe("toSummary", () => {
  const now = Date.UTC(2026, 8, 7);
  const run = (facet: ProbeRun["facet"], probe: string, code: string | null): ProbeRun => ({
    ...{ probe, facet, intervalSeconds: 15, lastRunAt: now, nextRunAt: now + 15_000, lastSuccessAt: code ? null : now },
    ...{ outcome: code ? "failed" : "ok", code, message: code },
  });
  const server: ServerRow = {
    ...{ id: 2, name: "shop", enabled: true, labels: {}, host_kind: "ssh", intervals: {} },
    ...{
      pg_host: "db1",
      pg_port: 5432,
      pg_user: "u",
      has_password: true,
      pg_database: "postgres",
      pg_sslmode: "prefer",
    },
    ...{ ssh_host: null, ssh_port: 22, ssh_user: "dozor", ssh_auth_type: "password", ssh_key_id: null },
    ...{ has_ssh_password: true, has_ssh_key_passphrase: false },
    probes: [run("postgres", "instance", null), run("storage", "storage", "ssh_auth"), run("host", "cpu", "read")],
  };
  const latest = { storage: { total_bytes: 10, available_bytes: 4, used_percent: 60 } };

  it("stays short, whatever a server says of itself", () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => ({ labels: { state: `s${i}` }, values: { sessions: 1 } }));
    const instance = { rows: [], facts: { version: "1".repeat(10_000) } };
    const { version, connections } = toSummary(server, { instance, activity: { rows: [...rows, ...rows] } }, now);
    expect(version).toHaveLength(64);
    expect(Object.values(connections)).toEqual(Array(16).fill(2));
  });

  it("goes by what is asked of a server, not by what was told of a machine that it has no more", () => {
    expect(toSummary(server, latest, now)).toMatchObject({ status: "degraded", reason: "ssh_auth", free_space: 4 });
    const without = { ...server, host_kind: null, ssh_user: null };
    expect(toSummary(without, latest, now)).toMatchObject({ status: "up", ssh: null, free_space: null });
  });

  it("of a machine alone is of that machine, and nothing of a PostgreSQL that it had", () => {
    const partitions = {
      "/": { total_bytes: 10, available_bytes: 8, usage_percent: 20 },
      "/data": { total_bytes: 100, available_bytes: 10, usage_percent: 90 },
      "/sick": { total_bytes: null, available_bytes: null, usage_percent: null },
    };
    const instance = { rows: [{ labels: {}, values: { uptime_seconds: 5, in_recovery: 0, max_connections: 9 } }] };
    const activity = { rows: [{ labels: { state: "active" }, values: { sessions: 1 } }] };
    const told = {
      ...latest,
      partitions,
      instance,
      activity,
      cpu: 12.5,
      memory: 40,
      host_facts: "2026-09-06T00:00:00Z",
    };
    const machine = {
      ...server,
      pg_host: null,
      probes: [run("postgres", "instance", "refused"), run("host", "cpu", null)],
    };
    expect(toSummary(machine, told, now)).toMatchObject({
      ...{
        status: "up",
        has_postgres: false,
        version: null,
        connections: {},
        max_connections: null,
        in_recovery: null,
      },
      ...{ cpu_percent: 12.5, memory_percent: 40, uptime_seconds: 86_400, uptime_hours: 24 },
      ...{ disk_percent: 90, total_space: 100, free_space: 10 },
    });
    expect(toSummary(machine, {}, now)).toMatchObject({ cpu_percent: null, uptime_seconds: null, disk_percent: null });
    expect(toSummary({ ...machine, probes: [run("host", "cpu", "ssh_unreachable")] }, {}, now)).toMatchObject({
      ...{ status: "down", reason: "ssh_unreachable", ssh: { status: "down" } },
    });
  });
});
