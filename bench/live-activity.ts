// Live activity with many viewers: what a server pays for it, what Dozor does, and how soon an answer comes.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { env } from "../lib/env";
import { liveSessionsSchema } from "../lib/fleet/sessions-schema";
import { removeData, startApp } from "../tests/e2e/support/app";
import { request } from "./support/client";
import { ROLE, registerServers, startTarget, type Target } from "./support/fleet";
import { calibration, progress } from "./support/measure";
import { startOurs } from "./support/ours";
import { ADMIN } from "./support/pages";
import { familyCpuSeconds } from "./support/processes";
import { buildProduct } from "./support/product";
import { saveResults } from "./support/table";
import { signInViewers } from "./support/viewers";

const VIEWERS = Number(process.env.BENCH_VIEWERS ?? 20);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const SESSIONS = (process.env.BENCH_SESSIONS ?? "10,200,900").split(",").map(Number);
const EVERY_MS = 1_000;

/** Applications' sessions: idle behind a last statement of some length, each tenth of them within a transaction. */
async function openSessions({ host, port, admin }: Target, count: number): Promise<pg.Client[]> {
  const columns = Array.from({ length: 30 }, (_, i) => `'value ${i}' AS column_${i}`).join(", ");
  await admin.query("SET scram_iterations = 1");
  await admin.query("DROP ROLE IF EXISTS shop");
  await admin.query("CREATE ROLE shop LOGIN PASSWORD 'shop'");
  const clients: pg.Client[] = [];
  for (let i = 0; i < count; i++) {
    const client = new pg.Client(`postgresql://shop:shop@${host}:${port}/postgres?application_name=shop-${i}`);
    await client.connect();
    if (i % 10 === 0) await client.query("BEGIN");
    await client.query(`SELECT ${columns}, ${i} AS number`);
    clients.push(client);
  }
  return clients;
}

/** What Dozor has made the target do so far. */
async function askedOf({ admin }: Target): Promise<{ statements: number; listings: number; ms: number }> {
  const { rows } = await admin.query<{ statements: number; listings: number; ms: number }>(
    `SELECT coalesce(sum(calls), 0)::float8 AS statements, coalesce(sum(total_exec_time + total_plan_time), 0) AS ms,
       coalesce(sum(calls) FILTER (WHERE query ~ 'pg_stat_activity' AND query ~ 'pg_blocking_pids'), 0)::float8 AS listings
     FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid WHERE rolname = $1`,
    [ROLE],
  );
  return rows[0] ?? { statements: 0, listings: 0, ms: 0 };
}

interface Spent {
  statementsPerS: number;
  listingsPerS: number;
  targetMsPerS: number;
  /** Of one core, Dozor's process alone. */
  cpuPercent: number;
}

async function spentOn(target: Target, pid: number, work: () => Promise<unknown>): Promise<Spent> {
  const [before, cpu, began] = [await askedOf(target), familyCpuSeconds(pid), performance.now()];
  await work();
  const seconds = (performance.now() - began) / 1000;
  const after = await askedOf(target);
  return {
    statementsPerS: (after.statements - before.statements) / seconds,
    listingsPerS: (after.listings - before.listings) / seconds,
    targetMsPerS: (after.ms - before.ms) / seconds,
    cpuPercent: (100 * (familyCpuSeconds(pid) - cpu)) / seconds,
  };
}

interface Viewing {
  /** Milliseconds of each answer. */
  took: number[];
  bytes: number;
  sessions: number;
}

/** One page that asks each second, from a moment of its own on. */
async function view(
  address: string,
  { headers, number, seen }: { headers: Record<string, string>; number: number; seen: Viewing },
): Promise<void> {
  await sleep((EVERY_MS * number) / VIEWERS);
  const end = performance.now() + SECONDS * 1000;
  for (let due = performance.now(); due < end; due += EVERY_MS) {
    await sleep(Math.max(0, due - performance.now()));
    const began = performance.now();
    const text = await request(address, { headers });
    seen.took.push(performance.now() - began);
    seen.bytes = text.length;
    if (number === 0) seen.sessions = liveSessionsSchema.parse(JSON.parse(text)).total;
  }
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

console.log(`SHA-256 of 100 MiB takes ${calibration().toFixed(0)} ms of CPU here`);
buildProduct();
const ours = await startOurs();
const target = await startTarget(2, Math.max(...SESSIONS) + 50);
const { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS } = env();
await registerServers([target], 1);
const app = await startApp({ env: { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS, ADMIN_PASSWORD: ADMIN.password } });
// Every other one gets texts without literals.
const viewers = await signInViewers(app.url, ADMIN, VIEWERS);
const address = `${app.url}/api/live/sessions?server=fleet-0&every=1`;
await sleep(15_000);

const results = [];
for (const count of SESSIONS) {
  const clients = await openSessions(target, count);
  await sleep(15_000);
  progress(`${count} sessions are open`);
  const idle = await spentOn(target, app.pid, () => sleep(SECONDS * 500));
  // Who comes first has waited for the first answer.
  await request(address, { headers: viewers[0] ?? {} });
  const seen: Viewing = { took: [], bytes: 0, sessions: 0 };
  const spent = await spentOn(target, app.pid, () =>
    Promise.all(viewers.map((headers, number) => view(address, { headers, number, seen }))),
  );
  const result = {
    ...{ sessions: count, listed: seen.sessions, viewers: VIEWERS, answers: seen.took.length, bytes: seen.bytes },
    ...{ listingsPerS: spent.listingsPerS, statementsPerS: spent.statementsPerS - idle.statementsPerS },
    targetMsPerS: spent.targetMsPerS - idle.targetMsPerS,
    cpuPercentPerViewer: (spent.cpuPercent - idle.cpuPercent) / VIEWERS,
    ...{ p50Ms: quantile(seen.took, 0.5), p99Ms: quantile(seen.took, 0.99) },
  };
  results.push(result);
  console.log(
    `${count} sessions, ${VIEWERS} viewers each second: ${result.listingsPerS.toFixed(2)} listings a second at the server (goal 1; ` +
      `${result.statementsPerS.toFixed(2)} statements and ${result.targetMsPerS.toFixed(1)} ms of execution a second more than without viewers), ` +
      `${result.cpuPercentPerViewer.toFixed(2)} % of a core per viewer, answers of ${(result.bytes / 1024).toFixed(0)} KiB ` +
      `p50 ${result.p50Ms.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)} ms`,
  );
  await Promise.all(clients.map((client) => client.end()));
}
saveResults("live-activity", results);
await app.stop();
removeData(app.dataDir);
await target.stop();
await ours.stop();
process.exit(results.every(({ listingsPerS }) => listingsPerS < 1.1) ? 0 : 1);
