import { spawnSync } from "node:child_process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { parseExposition } from "../../tests/support/exporters";
import { addLargeFleet } from "../../tests/support/large-fleet";
import { addServer, fleetText, keepOutcome } from "../../tests/support/newest";
import { pool } from "../db";
import { cpu } from "../host/probes/cpu";
import { databases as databasesProbe } from "../postgres/probes/databases";
import { instance as instanceProbe } from "../postgres/probes/instance";
import type { Outcome, Row } from "../probe";
import { fleetFamilies } from "./fleet";
import { writeFamilies } from "./format";
import { FLEET_FAMILIES } from "./names";

/** What promtool says of names that node_exporter and postgres_exporter have. */
const CHOSEN = [
  /^node_(memory|netstat)_\w+ metric names should be written in 'snake_case' not 'camelCase'$/,
  /^(node_vmstat|node_netstat|pg_stat_database)_\w+ counter metrics should have "_total" suffix$/,
  /^pg_stat_activity_count non-histogram and non-summary metrics should not have "_count" suffix$/,
];

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** What is held in memory, garbage aside. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const NOW = Date.UTC(2026, 4, 3, 12);
const SECOND = 1_000;

const ok = (rows: Row[], exposed?: Row[], facts?: Record<string, unknown>): Outcome => ({
  outcome: "ok",
  reading: { rows, ...(exposed && { exposed }), ...(facts && { facts }) },
});
const INSTANCE = ok([{ labels: {}, values: { max_connections: 100, in_recovery: 0 } }], undefined, {
  version: "18.1",
  server_version_num: 180_001,
  started_at: "2026-05-01T00:00:00Z",
});
const database = (name: string, oid: number | null): Row => ({
  labels: { database: name },
  values: { commits: 5, rollbacks: 0, oid },
});
const told = async (ms = NOW) => (await fleetText(new Date(ms))).split("\n").filter((line) => !line.startsWith("#"));
const linesOf = (lines: readonly string[], name: string) => lines.filter((line) => line.startsWith(name));

