// Two instances on one database: a setting changed through one is in force on the other, and after a restart.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pool } from "../../lib/db";
import { ensureLocalServer } from "../../lib/first-start/local-server";
import { TEST_ENVIRONMENT, useDatabase } from "../support/database";
import { createUser, signIn } from "../support/live";
import { makeFolder, removeFolder, until } from "./support";

const database = useDatabase();
const ENTRY = path.resolve(`dist/lifecycle/instance-${process.pid}.mjs`);
const running = new Set<ChildProcess>();
const folder = makeFolder();

interface Instance {
  child: ChildProcess;
  port: number;
  stop(): Promise<number | null>;
}

async function startInstance(): Promise<Instance> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { ...process.env, DATABASE_URL: database.url, DATA_DIR: folder, ...TEST_ENVIRONMENT },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  let told = "";
  child.stdout?.on("data", (data) => {
    told += data;
  });
  const line = await until("an instance to be ready", () => {
    if (child.exitCode !== null) throw new Error("the instance ended at its start");
    return /^\{"ready".*$/m.exec(told)?.[0];
  });
  const { port } = JSON.parse(line) as { port: number };
  return {
    child,
    port,
    stop() {
      running.delete(child);
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** Times of a machine's stored samples of the last seconds, ascending. */
async function sampleTimes(since: number): Promise<number[]> {
  const { rows } = await pool().query<{ ts: string }>(
    `SELECT DISTINCT h.ts FROM sample_head h JOIN series_set s ON s.id = h.set_id
     WHERE s.probe = 'cpu' AND h.ts >= $1 ORDER BY h.ts`,
    [since],
  );
  return rows.map(({ ts }) => Number(ts));
}

const holderOf = async (): Promise<string | undefined> =>
  (await pool().query("SELECT holder FROM lease WHERE name LIKE 'server:%' AND name <> 'server:1' AND until > now()"))
    .rows[0]?.holder;

beforeAll(async () => {
  buildSync({
    entryPoints: ["tests/lifecycle/instance.ts"],
    outfile: ENTRY,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  await ensureLocalServer(database.url);
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(ENTRY, { force: true });
  removeFolder(folder);
});

test("a changed interval shows within 2 seconds in what the other instance samples, and after its restart", async () => {
  const collecting = await startInstance();
  await until("the machine to be sampled", async () => (await sampleTimes(0)).length > 0);
  const other = await startInstance();
  expect(await holderOf()).toContain(`:${collecting.child.pid}:`);

  const { headers } = await signIn(await createUser("anna", "admin"));
  const put = (seconds: number) =>
    fetch(`http://127.0.0.1:${other.port}/api/config`, {
      method: "PUT",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ sampling_interval_seconds: seconds }),
    });
  expect((await put(1)).status).toBe(200);
  const changed = Date.now();
  const seconds = async (from: number) => (await sampleTimes(from)).map((ts) => Math.floor(ts / 1_000));
  // A whole grid of seconds from 2 s after the change on; the grid before had 5.
  const grid = Array.from({ length: 4 }, (_, index) => Math.ceil(changed / 1_000) + 2 + index);
  await until("four seconds in a row", async () => {
    const sampled = await seconds(changed);
    return grid.every((second) => sampled.includes(second));
  });
  expect(await holderOf()).toContain(`:${collecting.child.pid}:`);

  await other.stop();
  expect(await collecting.stop()).toBe(0);
  const again = await startInstance();
  const restarted = Date.now();
  await until("samples each second after the restart", async () => {
    const times = await seconds(restarted);
    return times.some((second) => [1, 2, 3].every((next) => times.includes(second + next)));
  });
  await again.stop();
});
