// The whole product: how long until the first page, and what it costs when nobody looks.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, freePort, newDataDir, postmasterPid, removeData, startApp } from "../tests/e2e/support/app";
import { getJson, request } from "./support/client";
import { calibration, median } from "./support/measure";

const RESTARTS = 5;
const SETTLE_MS = 30_000;
/** Charts of an open page, each asked for the hour before now as often as this. */
const CHARTS = ["usage_percent", "user", "system", "iowait", "steal", "interrupts_per_sec", "context_switches_per_sec"];
const CHARTS_EVERY_MS = 5_000;
const IDLE_SECONDS = Number(process.env.BENCH_IDLE_SECONDS ?? 120);

const PASSWORD = "measured-twice-cut-once-1";

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Seconds from the command to the sign-in page's last byte. */
async function toFirstPage(start: () => Promise<App>): Promise<{ app: App; seconds: number }> {
  const began = performance.now();
  const app = await start();
  await (await fetch(`${app.url}/login`)).text();
  return { app, seconds: (performance.now() - began) / 1000 };
}

/** CPU seconds that a process has used, children that it waited for included; 0 for one that is gone. */
function cpuSecondsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
  } catch {
    return 0;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[1]) === parent;
      } catch {
        return false;
      }
    })
    .map(Number);
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

/** Percent of one core that Node and PostgreSQL take while `work` lasts. */
async function percentDuring(app: App, work: Promise<unknown>): Promise<[node: number, postgres: number]> {
  const database = postmasterPid(app.dataDir);
  const used = () => [
    cpuSecondsOf(app.pid),
    [database, ...childrenOf(database)].reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
  ];
  const [before, began] = [used(), performance.now()];
  await work;
  const [after, seconds] = [used(), (performance.now() - began) / 1000];
  const [node = 0, postgres = 0] = after.map((one, i) => (100 * (one - (before[i] ?? 0))) / seconds);
  return [node, postgres];
}

const parts = ([node, postgres]: readonly [number, number]): string =>
  `${(node + postgres).toFixed(2)} % of one core (Node ${node.toFixed(2)}, PostgreSQL ${postgres.toFixed(2)})`;

async function idle(app: App): Promise<void> {
  const percent = await percentDuring(app, sleep(IDLE_SECONDS * 1000));
  console.log(`idle at 5 s, ${IDLE_SECONDS} s: ${parts(percent)}; goal 1.5`);
  console.log(`resident memory of Node: ${residentMiB(app.pid).toFixed(0)} MiB`);
}

/** A page of this machine left open: its charts of the last hour, asked anew at each sample. */
async function openPage(app: App, password: string): Promise<void> {
  const body = Buffer.from(new URLSearchParams({ username: "admin", password }).toString());
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const token = JSON.parse(await request(`${app.url}/api/token`, { method: "POST", headers: form, body }));
  const headers = { authorization: `Bearer ${token.access_token}` };
  const times: number[] = [];
  const look = async () => {
    for (const until = performance.now() + IDLE_SECONDS * 1000; performance.now() < until; ) {
      for (const chart of CHARTS) {
        const asked = performance.now();
        await getJson(`${app.url}/api/query?metrics=cpu.${chart}&points=720`, headers);
        times.push(performance.now() - asked);
      }
      await sleep(CHARTS_EVERY_MS);
    }
  };
  const percent = await percentDuring(app, look());
  console.log(
    `a page of ${CHARTS.length} charts open, ${IDLE_SECONDS} s: ${parts(percent)}; ${median(times).toFixed(1)} ms for a chart`,
  );
}

/** Clone, `npm ci`, `npm start`, first page: what a new user waits for, with packages from the registry or npm's cache. */
async function cold(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dozor-clone-"));
  const dataDir = newDataDir();
  try {
    const began = performance.now();
    for (const [command, ...args] of [
      ["git", "clone", "-q", ".", folder],
      ["npm", "ci", "--prefix", folder, "--loglevel=error"],
    ] as const) {
      if (spawnSync(command, args, { stdio: "inherit" }).status !== 0)
        throw new Error(`${command} ${args.join(" ")} failed`);
    }
    const installed = (performance.now() - began) / 1000;
    const { app, seconds } = await toFirstPage(() => startApp({ dataDir, folder, startMs: 600_000 }));
    console.log(
      `cold clone to first page: ${(installed + seconds).toFixed(0)} s (clone and install ${installed.toFixed(0)}, build and start ${seconds.toFixed(0)})`,
    );
    await app.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    removeData(dataDir);
  }
}

console.log(`calibration: ${calibration().toFixed(0)} ms`);
spawnSync(process.execPath, ["scripts/build.mjs", "--if-needed"], { stdio: "ignore" });
const port = await freePort();
const first = await toFirstPage(() => startApp({ port, env: { ADMIN_PASSWORD: PASSWORD } }));
console.log(`first start to first page (built already): ${first.seconds.toFixed(1)} s`);
let { app } = first;
const restarts: number[] = [];
for (let run = 0; run < RESTARTS; run += 1) {
  await app.stop();
  const again = await toFirstPage(() => startApp({ port, dataDir: first.app.dataDir }));
  app = again.app;
  restarts.push(again.seconds);
}
console.log(
  `restart to first page: ${restarts.sort((a, b) => a - b)[Math.floor(RESTARTS / 2)]?.toFixed(1)} s (median of ${RESTARTS})`,
);
await sleep(SETTLE_MS);
await idle(app);
await openPage(app, PASSWORD);
await app.stop();
removeData(first.app.dataDir);
if (process.env.BENCH_COLD) await cold();