describe("families of the fleet", () => {
  useDatabase();
  const empty = () => pool().query("TRUNCATE servers, latest, probe_state");

  it("stand once each, with their types, and none of which nothing is known", async () => {
    await empty();
    const server = await addServer("one");
    await keepOutcome({ server, probe: instanceProbe, outcome: INSTANCE, at: NOW });
    const text = await fleetText(new Date(NOW));
    const heads = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(new Set(heads).size).toBe(heads.length);
    expect(heads).toContain("pg_up");
    expect(heads).not.toContain("pg_stat_database_xact_commit");
    expect(text).toContain('pg_static{server="one",version="PostgreSQL 18.1",short_version="18.1.0"} 1\n');
    expect(text).toContain('pg_postmaster_start_time_seconds{server="one"} 1777593600\n');
  });

  it("tell a value for three intervals and the late one, a minute at least, and then nothing of it", async () => {
    await empty();
    const server = await addServer("old");
    await keepOutcome({ server, probe: instanceProbe, outcome: INSTANCE, at: NOW, intervalSeconds: 60 });
    await keepOutcome({
      server,
      probe: cpu,
      outcome: ok([], [{ labels: {}, values: { forks: 7 } }]),
      at: NOW,
      intervalSeconds: 5,
    });
    const knows = async (ms: number) => {
      const lines = await told(NOW + ms);
      return {
        instance: linesOf(lines, "pg_settings_max_connections").length,
        up: linesOf(lines, "pg_up"),
        cpu: linesOf(lines, "node_forks_total").length,
      };
    };
    expect(await knows(65 * SECOND)).toEqual({ instance: 1, up: ['pg_up{server="old"} 1'], cpu: 1 });
    expect(await knows(66 * SECOND)).toMatchObject({ instance: 1, cpu: 0 });
    expect(await knows(240 * SECOND)).toMatchObject({ instance: 1, up: ['pg_up{server="old"} 1'] });
    expect(await knows(241 * SECOND)).toEqual({ instance: 0, up: ['pg_up{server="old"} 0'], cpu: 0 });
  });

  it("say that a server does not answer, and make nothing up where nobody asked", async () => {
    await empty();
    const [away, denied, paused] = [await addServer("away"), await addServer("denied"), await addServer("paused")];
    await addServer("new");
    const failed = (code: "refused" | "permission"): Outcome => ({ outcome: "failed", code, message: "No" });
    await keepOutcome({ server: away, probe: instanceProbe, outcome: failed("refused"), at: NOW });
    await keepOutcome({ server: denied, probe: instanceProbe, outcome: failed("permission"), at: NOW });
    await keepOutcome({ server: paused, probe: instanceProbe, outcome: INSTANCE, at: NOW });
    await pool().query("UPDATE servers SET enabled = false WHERE id = $1", [paused]);
    const lines = await told();
    expect(linesOf(lines, "pg_up")).toEqual(['pg_up{server="away"} 0', 'pg_up{server="denied"} 1']);
    expect(linesOf(lines, "dozor_server_up")).toEqual([
      'dozor_server_up{server="away"} 0',
      'dozor_server_up{server="denied"} 1',
    ]);
    const statuses = lines.filter((line) => line.startsWith("dozor_server_status") && line.endsWith(" 1"));
    expect(statuses).toEqual([
      'dozor_server_status{server="away",status="down"} 1',
      'dozor_server_status{server="denied",status="degraded"} 1',
      'dozor_server_status{server="new",status="unknown"} 1',
      'dozor_server_status{server="paused",status="paused"} 1',
    ]);
    const ofPaused = lines.filter((line) => line.includes('server="paused"'));
    expect(ofPaused.filter((line) => !line.startsWith("dozor_server_status{"))).toEqual([]);
  });

  it("tell zeros that are known, and leave out what is null and what falls when one of many goes", async () => {
    await empty();
    const server = await addServer("shops");
    const rows = [database("a", 1), { ...database("b", 2), values: { commits: null, rollbacks: 3, oid: 2 } }];
    await keepOutcome({
      server,
      probe: databasesProbe,
      outcome: ok([], [...rows, database("(others)", null)]),
      at: NOW,
    });
    const lines = await told();
    expect(linesOf(lines, "pg_stat_database_xact_commit")).toEqual([
      'pg_stat_database_xact_commit{server="shops",datid="1",datname="a"} 5',
    ]);
    expect(linesOf(lines, "pg_stat_database_xact_rollback")).toEqual([
      'pg_stat_database_xact_rollback{server="shops",datid="1",datname="a"} 0',
      'pg_stat_database_xact_rollback{server="shops",datid="2",datname="b"} 3',
    ]);
  });

  it("tell the newest answer only, also where it had nothing to tell", async () => {
    await empty();
    const server = await addServer("forgetful");
    const commits = async () => linesOf(await told(), "pg_stat_database_xact_commit");
    await keepOutcome({ server, probe: databasesProbe, outcome: ok([], [database("a", 1)]), at: NOW });
    expect(await commits()).toHaveLength(1);
    await keepOutcome({ server, probe: databasesProbe, outcome: ok([]), at: NOW + 1 });
    expect(await commits()).toEqual([]);
  });

  it("keep names apart whatever they hold", async () => {
    await empty();
    const server = await addServer("a/b 100%");
    const names = ['quo"te', "back\\slash", "line\nend", "__proto__", "ünïcode 🦊", "x} 1"];
    const rows = names.map((name, i) => database(name, i + 1));
    await keepOutcome({ server, probe: databasesProbe, outcome: ok([], rows), at: NOW });
    const text = await fleetText(new Date(NOW));
    const { families } = parseExposition(text, "pg_");
    expect(families.get("pg_stat_database_xact_commit")?.size).toBe(names.length);
    const checked = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect(checked.error).toBeUndefined();
    expect(checked.stderr).not.toMatch(/error while linting|parse/i);
  });

  it("have names that promtool finds fault with only where their exporters' authors chose them", () => {
    const text = FLEET_FAMILIES.map(
      ({ name, type, help }) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} 1\n`,
    );
    const { stderr, error } = spawnSync("promtool", ["check", "metrics"], { input: text.join(""), encoding: "utf8" });
    expect(error).toBeUndefined();
    const found = stderr.split("\n").filter((line) => line !== "");
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((line) => !CHOSEN.some((pattern) => pattern.test(line)))).toEqual([]);
  });

  it("are told of 200 servers with 50 databases each in less memory than their text has", async () => {
    await empty();
    await addLargeFleet({ servers: 200, databases: 50 });
    const before = heldBytes();
    const layout = { openMetrics: false, prefix: "dozor", most: 50_000, onCut() {} };
    const [held, counts] = [[] as number[], { series: 0, bytes: 0, pieces: 0 }];
    for await (const piece of writeFamilies(await fleetFamilies(new Date()), layout)) {
      counts.bytes += piece.length;
      for (let at = piece.indexOf("\n"); at >= 0; at = piece.indexOf("\n", at + 1)) counts.series += 1;
      if (counts.pieces++ % 100 === 0) held.push(heldBytes() - before);
    }
    expect(counts.series).toBeGreaterThan(230_000);
    expect(counts.bytes).toBeGreaterThan(20e6);
    expect(held.length).toBeGreaterThan(2);
    expect(Math.max(...held)).toBeLessThan(16e6);
  });
});
