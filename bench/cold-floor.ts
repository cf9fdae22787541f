// What an answer from PostgreSQL through Node costs at the very least when nothing is cached, beside Prometheus: how far our
// cold reads could fall.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pool } from "../lib/db";
import { env } from "../lib/env";
import { findSeries } from "../lib/metrics/fetch";
import { HOUR_MS, hourOf } from "../lib/metrics/hour";
import { dropCaches } from "./support/caches";
import { getJson } from "./support/client";
import { DAY_MS, ONE_HOST, START } from "./support/data-sets";
import { storeEverywhere } from "./support/ingest";
import { calibration, median, progress } from "./support/measure";
import { copySubject, newSubjects, type Ours, startOurs } from "./support/ours";
import { waysOf } from "./support/peer-ways";
import { type Peer, startPeers } from "./support/peers";
import { saveResults, shown } from "./support/table";

const DAYS = 4;
const ROUNDS = 15;
const WARM_UP = 300;
const PAUSE_MS = 500;
const TO = START + DAYS * DAY_MS;
const HOUR = { from: TO - HOUR_MS, to: TO, series: [ONE_HOST.one], stepSeconds: 5, raw: true };

const SERVER = join(import.meta.dirname, "support", "floor-server.ts");

async function startFloor(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ["--import", "tsx", SERVER], {
    env: { ...process.env, DATABASE_URL: env().DATABASE_URL },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [port] = await once(child.stdout, "data");
  return {
    url: `http://127.0.0.1:${Number(port)}`,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function columnOf(subject: number): Promise<string> {
  const { probe, metric } = ONE_HOST.one;
  const [series] = await findSeries(pool(), subject, [{ metric: `${probe}.${metric}` }]);
  return `column/${series?.set}/${hourOf(HOUR.from)}/${series?.slot}`;
}

/** Milliseconds of each question, asked once of stores that were restarted on empty caches, and of another host before. */
async function coldRound(
  { subject, other }: { subject: number; other: number },
  { ours, peers }: { ours: Ours; peers: readonly Peer[] },
): Promise<Record<string, number>> {
  for (const peer of peers) await peer.stop();
  await ours.restart();
  dropCaches();
  for (const peer of peers) await peer.start();
  const floor = await startFloor();
  const ask = (path: string) => getJson(`${floor.url}/${path}`);
  const [column, before] = [await columnOf(subject), await columnOf(other)];
  for (let i = 0; i < WARM_UP; i++) for (const path of ["nothing", "one", before]) await ask(path);
  const asked: Record<string, () => Promise<unknown>> = {
    "Node alone": () => ask("nothing"),
    "Node, SELECT 1": () => ask("one"),
    "Node, an hour's column by its key": () => ask(column),
  };
  for (const peer of peers) {
    const [way] = waysOf(peer, HOUR);
    await way?.ask({ ...HOUR, subject: other }).catch(() => {});
    asked[peer.title] = async () => way?.ask({ ...HOUR, subject });
  }
  dropCaches();
  const times: Record<string, number> = {};
  for (const [name, question] of Object.entries(asked)) {
    await sleep(PAUSE_MS);
    const start = performance.now();
    await question();
    times[name] = performance.now() - start;
  }
  await floor.stop();
  return times;
}

if (dropCaches()) {
  const host = calibration();
  const ours = await startOurs();
  const peers = await startPeers();
  try {
    const [subject = 0] = await newSubjects(1);
    await storeEverywhere(ONE_HOST, [subject], { ours, peers, days: DAYS });
    const [other = 0] = await newSubjects(1);
    await copySubject(subject, [other]);
    const rounds: Record<string, number>[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await coldRound({ subject, other }, { ours, peers }));
    progress("read");
    const medians = Object.keys(rounds[0] ?? {}).map(
      (name) => [name, median(rounds.map((one) => one[name] ?? 0))] as const,
    );
    console.log(
      `\nFirst answer on empty caches, 1 h × 1 series of ${DAYS} days; SHA-256 of 100 MiB takes ${host.toFixed(0)} ms of CPU:\n`,
    );
    console.log("| | ms | ÷ Prometheus |\n|---|---|---|");
    const beside = medians.find(([name]) => name.startsWith("Prometheus"))?.[1];
    for (const [name, ms] of medians) console.log(`| ${name} | ${shown(ms)} | ${beside ? shown(ms / beside) : ""} |`);
    saveResults("cold_floor", { calibration_ms: host, ...Object.fromEntries(medians) });
  } finally {
    for (const peer of peers) await peer.remove();
    await ours.stop();
  }
} else console.log("Skipped: only root can empty the kernel's caches, on Linux.");
