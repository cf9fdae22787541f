// Live connections: 1,000 each second, 10,000 each five, one that does not read; and 1,000 channels that change each second.
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { pool } from "../lib/db";
import { env } from "../lib/env";
import type { ServerMessage } from "../lib/live/messages";
import { removeData, startApp } from "../tests/e2e/support/app";
import { request } from "./support/client";
import { type Crowd, openCrowd } from "./support/live-crowd";
import { calibration, progress } from "./support/measure";
import { startOurs } from "./support/ours";
import { ADMIN } from "./support/pages";
import { familyCpuSeconds, familyMemory } from "./support/processes";
import { buildProduct } from "./support/product";
import { saveResults } from "./support/table";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const MANY = 10_000;
const CHANNELS = 1_000;
/** For the channels to come into being, and code to become warm. */
const WARM_SECONDS = 5;
const BATCH = 500;
const GOALS = { microseconds: 25, kilobytes: 20, visibleP99Ms: 1_000 };
const missed: string[] = [];

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

function hold(what: string, value: number, most: number): string {
  if (!(value <= most)) missed.push(what);
  return `${value.toFixed(1)} (goal ≤ ${most}${value <= most ? "" : ", missed"})`;
}

async function setSetting(key: string, value: unknown): Promise<void> {
  await pool().query(
    "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [key, JSON.stringify(value)],
  );
  await pool().query("NOTIFY dozor_settings");
}

interface Spent {
  seconds: number;
  cpuSeconds: number;
}

async function spend(work: () => Promise<unknown>): Promise<Spent> {
  const [cpu, began] = [familyCpuSeconds(app.pid), performance.now()];
  await work();
  return { cpuSeconds: familyCpuSeconds(app.pid) - cpu, seconds: (performance.now() - began) / 1000 };
}

const percent = ({ cpuSeconds, seconds }: Spent) => (100 * cpuSeconds) / seconds;

/** Counts of listeners, which differ from one round to the next; sent when a second begins. */
async function pushRounds(
  { channels, seconds }: { channels: number; seconds: number },
  sent?: Map<string, number>,
): Promise<void> {
  const began = performance.now();
  for (let round = 1; round <= seconds; round += 1) {
    const all = Array.from({ length: channels }, (_, number) => ({
      ...{ channel_id: `channel-${number}`, event: "listeners", count: number + 1_000 * (round + offset) },
    }));
    for (let at = 0; at < all.length; at += BATCH) {
      const events = all.slice(at, at + BATCH);
      for (const { channel_id, count } of events) sent?.set(`${channel_id} ${count}`, performance.now());
      const body = Buffer.from(JSON.stringify({ events }));
      const asked = performance.now();
      await request(`${app.url}/api/streams/events`, { method: "POST", headers: json, body });
      pushed.push(performance.now() - asked);
    }
    await sleep(Math.max(0, began + 1_000 * round - performance.now()));
  }
  offset += seconds;
}

/** Clients that get statistics at that pace, and what they cost beside what is done without them. */
async function crowded({
  goalMs,
  ...of
}: {
  clients: number;
  processes: number;
  everySeconds: number;
  goalMs: number;
}) {
  await setSetting("stats_broadcast_interval", of.everySeconds);
  await sleep(6_000);
  // One at a time: several that change at once travel as one piece, and would flatter the cost of a message.
  const work = () => pushRounds({ channels: 1, seconds: SECONDS });
  await work();
  const alone = await spend(work);
  const memory = familyMemory(app.pid);
  const opening = performance.now();
  const crowd = await openCrowd({ address, token, ...of });
  const opened = (performance.now() - opening) / 1000;
  progress(`${of.clients} clients are connected`);
  await sleep(12_000);
  const kilobytes = (1024 * (familyMemory(app.pid) - memory)) / of.clients;
  await crowd.report();
  const spent = await spend(work);
  const report = await crowd.report();
  const microseconds = (1e6 * (spent.cpuSeconds - alone.cpuSeconds)) / report.messages;
  const result = {
    ...{ ...of, opened, messages: report.messages, lost: report.lost, gaps: report.gaps, lagging: report.lagging },
    ...{ statsP50Ms: quantile(report.stats, 0.5), statsP99Ms: quantile(report.stats, 0.99) },
    ...{ updatesP99Ms: quantile(report.updates, 0.99), fewestStats: report.fewestStats },
    ...{ cpuPercent: percent(spent), cpuPercentAlone: percent(alone), microseconds, kilobytes },
    memoryMiB: familyMemory(app.pid),
  };
  const name = `${of.clients} clients each ${of.everySeconds} s`;
  console.log(
    `${name}: stats p50 ${result.statsP50Ms.toFixed(0)} ms, p99 ${hold(`${name}: p99`, result.statsP99Ms, goalMs)} ms; ` +
      `updates p99 ${result.updatesP99Ms.toFixed(0)} ms; ${hold(`${name}: µs`, microseconds, GOALS.microseconds)} µs of CPU per client and message; ` +
      // Of few connections the noise of a heap is more than they take.
      `${of.clients < MANY ? kilobytes.toFixed(1) : hold(`${name}: kB`, kilobytes, GOALS.kilobytes)} kB per connection; ${hold(`${name}: lost`, report.lost, 0)} lost, ${report.gaps} messages missed; ` +
      `CPU ${result.cpuPercent.toFixed(1)} % of a core (${result.cpuPercentAlone.toFixed(1)} % without clients), ${result.memoryMiB.toFixed(0)} MiB; ` +
      `all open after ${opened.toFixed(1)} s`,
  );
  return { crowd, result };
}

