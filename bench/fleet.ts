// A fleet of PostgreSQL servers on one instance: nothing missed, how late the event loop is, what it costs here and there.
import { pool } from "../lib/db";
import {
  failing,
  ROLE,
  readings,
  registerServers,
  skippedTurns,
  startTarget,
  startWatcher,
  type Target,
  type Watcher,
} from "./support/fleet";
import { calibration, progress } from "./support/measure";
import { startOurs } from "./support/ours";
import { scrapeCost } from "./support/postgres-exporter";
import { saveResults } from "./support/table";

const SERVERS = Number(process.env.BENCH_SERVERS ?? 200);
const MINUTES = Number(process.env.BENCH_MINUTES ?? 10);
/** How long each larger fleet is watched. */
const STEP_MINUTES = Number(process.env.BENCH_STEP_MINUTES ?? 2);
const STEPS = (process.env.BENCH_STEPS ?? "400,800,1200").split(",").map(Number);
const WIDE_DATABASES = 50;
const INTERVAL_S = 15;
/** First connections, sizes and inventories of all servers at once are no part of what is measured. */
const SETTLE_S = Number(process.env.BENCH_SETTLE_S ?? 60);

const sleep = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));
const fixed = (value: number, digits = 1) => value.toFixed(digits);

/** Watches for some minutes and tells what came of it. */
async function watch(watcher: Watcher, ids: readonly number[], minutes: number) {
  const skippedBefore = await skippedTurns();
  await watcher.usage();
  const from = Date.now();
  await sleep(minutes * 60);
  const usage = await watcher.usage();
  const to = Date.now();
  // What was asked last is still on its way into the database.
  await sleep(3);
  const { found, expected } = await readings(ids, { from: from - 1_000, to, intervalS: INTERVAL_S });
  const turns = (ids.length * (to - from)) / 1000 / INTERVAL_S;
  const result = {
    servers: ids.length,
    missedReadings: expected - found,
    expectedReadings: expected,
    skippedTurns: (await skippedTurns()) - skippedBefore,
    failing: await failing(),
    cpuPercent: (100 * usage.cpuSeconds) / ((to - from) / 1000),
    cpuMsPerPoll: (usage.cpuSeconds * 1000) / turns,
    rssMiB: usage.rssMiB,
    delayMs: usage.delay,
  };
  console.log(
    `${result.servers} servers, ${fixed((to - from) / 60_000)} min at ${INTERVAL_S} s: ${result.missedReadings} of ${expected} readings missed, ` +
      `${result.skippedTurns} turns skipped; CPU ${fixed(result.cpuPercent)} % of a core, ${fixed(result.cpuMsPerPoll, 2)} ms per poll of a server; ` +
      `RSS ${fixed(result.rssMiB, 0)} MiB; event loop p50 ${fixed(usage.delay.p50)}, p99 ${fixed(usage.delay.p99)}, max ${fixed(usage.delay.max)} ms` +
      `${result.failing.length > 0 ? `; failing: ${result.failing.join(", ")}` : ""}`,
  );
  return result;
}

/** What the target itself says of our statements, and what its processes used for our connection. */
async function payOf({ admin }: Target, minutes: number) {
  const { rows } = await admin.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'dozor'",
  );
  const ticks = async () => {
    const { readFileSync } = await import("node:fs");
    return rows.reduce((sum, { pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return sum + (Number(fields[11]) + Number(fields[12])) / 100;
    }, 0);
  };
  await admin.query("SELECT pg_stat_statements_reset()");
  const before = await ticks();
  await sleep(minutes * 60);
  const cpuSeconds = (await ticks()) - before;
  const { rows: statements } = await admin.query<{ calls: number; ms: number }>(
    `SELECT sum(calls)::float8 AS calls, sum(total_exec_time) + sum(total_plan_time) AS ms
     FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid WHERE rolname = $1`,
    [ROLE],
  );
  const seconds = minutes * 60;
  const result = {
    databases: WIDE_DATABASES,
    connections: rows.length,
    cpuPercentOfCore: (100 * cpuSeconds) / seconds,
    statementsPerMinute: (60 * (statements[0]?.calls ?? 0)) / seconds,
    executionMsPerMinute: (60 * (statements[0]?.ms ?? 0)) / seconds,
  };
  console.log(
    `a target with ${WIDE_DATABASES} databases pays ${fixed(result.cpuPercentOfCore, 3)} % of a core (goal 0.1): ` +
      `${fixed(result.statementsPerMinute)} statements and ${fixed(result.executionMsPerMinute)} ms of execution a minute, ${rows.length} connections`,
  );
  return result;
}

console.log(`SHA-256 of 100 MiB takes ${fixed(calibration(), 0)} ms of CPU here`);
const ours = await startOurs();
const targets = await Promise.all(Array.from({ length: 4 }, () => startTarget(10)));
const wide = await startTarget(WIDE_DATABASES);
progress("targets are up");

const wideOnly = await registerServers([wide], 1, 90_000);
const alone = await startWatcher();
await sleep(30);
const pays = await payOf(wide, Math.min(3, MINUTES));
await alone.stop();
await pool().query("DELETE FROM servers WHERE id = ANY($1)", [wideOnly]);

const exporter = await scrapeCost(targets[0]?.url ?? "", 300);
if (exporter)
  console.log(
    `prometheus-postgres-exporter ${exporter.version}: ${fixed(exporter.cpuMs, 2)} CPU-ms for a scrape of ${exporter.samples} samples`,
  );
else console.log("prometheus-postgres-exporter cannot be had here: no comparison");

const ids = await registerServers(targets, SERVERS);
const watcher = await startWatcher();
await sleep(SETTLE_S);
progress(`${SERVERS} servers are watched`);
const main = await watch(watcher, ids, MINUTES);
if (exporter)
  console.log(
    `a poll costs ${fixed(main.cpuMsPerPoll / exporter.cpuMs, 2)} times a scrape (goal: below 1), storing included`,
  );

const steps = [];
for (const count of STEPS.filter((step) => step > ids.length)) {
  ids.push(...(await registerServers(targets, count - ids.length, ids.length)));
  await sleep(SETTLE_S);
  const step = await watch(watcher, ids, STEP_MINUTES);
  steps.push(step);
  if (step.missedReadings > 0.01 * step.expectedReadings) break;
}
saveResults("fleet", { pays, exporter, main, steps });
await watcher.stop();
await Promise.all([...targets, wide].map((target) => target.stop()));
await ours.stop();
