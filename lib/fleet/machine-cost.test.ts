import { expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { pool } from "../db";
import { systemActor } from "../users/permissions";
import { machineCost } from "./machine-cost";

useDatabase();

it("adds up what the questions to a machine take in a minute, and tells what Dozor itself uses", async () => {
  const id = await createServerRow("web1");
  expect(await machineCost(systemActor(), { id })).toBeNull();
  const run = (probe: string, seconds: number, ms: number, outcome = "ok") =>
    pool().query(
      `INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at, duration_ms, outcome)
       VALUES ($1, $2, $3, '2026-03-01T12:00:00Z', $4, $5)`,
      [id, probe, seconds, ms, outcome],
    );
  await run("cpu", 5, 2);
  await run("processes", 10, 6);
  // What fails, and what PostgreSQL answers, is no reading of the machine.
  await run("disk", 5, 5_000, "failed");
  await run("activity", 15, 900);
  const at = "2026-03-01T12:00:00.000Z";
  expect(await machineCost(systemActor(), { id })).toEqual({ at, msPerMinute: 60, cpuPercent: null, rssBytes: null });
  const self = { rows: [{ labels: {}, values: { process_cpu_percent: 1.25, process_rss_bytes: 2e8 } }] };
  await pool().query("INSERT INTO latest (subject, kind, ts, data) VALUES (1, 'self', now(), $1)", [
    JSON.stringify(self),
  ]);
  expect(await machineCost(systemActor(), { id })).toMatchObject({ cpuPercent: 1.25, rssBytes: 2e8 });
  await expect(machineCost(null, { id })).rejects.toMatchObject({ code: "unauthenticated" });
});