/** From the moment before a batch is sent to the one in which a client knows of each change. */
async function visible() {
  const sent = new Map<string, number>();
  const took: number[] = [];
  const seen = new Set<string>();
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } });
  socket.on("message", (data) => {
    const now = performance.now();
    const message = JSON.parse(data.toString()) as ServerMessage;
    if (message.type !== "stream_update") return;
    const change = `${message.data.channel_id} ${message.data.listeners}`;
    const at = sent.get(change);
    // A channel is told again when something else of it changes.
    if (at === undefined || seen.has(change)) return;
    seen.add(change);
    took.push(now - at);
  });
  await new Promise((resolve) => socket.once("message", resolve));
  pushed = [];
  const database = await ours.cpuSeconds();
  const memory = familyMemory(app.pid);
  const spent = await spend(() => pushRounds({ channels: CHANNELS, seconds: SECONDS }, sent));
  await sleep(2_000);
  socket.terminate();
  const result = {
    ...{ events: sent.size, seen: took.length, p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99) },
    ...{ seconds: spent.seconds, cpuPercent: percent(spent), pushP50Ms: quantile(pushed, 0.5) },
    databaseCpuPercent: (100 * ((await ours.cpuSeconds()) - database)) / spent.seconds,
    memoryGrewMiB: familyMemory(app.pid) - memory,
  };
  console.log(
    `${CHANNELS} channels, an event a second each: visible after p50 ${result.p50Ms.toFixed(0)} ms, ` +
      `p99 ${hold("visible p99", result.p99Ms, GOALS.visibleP99Ms)} ms; ${result.seen} of ${result.events} seen, in ${spent.seconds.toFixed(1)} s, a batch of ${BATCH} in ${result.pushP50Ms.toFixed(0)} ms; ` +
      `CPU ${result.cpuPercent.toFixed(0)} % of a core, database ${result.databaseCpuPercent.toFixed(0)} %; memory +${result.memoryGrewMiB.toFixed(0)} MiB`,
  );
  return result;
}

async function withoutReading(crowd: Crowd) {
  await crowd.report();
  const result = await visible();
  const { lost, lagging } = await crowd.report();
  console.log(`That was beside a client that did not read, whose connection stood: ${lost} lost`);
  return { ...result, lost, lagging };
}

console.log(`SHA-256 of 100 MiB takes ${calibration().toFixed(0)} ms of CPU here`);
buildProduct();
const ours = await startOurs();
const { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS } = env();
const app = await startApp({ env: { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS, ADMIN_PASSWORD: ADMIN.password } });
const address = `${app.url.replace("http:", "ws:")}/ws/stats`;
const form = { "content-type": "application/x-www-form-urlencoded" };
const credentials = Buffer.from(new URLSearchParams(ADMIN).toString());
const signedIn = await request(`${app.url}/api/token`, { method: "POST", headers: form, body: credentials });
const token: string = JSON.parse(signedIn).access_token;
const json = { authorization: `Bearer ${token}`, "content-type": "application/json" };
let offset = 0;
/** Milliseconds that batches took. */
let pushed: number[] = [];
await setSetting("ws_max_connections", 20_000);
await setSetting("auto_end_enabled", false);

const thousand = await crowded({ clients: 1_000, processes: 1, everySeconds: 1, goalMs: 100 });
await thousand.crowd.end();
const tenThousand = await crowded({ clients: MANY, processes: 4, everySeconds: 5, goalMs: 5_000 });
await tenThousand.crowd.end();
await pushRounds({ channels: CHANNELS, seconds: WARM_SECONDS });
console.log(
  `${CHANNELS} new channels: the slowest of the first batches of ${BATCH} took ${Math.max(...pushed).toFixed(0)} ms`,
);
progress("channels");
const channels = await visible();
// One that stops reading is told 1,000 changes a second: nobody waits for it, and it does not fill the memory.
const stopped = await openCrowd({ address, token, clients: 10, processes: 1, stopsReading: 1 });
const besideStopped = await withoutReading(stopped);
await stopped.end();

saveResults("live", { thousand: thousand.result, tenThousand: tenThousand.result, channels, besideStopped });
await app.stop();
removeData(app.dataDir);
await ours.stop();
if (missed.length > 0) console.log(`Missed: ${missed.join("; ")}`);
process.exit(missed.length > 0 ? 1 : 0);
