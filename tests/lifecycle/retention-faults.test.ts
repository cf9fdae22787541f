// Sealing, reducing and dropping, ended anywhere and begun again: nothing of history is lost, nothing doubled.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { startTestDatabase, TEST_ENVIRONMENT, type TestDatabase } from "../support/database";
import { withCut } from "../support/faults";
import { HistoryModel } from "../support/history-model";
import { WORK, type Work, writeLate, writeSome } from "../support/retention-work";
import { until } from "./support";

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(async () => {
  await leave();
  await database.stop();
});

const shared = globalThis as { dozorPool?: { end(): Promise<void> } };
async function leave(): Promise<void> {
  await shared.dozorPool?.end();
  shared.dozorPool = undefined;
}
const use = (url: string) => provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });

/** A database in which `before` has been done, and how to get back to it. */
async function prepare(before: readonly Work[]) {
  await leave();
  const url = await database.createDatabase();
  use(url);
  const written = await HistoryModel.create();
  await writeSome(written);
  for (const work of before) await WORK[work]();
  await writeLate(written, 0);
  const name = url.slice(url.lastIndexOf("/") + 1);
  const server = url.slice(0, url.lastIndexOf("/"));
  return async (): Promise<HistoryModel> => {
    await leave();
    const admin = new pg.Client({ connectionString: `${server}/postgres` });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${name}_copy WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${name}_copy TEMPLATE ${name} STRATEGY file_copy`);
    await admin.end();
    use(`${server}/${name}_copy`);
    return written.copy();
  };
}

/** Everything of history that somebody could read, and the tables in the making. */
async function contents(): Promise<string> {
  const { rows } = await pool().query<{ contents: string }>(
    `SELECT md5(string_agg(piece, ' ' ORDER BY piece)) AS contents FROM (
       SELECT concat('head ', set_id, ' ', ts) AS piece FROM sample_head
       UNION ALL SELECT concat('data ', set_id, ' ', hour, md5(data)) FROM sample_data
       UNION ALL SELECT concat('reduced ', set_id, ' ', hour, md5(data)) FROM sample_reduced
       UNION ALL SELECT concat('hour ', set_id, ' ', hour, md5(agg)) FROM sample_hour
       UNION ALL SELECT concat(relname, last_archive_run) FROM pg_class, retention WHERE relname ~ '^sample_') pieces`,
  );
  return rows[0]?.contents ?? "";
}

/** Until it succeeds: the server notices a cut connection a little later than we do, and keeps its locks until then. */
const finish = (work: Work) =>
  until(`${work} to succeed`, () =>
    WORK[work]().then(
      () => true,
      () => false,
    ),
  );

async function expectNothingLeft(): Promise<void> {
  const { rows } = await pool().query(
    "SELECT relname FROM pg_class WHERE relname ~ '_(next|of)[0-9]+' AND relkind = 'r'",
  );
  expect(rows).toEqual([]);
}

describe("a connection that is cut", () => {
  it.each<[work: Work, before: Work[], spoken: object]>([
    ["seal", ["seal", "1m"], { head: 0, samples: 4, steps: 6 }],
    ["1m", ["seal"], { samples: 2, steps: 6 }],
    ["5m", ["seal", "5s"], { samples: 2, steps: 6 }],
    ["1h", ["seal"], { samples: 2, hour: 6 }],
    ["delete", ["seal"], {}],
  ])("at any statement of %s after %j", async (work, before, spoken) => {
    const restore = await prepare(before);
    let model = await restore();
    const initial = await contents();
    let changed = 0;
    for (let at = 1; await withCut(WORK[work], at); at++) {
      // A transaction that was cut is undone when the server has noticed.
      if (before.length > 0) await pool().query("SELECT 1");
      if ((await contents()) === initial) continue;
      changed++;
      await model.check();
      await writeLate(model, at);
      await finish(work);
      expect(await model.check()).toMatchObject(spoken);
      await expectNothingLeft();
      model = await restore();
    }
    expect(changed).toBeGreaterThan(0);
    await model.check();
  });
});

// Bundled as the product is: a process starts in half the time that compiling on the way takes.
const PROGRAM = path.resolve(`dist/lifecycle/history-work-${process.pid}.mjs`);
buildSync({
  entryPoints: ["tests/lifecycle/history-work.ts"],
  outfile: PROGRAM,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});
process.once("exit", () => rmSync(PROGRAM, { force: true }));

const started = new Set<ChildProcess>();
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
});

/** @returns its exit code, or the signal that ended it */
function runProcess(at: number, ...works: Work[]): Promise<number | NodeJS.Signals | null> {
  const child = spawn(process.execPath, [PROGRAM, String(at), ...works], { stdio: ["ignore", "ignore", "inherit"] });
  started.add(child);
  return new Promise((resolve) =>
    child.on("close", (code, signal) => {
      started.delete(child);
      resolve(code ?? signal);
    }),
  );
}

describe("a process that is killed", () => {
  it.each<[work: Work, before: Work[]]>([
    ["seal", []],
    ["1m", ["seal"]],
    ["5m", ["seal", "1m"]],
    ["1h", ["seal", "1m"]],
  ])("again and again during %s after %j", async (work, before) => {
    const model = await (await prepare(before))();
    const kills: number[] = [];
    let ended: number | NodeJS.Signals | null = "SIGKILL";
    for (let at = 2 + Math.floor(Math.random() * 4); ended === "SIGKILL"; at += 1 + Math.floor(Math.random() * 9)) {
      kills.push(at);
      ended = await runProcess(at, work);
      await model.check();
      await writeLate(model, at);
    }
    expect(ended, `killed at ${kills.join()}`).toBe(0);
    expect(kills.length).toBeGreaterThan(1);
    await finish("seal");
    await finish(work);
    await model.check();
    await expectNothingLeft();
  });
});

describe("two processes at the same time", () => {
  it("seal and reduce while late samples come in", async () => {
    const model = await (await prepare([]))();
    const works: Work[] = ["seal", "5s", "seal", "1m", "seal", "5m", "seal"];
    let running = 2;
    const ended = [runProcess(0, ...works), runProcess(0, ...works)].map((one) => one.finally(() => running--));
    for (let turn = 1; running > 0; turn++) {
      await writeLate(model, turn);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await Promise.all(ended)).toEqual([0, 0]);
    await model.check();
    await finish("seal");
    await finish("5m");
    expect(await model.check()).toMatchObject({ head: 0, samples: 2, steps: 8 });
    await finish("1h");
    expect(await model.check()).toMatchObject({ head: 0, samples: 2, hour: 8 });
  });
});
