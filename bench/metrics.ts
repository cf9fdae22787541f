// What a scrape of a fleet costs, for each series, beside postgres_exporter and node_exporter; and whether memory stays flat.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { latestOf } from "../lib/collect/ask";
import type { CollectedServer } from "../lib/collect/plan";
import { pool } from "../lib/db";
import { env } from "../lib/env";
import { openLocalHost } from "../lib/host/connect";
import { addLargeFleet, tellOfAll } from "../tests/support/large-fleet";
import { startTarget } from "./support/fleet";
import { SAMPLED } from "./support/host-sampler";
import { calibration, progress } from "./support/measure";
import { startNodeExporter } from "./support/node-exporter";
import { startOurs } from "./support/ours";
import { scrapeCost } from "./support/postgres-exporter";
import { familyCpuSeconds, familyMemory } from "./support/processes";
import { saveResults, shown } from "./support/table";

const SERVERS = Number(process.env.BENCH_SERVERS ?? 200);
const DATABASES = 50;
const SCRAPES = Number(process.env.BENCH_SCRAPES ?? 100);
const WARM_SCRAPES = 10;
const THEIR_SCRAPES = 200;
/** More than that between the first and the last ten scrapes is no noise. */
const MOST_GROWTH_MIB = 20;
/** Of the CPU that an exporter needs for a series. */
const GOAL = 1;

/** What this machine tells, as if each server's did. */
async function tellMachines(ids: readonly number[]): Promise<void> {
  const host = openLocalHost();
  for (const probe of SAMPLED) {
    const before = await probe.read(host);
    await sleep(200);
    const reading = probe.rows(await probe.read(host), before, 0.2);
    const spec = { probe, server: { id: ids[0] } as CollectedServer, live: false, key: "", intervalMs: 0, phaseMs: 0 };
    const data = latestOf(spec, { outcome: "ok", reading });
    await tellOfAll(ids, { kind: probe.name, data, exposed: reading.exposed });
  }
  await host.close();
}

async function startListener() {
  const { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS } = env();
  const child = fork(join(import.meta.dirname, "support/metrics-listener.ts"), {
    execArgv: ["--import", "tsx"],
    env: {
      ...{ PATH: process.env.PATH, NODE_ENV: "production", LOG_LEVEL: "error", METRICS_PUBLIC: "true" },
      ...{ DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS },
    },
  });
  const [port] = await once(child, "message");
  return { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}/metrics`, stop: () => child.disconnect() };
}

interface Scrape {
  milliseconds: number;
  bytes: number;
  node: number;
  pg: number;
}

async function scrape(url: string): Promise<Scrape> {
  const began = performance.now();
  const response = await fetch(url);
  const text = await response.text();
  const milliseconds = performance.now() - began;
  if (response.status !== 200) throw new Error(`/metrics answers ${response.status}`);
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return { milliseconds, bytes: text.length, node: count(/^node_/gm), pg: count(/^pg_/gm) };
}

console.log(`SHA-256 of 100 MiB takes ${calibration().toFixed(0)} ms of CPU here`);
const ours = await startOurs();
const ids = await addLargeFleet({ servers: SERVERS, databases: DATABASES });
await tellMachines(ids);
await pool().query("VACUUM ANALYZE latest");
const listener = await startListener();
progress(`${SERVERS} servers with ${DATABASES} databases each have told what they know`);

let last = await scrape(listener.url);
for (let i = 1; i < WARM_SCRAPES; i++) last = await scrape(listener.url);
const before = { process: familyCpuSeconds(listener.pid), database: await ours.cpuSeconds() };
const memory: number[] = [];
const times: number[] = [];
for (let i = 0; i < SCRAPES; i++) {
  last = await scrape(listener.url);
  times.push(last.milliseconds);
  memory.push(familyMemory(listener.pid));
}
const perScrape = (seconds: number) => (seconds * 1_000) / SCRAPES;
const processMs = perScrape(familyCpuSeconds(listener.pid) - before.process);
const databaseMs = perScrape((await ours.cpuSeconds()) - before.database);
const series = last.node + last.pg;
const microseconds = ((processMs + databaseMs) * 1_000) / series;
listener.stop();
progress("scraped");

console.log(
  `ours: ${series.toLocaleString("en")} series (${last.pg.toLocaleString("en")} of PostgreSQL, ${last.node.toLocaleString("en")} of machines), ${shown(last.bytes / 1e6)} MB as text, compressed on the way`,
);
console.log(
  `  a scrape: ${shown(processMs)} ms of CPU and ${shown(databaseMs)} ms in our PostgreSQL, ${shown(times.toSorted((a, b) => a - b)[Math.floor(SCRAPES / 2)])} ms until it is there; ${shown(microseconds)} µs a series`,
);
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
const [first, final] = [mean(memory.slice(0, 10)), mean(memory.slice(-10))];
const flat = final - first <= MOST_GROWTH_MIB;
console.log(
  `  memory over ${SCRAPES} scrapes: ${shown(first)} MiB in the first ten, ${shown(final)} MiB in the last ten (goal: flat, at most ${MOST_GROWTH_MIB} MiB more: ${flat ? "yes" : "NO"})`,
);

/** An exporter asks while it is scraped; what our asking costs is told by bench:fleet and bench:host. */
function against(name: string, theirs: { version: string; cpuMs: number; samples: number } | undefined) {
  if (!theirs) return console.log(`${name} cannot be had here: no comparison`);
  const theirMicroseconds = (theirs.cpuMs * 1_000) / theirs.samples;
  const times = microseconds / theirMicroseconds;
  console.log(
    `${name} ${theirs.version}: ${shown(theirs.cpuMs)} ms for ${theirs.samples} series, ${shown(theirMicroseconds)} µs each; ours is ${shown(times)} of it (goal: below ${GOAL}: ${times < GOAL ? "yes" : "NO"})`,
  );
}

const target = await startTarget(DATABASES);
const postgres = await scrapeCost(target.url, THEIR_SCRAPES);
await target.stop();
against("postgres_exporter, the same number of databases,", postgres);

const exporter = await startNodeExporter("same");
let node: { version: string; cpuMs: number; samples: number } | undefined;
if (exporter) {
  const begun = exporter.cpuMs();
  for (let i = 0; i < THEIR_SCRAPES; i++) await exporter.scrape();
  node = { version: exporter.version, samples: exporter.samples, cpuMs: (exporter.cpuMs() - begun) / THEIR_SCRAPES };
  await exporter.stop();
}
against("node_exporter, the same collectors,", node);

saveResults("metrics", { series, bytes: last.bytes, processMs, databaseMs, microseconds, memory, postgres, node });
await ours.stop();
process.exit(0);
