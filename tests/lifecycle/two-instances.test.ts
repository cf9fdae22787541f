// Several instances on one database, and servers that write down who asks them: each is asked once per tick, whoever dies.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSync } from "esbuild";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { phaseOf } from "../../lib/collect/schedule";
import { pool } from "../../lib/db";
import { activity } from "../../lib/postgres/probes/activity";
import { sqlFor } from "../../lib/postgres/run";
import { TEST_ENVIRONMENT, useDatabase } from "../support/database";
import { registerServer } from "../support/fleet";
import { startTestServer, type TestServer } from "../support/server";
import { makeFolder, removeFolder, until } from "./support";

const database = useDatabase();
const ENTRY = path.resolve(`dist/lifecycle/sharing-${process.pid}.mjs`);
const INTERVAL_MS = 5_000;
const folder = makeFolder();
const running = new Set<ChildProcess>();
const servers = new Map<string, number>();
let watched: TestServer;
let admin: pg.Client;
let logFile = "";

async function startInstance(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { ...process.env, DATABASE_URL: database.url, DATA_DIR: folder, ...TEST_ENVIRONMENT },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  let told = "";
  child.stdout?.on("data", (data) => (told += data));
  await until("an instance to be ready", () => told.includes('"ready"'));
  return child;
}

/** How many servers each instance holds, by the id of its process. */
async function held(): Promise<Record<string, number>> {
  const { rows } = await pool().query<{ pid: string; count: number }>(
    `SELECT split_part(holder, ':', 2) AS pid, count(*)::int FROM lease
     WHERE name LIKE 'server:%' AND name <> 'server:1' AND until > now() GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ pid, count }) => [pid, count]));
}
const shareOf = async (child: ChildProcess) => (await held())[String(child.pid)] ?? 0;
const all = (...children: ChildProcess[]) => Promise.all(children.map(shareOf));

/** When each server was asked, as it wrote that down itself: database → milliseconds since the epoch, ascending. */
function asked(): Map<string, number[]> {
  const [statement = ""] = sqlFor(activity, 18)[0]?.split("\n") ?? [];
  const times = new Map([...servers.keys()].map((name) => [name, [] as number[]]));
  for (const line of readFileSync(logFile, "utf8").split("\n")) {
    const [at, name = "", text = ""] = line.split("|");
    if (/execute [^:]*: /.test(text) && line.includes(statement)) times.get(name)?.push(1_000 * Number(at));
  }
  return times;
}

/** Numbers of the ticks in which a server was asked; one that is there twice was asked twice. */
const ticksOf = (name: string, times: readonly number[]) =>
  times.map((at) => Math.floor((at - phaseOf(servers.get(name) ?? 0, INTERVAL_MS)) / INTERVAL_MS));

/** Ticks between the first and the last in which a server was not asked, and how often it was asked twice in one. */
function faultsOf(name: string, times: readonly number[]) {
  const ticks = ticksOf(name, times);
  const span = ticks.length > 0 ? Math.max(...ticks) - Math.min(...ticks) + 1 : 0;
  const distinct = new Set(ticks).size;
  return { missed: span - distinct, doubled: ticks.length - distinct };
}

beforeAll(async () => {
  buildSync({
    ...{ entryPoints: ["tests/lifecycle/instance.ts"], outfile: ENTRY, bundle: true },
    ...{ platform: "node", format: "esm", packages: "external" },
  });
  watched = await startTestServer({ log_statement: "all", log_line_prefix: "%n|%d|" });
  admin = new pg.Client({ connectionString: `${watched.address}/postgres` });
  await admin.connect();
  logFile = path.join(path.dirname((await admin.query("SHOW data_directory")).rows[0].data_directory), "postgres.log");
  await pool().query("INSERT INTO settings (key, value) VALUES ('collect_interval', '5')");
  for (const name of ["a", "b", "c", "d", "e", "f"]) {
    await admin.query(`CREATE DATABASE ${name}`);
    servers.set(name, await registerServer(name, `${watched.address}/${name}`));
  }
});
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await admin?.end();
  await watched?.stop();
  rmSync(ENTRY, { force: true });
  removeFolder(folder);
});

test("instances share servers, hand them over and take them over: each is asked once per tick, over two connections", async () => {
  const connections: number[] = [];
  const counting = setInterval(async () => {
    const { rows } = await admin.query(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'dozor' GROUP BY datname",
    );
    connections.push(...rows.map(({ n }) => n));
  }, 100);

  const first = await startInstance();
  await until("the first to hold all", async () => (await shareOf(first)) === 6);
  await until("all to be asked", () => [...asked().values()].every((times) => times.length >= 2));
  const second = await startInstance();
  await until("two to share", async () => (await all(first, second)).join() === "3,3");
  const third = await startInstance();
  await until("three to share", async () => (await all(first, second, third)).join() === "2,2,2");
  await sleep(1.5 * INTERVAL_MS);
  for (const [name, times] of asked()) {
    const { missed, doubled } = faultsOf(name, times);
    expect([name, doubled], times.join()).toEqual([name, 0]);
    expect(missed, `${name}: ${times.join()}`).toBeLessThanOrEqual(2);
  }

  // One dies, another one sleeps for longer than its leases last.
  second.kill("SIGSTOP");
  first.kill("SIGKILL");
  const died = Date.now();
  const before = asked();
  await until("the third to hold all", async () => (await shareOf(third)) === 6);
  await until("all to be asked again", () =>
    [...asked()].every(([name, times]) => times.length > (before.get(name)?.length ?? 0)),
  );
  expect(Date.now() - died).toBeLessThan(30_000);

  await sleep(1_000);
  second.kill("SIGCONT");
  await until("the one that slept to have its share again", async () => (await all(second, third)).join() === "3,3");
  await sleep(3_000);
  // One goes in order.
  third.kill("SIGTERM");
  await until("the last to hold all", async () => (await shareOf(second)) === 6);
  const left = asked();
  await until("the last to ask all", () =>
    [...asked()].every(([name, times]) => times.length > (left.get(name)?.length ?? 0)),
  );
  second.kill("SIGTERM");
  clearInterval(counting);

  for (const [name, times] of asked())
    expect([name, faultsOf(name, times).doubled], ticksOf(name, times).join()).toEqual([name, 0]);
  const { rows: doubled } = await pool().query(
    `SELECT s.subject, s.probe, floor((h.ts - p.phase) / 5000) AS tick FROM sample_head h
     JOIN series_set s ON s.id = h.set_id JOIN unnest($1::int[], $2::int[]) AS p (subject, phase) USING (subject)
     WHERE s.probe = 'activity' GROUP BY s.id, s.subject, s.probe, tick HAVING count(*) > 1`,
    [[...servers.values()], [...servers.values()].map((id) => phaseOf(id, INTERVAL_MS))],
  );
  expect(doubled).toEqual([]);
  expect(connections.length).toBeGreaterThan(100);
  // Shared by all probes, and one for the sizes at their beginning.
  expect(Math.max(...connections)).toBeLessThanOrEqual(3);
});
