import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { provideEnv } from "../env";
import { ensureLocalServer } from "../first-start/local-server";
import { hostProbes } from "../host/probes";
import { COST_PROBE } from "../metrics/cost";
import { postgresProbes, storageProbes } from "../postgres/probes";
import { updateSettings } from "../settings/mutations";
import { systemActor } from "../users/permissions";
import { startCollector } from "./index";

const database = useDatabase();
/** Counting with perf is switched off where nobody wants it. */
const HOST_PROBES = hostProbes.map(({ name }) => name).filter((name) => name !== "perf_events");
/** What a server with a machine is asked beside that. */
const POSTGRES_PROBES = [...postgresProbes, ...storageProbes, { name: COST_PROBE }].map(({ name }) => name);
const seconds = { timeout: 15_000, interval: 100 };

const folder = mkdtempSync(path.join(tmpdir(), "dozor-collect-"));
let server = 0;
let stop: () => Promise<void>;
const count = async (sql: string): Promise<number> => Number((await pool().query(sql, [server])).rows[0].count);
const column = async (sql: string) => (await pool().query(sql, [server])).rows.map((row) => row.value);
const headRows = () =>
  count("SELECT count(*) FROM sample_head WHERE set_id IN (SELECT id FROM series_set WHERE subject = $1)");

