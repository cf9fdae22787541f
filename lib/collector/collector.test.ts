import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { startCollector } from "../collect";
import { listen, pool } from "../db";
import { provideEnv } from "../env";
import { ensureLocalServer } from "../first-start/local-server";
import { setServersEnabled } from "../fleet/mutations";
import { serverByName } from "../fleet/queries";
import { hostProbes } from "../host/probes";
import { postgresProbes, storageProbes } from "../postgres/probes";
import { systemActor } from "../users/permissions";
import { runNow } from "./mutations";
import { readCollector } from "./queries";
import { collectorSchema } from "./schema";

const database = useDatabase();
const admin = systemActor();
const operator = { ...admin, role: "operator" as const };
const viewer = { ...admin, role: "viewer" as const };
/** Those of a server with a machine but for perf, which is switched off, and what watching it costs. */
const PROBES = hostProbes.length - 1 + postgresProbes.length + storageProbes.length + 1;
const seconds = { timeout: 15_000, interval: 100 };

const folder = mkdtempSync(path.join(tmpdir(), "dozor-collector-"));
let stop: () => Promise<void>;
const local = async () => (await readCollector(admin)).servers.find(({ name }) => name === "local");
const probe = async (name: string) => (await local())?.probes.find((one) => one.probe === name);
const audited = async () =>
  (await pool().query("SELECT event_type, target_name, details FROM audit_log ORDER BY id")).rows;

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  await ensureLocalServer(database.url);
  await pool().query("INSERT INTO subject (kind) VALUES ('server')");
  stop = await startCollector({ exclusive: true });
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

describe("the collector's page", () => {
  it("shows every probe of every server, who asks it, and Dozor itself", async () => {
    await expect.poll(async () => (await local())?.probes.length, seconds).toBe(PROBES);
    const collector = collectorSchema.parse(await readCollector(admin));
    expect(await probe("cpu")).toMatchObject({
      ...{ facet: "host", outcome: "ok", code: null, failures: 0, failures_last_hour: 0, interval_seconds: 5 },
    });
    expect(await probe("sizes")).toMatchObject({ facet: "postgres", interval_seconds: 1_800 });
    expect(await probe("storage")).toMatchObject({ facet: "storage", interval_seconds: 300 });
    expect(await probe("cost")).toMatchObject({ facet: "cost", outcome: "ok", interval_seconds: 60 });
    const [instance] = collector.instances;
    expect(instance).toMatchObject({ servers: 1, name: expect.stringContaining(`:${process.pid}:`) });
    expect(await local()).toMatchObject({ status: "up", enabled: true, instance: instance?.name });
    expect(collector.servers.at(-1)).toMatchObject({ id: 1, name: "dozor", probes: [{ probe: "self" }] });
    await expect.poll(async () => (await readCollector(admin)).instances[0]?.duties, seconds).toHaveLength(2);
    await expect
      .poll(async () => (await readCollector(admin)).samples, seconds)
      .toMatchObject({ waiting: 0, dropped: 0 });
  });

  it("counts the failures of the last hour", async () => {
    await pool().query(
      `INSERT INTO run (subject, probe, started_at, duration_ms, outcome)
       SELECT id, 'sizes', now() - minutes * interval '1 minute', 1, outcome
       FROM servers, (VALUES (1, 'failed'), (59, 'failed'), (61, 'failed'), (1, 'ok')) AS r (minutes, outcome)`,
    );
    expect((await probe("sizes"))?.failures_last_hour).toBe(2);
  });

  it("has a probe asked now, and shows when that is done", async () => {
    const before = await probe("sizes");
    expect(await runNow(operator, { server: "local", probe: "sizes" })).toEqual({ server: "local", probes: ["sizes"] });
    await expect.poll(async () => (await probe("sizes"))?.last_run_at, seconds).not.toBe(before?.last_run_at);
    expect(await probe("sizes")).toMatchObject({ outcome: "ok" });
    expect((await runNow(admin, { server: "local" })).probes).toHaveLength(PROBES);
    expect(await audited()).toMatchObject([
      { event_type: "server_run", target_name: "local", details: { probe: "sizes" } },
      { event_type: "server_run", details: { probe: "all" } },
    ]);
  });

  it("pauses a server at once, and goes on with it", async () => {
    await pool().query("TRUNCATE audit_log, activity_events");
    await setServersEnabled(operator, ["local"], false);
    await setServersEnabled(operator, ["local"], false);
    expect(await serverByName(viewer, "local")).toMatchObject({ status: "paused", enabled: false });
    expect(await local()).toMatchObject({ enabled: false, instance: null });
    expect((await probe("cpu"))?.next_run_at).toBeNull();
    await expect(runNow(operator, { server: "local" })).rejects.toMatchObject({ code: "conflict" });
    const told: string[] = [];
    const quiet = await listen("dozor_latest", (payload) => told.push(payload));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    told.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    await quiet();
    expect(
      told
        .join()
        .split(",")
        .filter((key) => key && !key.startsWith("1:")),
    ).toEqual([]);
    const before = await probe("cpu");
    await setServersEnabled(operator, ["local"], true);
    await expect
      .poll(async () => (await probe("cpu"))?.last_run_at, { timeout: 3_000, interval: 50 })
      .not.toBe(before?.last_run_at);
    expect(await audited()).toMatchObject([
      { event_type: "server_updated", target_name: "local", details: { enabled: { old: true, new: false } } },
      { event_type: "server_updated", details: { enabled: { old: false, new: true } } },
    ]);
    const { rows } = await pool().query("SELECT type FROM activity_events WHERE type LIKE 'server_%ed' ORDER BY id");
    expect(rows.map(({ type }) => type)).toEqual(["server_paused", "server_resumed"]);
  });

  it("is for those who may", async () => {
    await expect(readCollector(operator)).rejects.toMatchObject({ code: "forbidden" });
    await expect(runNow(viewer, { server: "local" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(setServersEnabled(viewer, ["local"], false)).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(runNow(admin, { server: "no" })).rejects.toMatchObject({ code: "not_found" });
    await expect(runNow(admin, { server: "local", probe: "no" })).rejects.toMatchObject({ code: "invalid" });
    await expect(setServersEnabled(admin, ["no"], true)).rejects.toMatchObject({ code: "not_found" });
  });
});
