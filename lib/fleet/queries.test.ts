import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { type Actor, systemActor } from "../users/permissions";
import { latestOf, listServers, serverByName, subjectByName } from "./queries";
import { serverSummarySchema } from "./schema";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };

async function addServer(name: string, over: Record<string, unknown> = {}): Promise<number> {
  const server = { enabled: true, host_kind: null, pg_host: "db.example", pg_password: "sealed", labels: {}, ...over };
  const { rows } = await pool().query<{ id: number }>(
    `WITH made AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
     INSERT INTO servers (id, name, enabled, host_kind, pg_host, pg_port, pg_user, pg_password, labels)
     SELECT id, $1, $2, $3, $4, 5433, 'watcher', $5, $6 FROM made RETURNING id`,
    [name, server.enabled, server.host_kind, server.pg_host, server.pg_password, JSON.stringify(server.labels)],
  );
  return rows[0]?.id ?? 0;
}

async function addState(subject: number, probe: string, code: string | null = null): Promise<void> {
  await pool().query(
    `INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at, next_run_at, last_success_at, outcome, code, message)
     VALUES ($1, $2, 15, now(), now() + interval '15 s', $3, $4, $5, $6)`,
    [subject, probe, code ? null : new Date(), code ? "failed" : "ok", code, code && `no ${code}`],
  );
}

async function addLatest(subject: number, kind: string, data: unknown): Promise<void> {
  await pool().query("INSERT INTO latest (subject, kind, ts, data) VALUES ($1, $2, now(), $3)", [
    subject,
    kind,
    JSON.stringify(data),
  ]);
}

beforeAll(async () => {
  await addServer("unasked");
  await addServer("asleep", { enabled: false });
  await addState(await addServer("broken"), "instance", "refused");
  const well = await addServer("well", { host_kind: "local", labels: { env: "test" } });
  for (const probe of ["instance", "activity", "databases", "cpu"]) await addState(well, probe);
  await addLatest(well, "instance", {
    rows: [
      { labels: {}, values: { uptime_seconds: 5400, in_recovery: 0, max_connections: 100, transactions_per_sec: 15 } },
    ],
    facts: { version: "18.4", data_directory: "/data/pg/main" },
  });
  await addLatest(well, "activity", {
    rows: [
      { labels: { state: "active" }, values: { sessions: 2 } },
      { labels: { state: "idle" }, values: { sessions: 5 } },
      { labels: { state: "idle" }, values: { sessions: 1 } },
      { labels: { state: "hidden" }, values: { sessions: null } },
      { labels: { wait_event_type: "Lock" }, values: { active_sessions: 1 } },
      { labels: {}, values: { connections: 9 } },
    ],
  });
  await addLatest(well, "databases", {
    rows: [
      { labels: { database: "a" }, values: { commits_per_sec: 10.5, rollbacks_per_sec: 0.5 } },
      { labels: { database: "b" }, values: { commits_per_sec: 4, rollbacks_per_sec: 0 } },
      { labels: { database: "new" }, values: {} },
    ],
  });
  await addLatest(well, "disk", {
    partitions: {
      "/": { total_bytes: 1, available_bytes: 1, usage_percent: 1 },
      "/data": { total_bytes: 1000, available_bytes: 250, usage_percent: 75 },
      "/data/pg2": { total_bytes: 2, available_bytes: 2, usage_percent: 2 },
    },
  });
});

describe("listServers", () => {
  it("puts the worst first and knows why", async () => {
    const servers = await listServers(viewer);
    expect(servers.map(({ name, status, reason }) => [name, status, reason])).toEqual([
      ["broken", "down", "refused"],
      ["unasked", "unknown", "not_collected"],
      ["asleep", "paused", null],
      ["well", "up", null],
    ]);
    for (const server of servers) expect(serverSummarySchema.safeParse(server).error).toBeUndefined();
  });

  it("shows what was collected", async () => {
    expect(await serverByName(viewer, "well")).toMatchObject({
      host: "db.example",
      port: 5433,
      user: "watcher",
      has_password: true,
      host_kind: "local",
      labels: { env: "test" },
      version: "18.4",
      connections: { active: 2, idle: 6 },
      max_connections: 100,
      transactions_per_sec: 15,
      in_recovery: false,
      uptime_hours: 1.5,
      uptime_seconds: 5400,
      free_space: 250,
      total_space: 1000,
      disk_percent: 75,
      data_dir: "/data/pg/main",
    });
  });

  it("shows what is not known as null, never 0, and never the password", async () => {
    const server = await serverByName(viewer, "unasked");
    expect(server).toMatchObject({
      version: null,
      connections: {},
      max_connections: null,
      transactions_per_sec: null,
      in_recovery: null,
      uptime_hours: null,
      uptime_seconds: null,
      free_space: null,
      checked_at: null,
    });
    expect(JSON.stringify(server)).not.toContain("sealed");
  });

  it("knows nothing of a server of another name", async () => {
    expect(await serverByName(viewer, "wel%")).toBeNull();
    expect(await serverByName(viewer, "well\0")).toBeNull();
    expect(await subjectByName(viewer, "well\0")).toBeNull();
  });

  it.each([
    ["nobody", null, "unauthenticated"],
    ["who must change the password first", { ...viewer, mustChangePassword: true }, "password_change_required"],
  ])("refuses %s", async (_, actor, code) => {
    await expect(listServers(actor)).rejects.toMatchObject({ code });
    await expect(serverByName(actor, "well")).rejects.toMatchObject({ code });
    await expect(latestOf(actor, { id: 1 })).rejects.toMatchObject({ code });
  });

  it("asks no more statements for many servers than for one", async () => {
    const counted = async () => {
      const original = pool().query;
      let asked = 0;
      pool().query = ((...parameters: unknown[]) => {
        asked += 1;
        return Reflect.apply(original, pool(), parameters);
      }) as typeof original;
      await listServers(viewer).finally(() => {
        pool().query = original;
      });
      return asked;
    };
    const before = await counted();
    for (let index = 0; index < 20; index += 1) await addState(await addServer(`more-${index}`), "instance");
    expect(await counted()).toBe(before);
    expect(before).toBeLessThanOrEqual(2);
  });
});

describe("latestOf", () => {
  it("gives every kind with its time", async () => {
    const server = await serverByName(viewer, "well");
    const latest = await latestOf(viewer, server ?? { id: 0 });
    expect(Object.keys(latest).sort()).toEqual(["activity", "databases", "disk", "instance"]);
    expect(latest.disk?.data).toHaveProperty("partitions");
    expect(Date.now() - Date.parse(latest.disk?.ts ?? "")).toBeLessThan(60_000);
  });
});
