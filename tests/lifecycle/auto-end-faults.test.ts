// Ends of channels whose process is killed at any statement, or whose database goes away: none is lost, none doubled.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buildSync } from "esbuild";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStreams } from "../../lib/collect/streams";
import { pool } from "../../lib/db";
import { useDatabase } from "../support/database";
import { withCut } from "../support/faults";
import { commandsOf, LIFE, type LifeStep, noticesOf, report } from "../support/streams";
import { until } from "./support";

const database = useDatabase();

// Bundled as the product is: a process starts in half the time that compiling on the way takes.
const PROGRAM = path.resolve(`dist/lifecycle/auto-end-work-${process.pid}.mjs`);
buildSync({
  entryPoints: ["tests/lifecycle/auto-end-work.ts"],
  outfile: PROGRAM,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});
process.once("exit", () => rmSync(PROGRAM, { force: true }));

const started = new Set<ChildProcess>();
const posts: { channel_id: string; id: number }[] = [];
const streamer = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    posts.push(JSON.parse(body));
    response.writeHead(204).end();
  });
});
beforeAll(() => new Promise<void>((resolve) => streamer.listen(0, "127.0.0.1", resolve)));
afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  streamer.closeAllConnections();
  await new Promise((resolve) => streamer.close(resolve));
});

/** @returns whether it was killed */
function runProcess(at: number, step: LifeStep, channel: string): Promise<boolean> {
  const env = { ...process.env, DATABASE_URL: database.url };
  const child = spawn(process.execPath, [PROGRAM, String(at), step, channel], { env, stdio: ["ignore", "ignore", 2] });
  started.add(child);
  return new Promise((resolve, reject) =>
    child.on("close", (code, signal) => {
      started.delete(child);
      if (code !== 0 && signal !== "SIGKILL") return reject(new Error(`${step} ended with ${code}`));
      resolve(signal === "SIGKILL");
    }),
  );
}

const STEPS = Object.keys(LIFE) as LifeStep[];
/** `FAULTS=all`: every statement instead of some, and the database away for a minute; takes some minutes. */
const ALL = process.env.FAULTS === "all";
const EVERY = Array.from({ length: 100 }, (_, index) => index + 1);
const AWAY_MS = ALL ? 60_000 : 2_500;
const LONG_MS = ALL ? 1_200_000 : 120_000;

/** What is left of a life, from a step on that may have been done; the server may hold locks of the dead for a moment. */
async function finish(channel: string, from: LifeStep): Promise<void> {
  for (const step of STEPS.slice(STEPS.indexOf(from)))
    await until(`${step} to succeed`, () =>
      LIFE[step](channel).then(
        () => true,
        () => false,
      ),
    );
}

async function prepare(channel: string, upTo: LifeStep): Promise<void> {
  const { port } = streamer.address() as AddressInfo;
  for (const step of STEPS.slice(0, STEPS.indexOf(upTo))) {
    await LIFE[step](channel);
    const url = `http://127.0.0.1:${port}/`;
    await pool().query("UPDATE channels SET webhook_url = $1 WHERE channel_id = $2", [url, channel]);
  }
}

const countsOf = async (channel: string) => {
  const { rows } = await pool().query<{ reason: string; count: number }>(
    `SELECT reason, count::int AS count FROM auto_end_counts a JOIN channels c ON c.id = a.channel
     WHERE channel_id = $1 ORDER BY reason`,
    [channel],
  );
  return rows.map(({ reason, count }) => `${reason} ${count}`);
};

async function expectOneEnd(channel: string, when: string): Promise<void> {
  expect(await noticesOf(channel), when).toEqual(["warning: 30", "triggered: no_listeners"]);
  expect(await countsOf(channel), when).toEqual(["armed 1", "no_listeners 1"]);
  const [command, ...more] = await commandsOf(channel);
  expect(more, when).toEqual([]);
  expect(command).toMatchObject({ reason: "no_listeners", ended: true });
  const heard = posts.filter(({ channel_id }) => channel_id === channel);
  expect(new Set(heard.map(({ id }) => id)).size, when).toBeLessThanOrEqual(1);
}

describe("a connection that is cut at a statement", () => {
  it.each<[step: LifeStep, stride: number]>([
    ["start", 2],
    ["warn", 1],
    ["end", 1],
    ["deliver", 1],
    ["stop", 2],
  ])("of: %s, every %i", { timeout: LONG_MS }, async (step, stride) => {
    let cuts = 0;
    for (let at = 1; ; at += ALL ? 1 : stride) {
      const channel = `${step}-${at}`;
      await prepare(channel, step);
      const wasCut = await withCut(() => LIFE[step](channel), at);
      await finish(channel, step);
      await expectOneEnd(channel, `${step} cut at ${at}`);
      if (!wasCut) break;
      cuts += 1;
    }
    expect(cuts).toBeGreaterThan(1);
  });
});

describe("a process that is killed", () => {
  it.each<[step: LifeStep, statements: number[]]>([
    ["start", [9]],
    ["warn", [3]],
    ["end", [4, 9, 14]],
    ["deliver", [2]],
    ["stop", [4]],
  ])("at: %s, statements %j", { timeout: LONG_MS }, async (step, statements) => {
    const kills: number[] = [];
    for (const at of ALL ? EVERY : statements) {
      const channel = `killed-${step}-${at}`;
      await prepare(channel, step);
      const wasKilled = await runProcess(at, step, channel);
      await finish(channel, step);
      await expectOneEnd(channel, `${step} killed at ${at}`);
      if (!wasKilled) break;
      kills.push(at);
    }
    expect(kills).toEqual(expect.arrayContaining(statements));
  });
});

describe("a database that goes away over the deadline", () => {
  it("gives a minute of grace when it is back, and then ends the channel once, by one of two instances", {
    timeout: LONG_MS,
  }, async () => {
    const name = new URL(database.url).pathname.slice(1);
    const admin = new pg.Client({ connectionString: database.url.replace(`/${name}`, "/postgres") });
    await admin.connect();
    await pool().query("DELETE FROM channels");
    await LIFE.start("away");
    await pool().query("UPDATE channels SET heard_at = now()");
    await pool().query(
      "UPDATE auto_end SET armed_at = now(), deadline = now() + interval '2 s', warnings_sent = '{60,30,10}'",
    );
    const instances = [createStreams("first"), createStreams("second")];
    const working = instances.map((instance) => instance.run().catch(() => {}));
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
    const again = instances.map((instance) => instance.run().catch(() => {}));
    await until("the grace", async () => (await noticesOf("away")).includes("warning: 60"));
    await pool().query("UPDATE auto_end SET deadline = now() + interval '1 s', warnings_sent = '{60,30,10}'");
    await until("the end", async () => (await noticesOf("away")).includes("triggered: no_listeners"));
    for (const instance of instances) await instance.stop();
    await Promise.all([...working, ...again]);
    expect(await noticesOf("away")).toEqual(["warning: 60", "triggered: no_listeners"]);
    expect(await commandsOf("away")).toHaveLength(1);
    await report(302, "away", { event: "stopped" });
  });
});
