import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { hostProbes } from "../host/probes";
import { postgresProbes } from "../postgres/probes";
import type { FailureCode, Outcome, Probe } from "../probe";
import { createChangeReporter } from "./changes";

useDatabase();
let server = 0;
const PROBES: readonly Probe[] = [...hostProbes, ...postgresProbes];
const ok: Outcome = { outcome: "ok", reading: { rows: [] } };
const failed = (code: FailureCode): Outcome => ({ outcome: "failed", code, message: `it is ${code}` });
const column = async (sql: string) => (await pool().query(sql)).rows.map((row) => row.value);
const entries = () => column("SELECT level || ' ' || message AS value FROM system_log ORDER BY id");
const events = () => column("SELECT type AS value FROM activity_events ORDER BY id");

/** A collector that asked these probes, and wrote down how they stand. */
async function collect(outcomes: Record<string, Outcome>): Promise<void> {
  const changes = createChangeReporter();
  await changes.learn(new Map([[server, "shop"]]));
  for (const [name, outcome] of Object.entries(outcomes)) {
    const probe = PROBES.find((one) => one.name === name);
    if (!probe) throw new Error(`no probe ${name}`);
    const target = { id: server, name: "shop", hostKind: null, postgres: null, ssh: null, intervals: {} };
    changes.report({ key: name, server: target, probe, live: false, intervalMs: 15_000, phaseMs: 0 }, outcome);
    const code = outcome.outcome === "failed" ? outcome.code : null;
    await pool().query(
      `INSERT INTO probe_state (subject, probe, interval_seconds, outcome, code) VALUES ($1, $2, 15, $3, $4)
       ON CONFLICT (subject, probe) DO UPDATE SET outcome = $3, code = $4`,
      [server, name, outcome.outcome, code],
    );
  }
  await changes.close();
}

beforeEach(async () => {
  await pool().query("TRUNCATE system_log, activity_events; DELETE FROM probe_state; DELETE FROM servers");
  server = (await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id")).rows[0].id;
  await pool().query("INSERT INTO servers (id, name, pg_host) VALUES ($1, 'shop', 'h')", [server]);
});

describe("the change reporter", () => {
  it("says once that a server is down, and that it is up again, also by another process", async () => {
    await collect({ activity: failed("refused"), databases: failed("refused"), instance: failed("refused") });
    expect(await entries()).toEqual(["warning shop is down: it is refused"]);
    await collect({ activity: failed("refused"), databases: failed("refused") });
    expect(await events()).toEqual(["server_down"]);
    await collect({ activity: ok, databases: ok, instance: ok });
    expect(await entries()).toEqual(["warning shop is down: it is refused", "info shop answers again"]);
    expect(await events()).toEqual(["server_down", "server_up"]);
    await collect({ activity: ok });
    expect(await entries()).toHaveLength(2);
  });

  it("says once that a server is down also where its probes notice it long after each other", async () => {
    const changes = createChangeReporter();
    await changes.learn(new Map([[server, "shop"]]));
    const target = { id: server, name: "shop", hostKind: null, postgres: null, ssh: null, intervals: {} };
    for (const [name, outcome] of [
      ["activity", ok],
      ["databases", ok],
      ["activity", failed("refused")],
      ["databases", failed("refused")],
    ] as const) {
      const probe = PROBES.find((one) => one.name === name) as Probe;
      changes.report({ key: name, server: target, probe, live: false, intervalMs: 15_000, phaseMs: 0 }, outcome);
      // Longer than what comes together is gathered.
      await sleep(1_200);
    }
    await expect.poll(entries, { timeout: 3_000 }).toEqual(["warning shop is down: it is refused"]);
    await changes.close();
    expect(await entries()).toHaveLength(1);
  });

  it("says what needs a person as an error, by probe, and nothing of a server that just works", async () => {
    await collect({ activity: ok, databases: ok, sizes: failed("permission"), cpu: ok });
    await collect({ activity: ok, sizes: failed("permission") });
    await collect({ activity: ok, sizes: ok });
    expect(await entries()).toEqual(["error sizes: it is permission", "info sizes answers again"]);
    expect(await events()).toEqual([]);
  });

  it("tells a change once, also where writing it down takes longer than the next change", async () => {
    const changes = createChangeReporter();
    await changes.learn(new Map([[server, "shop"]]));
    const target = { id: server, name: "shop", hostKind: null, postgres: null, ssh: null, intervals: {} };
    const report = (name: string, code: FailureCode) => {
      const probe = PROBES.find((one) => one.name === name);
      if (!probe) throw new Error(`no probe ${name}`);
      changes.report({ key: name, server: target, probe, live: false, intervalMs: 15_000, phaseMs: 0 }, failed(code));
    };
    const slow = await pool().connect();
    await slow.query("BEGIN; LOCK TABLE system_log IN EXCLUSIVE MODE");
    report("activity", "refused");
    await sleep(1_200);
    report("cpu", "permission");
    await sleep(1_200);
    await slow.query("COMMIT");
    slow.release();
    await changes.close();
    expect(await entries()).toEqual(["warning shop is down: it is refused", "error cpu: it is permission"]);
    expect(await events()).toEqual(["server_down"]);
  });

  it("says that a machine is up again that was given a PostgreSQL while it was down, and the other way round", async () => {
    const changes = createChangeReporter();
    const names = new Map([[server, "shop"]]);
    const target = { id: server, name: "shop", hostKind: null, postgres: null, ssh: null, intervals: {} };
    const report = async (name: string, outcome: Outcome) => {
      const probe = PROBES.find((one) => one.name === name) as Probe;
      changes.report({ key: name, server: target, probe, live: false, intervalMs: 15_000, phaseMs: 0 }, outcome);
      const code = outcome.outcome === "failed" ? outcome.code : null;
      await pool().query(
        `INSERT INTO probe_state (subject, probe, interval_seconds, outcome, code) VALUES ($1, $2, 15, $3, $4)
         ON CONFLICT (subject, probe) DO UPDATE SET outcome = $3, code = $4`,
        [server, name, outcome.outcome, code],
      );
    };
    const told = (types: readonly string[]) => expect.poll(events, { timeout: 5_000 }).toEqual(types);
    await changes.learn(names, new Set([server]));
    await report("cpu", failed("ssh_unreachable"));
    await told(["server_down"]);
    await changes.learn(names);
    await report("activity", ok);
    await told(["server_down", "server_up"]);
    await report("cpu", ok);
    await report("activity", failed("refused"));
    await told(["server_down", "server_up", "server_down"]);
    // Its machine has answered all the time: nothing of it changes that would be reported.
    await changes.learn(names, new Set([server]));
    await told(["server_down", "server_up", "server_down", "server_up"]);
    await changes.close();
  });

  it("tells by itself a moment after the change", async () => {
    const changes = createChangeReporter();
    await changes.learn(new Map([[server, "shop"]]));
    const [probe] = postgresProbes;
    if (!probe) throw new Error("no probe");
    const target = { id: server, name: "shop", hostKind: null, postgres: null, ssh: null, intervals: {} };
    changes.report({ key: "x", server: target, probe, live: false, intervalMs: 15_000, phaseMs: 0 }, failed("auth"));
    await expect.poll(entries, { timeout: 5_000 }).toEqual(["error shop is down: it is auth"]);
    await changes.close();
  });
});