describe("collector", () => {
  beforeAll(async () => {
    provideEnv({ DATA_DIR: folder });
    await pool().query("INSERT INTO settings (key, value) VALUES ('sampling_interval_seconds', '1')");
    await ensureLocalServer(database.url);
    server = (await pool().query("SELECT id FROM servers WHERE name = 'local'")).rows[0].id;
    stop = await startCollector({ exclusive: true });
  });
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });

  it("asks every probe of this machine and of its database, and all of them answer", async () => {
    await expect
      .poll(() => column("SELECT probe AS value FROM probe_state WHERE subject = $1 ORDER BY probe"), seconds)
      .toEqual([...POSTGRES_PROBES, ...HOST_PROBES].sort());
    const { rows } = await pool().query("SELECT probe, outcome, message FROM probe_state WHERE outcome <> 'ok'");
    expect(rows).toEqual([]);
  });

  it("stores a row per probe and tick, with regular times", async () => {
    await expect.poll(headRows, seconds).toBeGreaterThan(12);
    // The first reading has no rates yet.
    const usage = () => column("SELECT data->'usage_percent' AS value FROM latest WHERE subject = $1 AND kind = 'cpu'");
    await expect.poll(async () => (await usage())[0], seconds).toBeGreaterThanOrEqual(0);
  });

  it("shows the latest of each probe, itself and the machine's facts", async () => {
    const kinds = () => column("SELECT kind AS value FROM latest WHERE subject IN ($1, 1) ORDER BY kind");
    await expect.poll(kinds, seconds).toEqual(expect.arrayContaining(["cpu", "databases", "host_facts", "self"]));
    const [self] = await column(
      "SELECT data->'rows'->0->'values' AS value FROM latest WHERE subject = 1 AND kind = 'self' AND $1 > 0",
    );
    expect(self.latency_ms).toBeGreaterThan(0);
    expect(self.db_connections).toBeGreaterThan(0);
    expect(self.db_max_connections).toBeGreaterThan(self.db_connections);
  });

  it("asks PostgreSQL faster while somebody watches, for viewers only", async () => {
    const changes = () => column("SELECT ts AS value FROM latest WHERE subject = $1 AND kind = 'activity'");
    const stored = () =>
      count(
        "SELECT count(*) FROM sample_head h JOIN series_set s ON s.id = h.set_id WHERE s.subject = $1 AND s.probe = 'activity'",
      );
    const before = await stored();
    await pool().query("INSERT INTO watch VALUES ($1, 'postgres', 1, now() + interval '4 s')", [server]);
    await pool().query("SELECT pg_notify('dozor_watch', $1)", [String(server)]);
    const seen = new Set<number>();
    await expect
      .poll(async () => seen.add((await changes())[0].getTime()).size, { timeout: 5_000, interval: 100 })
      .toBeGreaterThanOrEqual(4);
    expect((await stored()) - before).toBeLessThanOrEqual(2);
  });

  it("takes a changed interval at once, without a restart", async () => {
    await updateSettings(systemActor(), { collect_interval: 5 });
    await expect
      .poll(
        () => column("SELECT interval_seconds AS value FROM probe_state WHERE subject = $1 AND probe = 'activity'"),
        { timeout: 8_000, interval: 100 },
      )
      .toEqual([5]);
  });

  it("counts with perf as soon as the settings want it, and leaves nothing behind when they do not", async () => {
    const told = () => column("SELECT data AS value FROM latest WHERE subject = $1 AND kind = 'perf_events'");
    await updateSettings(systemActor(), { perf_events_enabled: true, perf_events_interval_ms: 200 });
    await expect.poll(async () => (await told())[0]?.trouble?.code ?? "starting", seconds).not.toBe("starting");
    const [{ available, interval_ms, error, trouble }] = await told();
    expect(interval_ms).toBe(200);
    expect(available ? error : trouble.message).toBe(error);
    await updateSettings(systemActor(), { perf_events_enabled: false });
    const states = "SELECT count(*) FROM probe_state WHERE subject = $1 AND probe = 'perf_events'";
    await expect.poll(async () => [...(await told()), await count(states)], seconds).toEqual([0]);
  });

  it("takes a server's own interval at once, before the setting's", async () => {
    const interval = () =>
      column("SELECT interval_seconds AS value FROM probe_state WHERE subject = $1 AND probe = 'activity'");
    await pool().query(`UPDATE servers SET intervals = '{"collect_interval": 6}' WHERE id = $1`, [server]);
    await expect.poll(interval, { timeout: 8_000, interval: 100 }).toEqual([6]);
    await pool().query("UPDATE servers SET intervals = '{}' WHERE id = $1", [server]);
    await expect.poll(interval, { timeout: 8_000, interval: 100 }).toEqual([5]);
  });

  it("asks at once what a person asks for, and says when", async () => {
    const last = () => column("SELECT last_run_at AS value FROM probe_state WHERE subject = $1 AND probe = 'sizes'");
    const [before] = await last();
    await pool().query("SELECT pg_notify('dozor_run', $1)", [`${server}:sizes`]);
    await expect
      .poll(async () => (await last())[0].getTime(), { timeout: 3_000, interval: 50 })
      .toBeGreaterThan(before.getTime());
  });

  it("stops asking a server within a second of its pause", async () => {
    await pool().query("UPDATE servers SET enabled = false WHERE id = $1", [server]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const asked = () => column("SELECT max(last_run_at) AS value FROM probe_state WHERE subject = $1");
    const [paused] = await asked();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await asked()).toEqual([paused]);
  });

  it("lets go of a server that is paused", async () => {
    const last = () => column("SELECT max(last_run_at) AS value FROM probe_state WHERE subject = $1");
    await expect
      .poll(async () => Date.now() - (await last())[0].getTime(), { timeout: 15_000, interval: 250 })
      .toBeGreaterThan(4_000);
    const sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dozor' AND $1 > 0";
    await expect.poll(() => count(`${sessions} AND datname = current_database()`), seconds).toBe(0);
  });

  it("writes again what a crash of its database took of the latest values", async () => {
    await pool().query("UPDATE servers SET enabled = true WHERE id = $1", [server]);
    const kinds = () => column("SELECT kind AS value FROM latest WHERE subject = $1 ORDER BY kind");
    const all = ["host_facts", ...HOST_PROBES, ...POSTGRES_PROBES].sort();
    const asked = "SELECT count(*) FROM probe_state WHERE subject = $1 AND last_run_at > now() - interval '9 s'";
    await expect.poll(() => count(asked), seconds).toBe(all.length - 1);
    await pool().query("TRUNCATE latest");
    await pool().query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dozor-listen' AND datname = current_database()",
    );
    await expect.poll(kinds, seconds).toEqual(all);
  });

  it("says when it started, and lets go of its servers when it stops", async () => {
    await stop();
    expect(
      await column("SELECT message AS value FROM system_log WHERE source = 'collector' AND $1 > 0 ORDER BY id"),
    ).toEqual(["Collector started", "Collector stopped"]);
    expect(await column("SELECT name AS value FROM lease WHERE name = 'server:' || $1::text")).toEqual([]);
  });
});
