// Sealing the hour of 200 hosts while their ticks go on: how late ticks come, how long it takes, what it costs.
import { randomBytes } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { pool } from "../lib/db";
import { provideEnv } from "../lib/env";
import { HOUR_MS } from "../lib/metrics/hour";
import { sealHours } from "../lib/metrics/seal";
import { writeSamples } from "../lib/metrics/write";
import { startTestServer } from "../tests/support/server";
import { calibration, cpuSeconds, patiently, serverCpuSeconds } from "./support/measure";
import { syntheticHost } from "./support/synthetic-host";

const SUBJECTS = Number(process.env.BENCH_SUBJECTS ?? 200);
const INTERVAL_MS = 5_000;
/** As the collector does: what comes this close together is written together. */
const GATHER_MS = 50;
/** The ticks alone are watched for this long, to compare with. */
const ALONE_MS = 20_000;
const START = Date.UTC(2026, 2, 2);
const SAMPLES = 116 * (HOUR_MS / INTERVAL_MS);

async function newSubjects(): Promise<number[]> {
  const { rows } = await pool().query<{ id: number }>(
    "INSERT INTO subject (kind) SELECT 'server' FROM generate_series(1, $1) RETURNING id",
    [SUBJECTS],
  );
  return rows.map(({ id }) => id);
}

/** An hour of every subject in the head: written for the first, copied row by row for the others. */
async function fillHead(subjects: readonly number[]): Promise<void> {
  const host = syntheticHost(INTERVAL_MS / 1000);
  const tick = host();
  for (const subject of subjects) await writeSamples(tick.map((one) => ({ subject, ts: START, ...one })));
  for (let ts = START + INTERVAL_MS; ts < START + HOUR_MS; ts += INTERVAL_MS) {
    await writeSamples(host().map((one) => ({ subject: subjects[0] ?? 0, ts, ...one })));
  }
  await patiently(
    `INSERT INTO sample_head (set_id, ts, values)
     SELECT other.id, head.ts, head.values
     FROM series_set first JOIN sample_head head ON head.set_id = first.id
       JOIN series_set other ON other.probe = first.probe AND other.part = first.part
     WHERE first.subject = $1 AND other.subject <> $1 ORDER BY other.subject, head.ts ON CONFLICT DO NOTHING`,
    [subjects[0]],
  );
  await patiently("VACUUM ANALYZE sample_head");
}

interface Ticks {
  /** ms after the time at which each group of ticks should have started, and until it was stored. */
  late: number[];
  stored: number[];
}

/** Ticks of all subjects, evenly spread over the interval, until the work is done. */
async function tickDuring(subjects: readonly number[], work: Promise<unknown>): Promise<Ticks> {
  const ticks: Ticks = { late: [], stored: [] };
  const host = syntheticHost(INTERVAL_MS / 1000);
  let running = true;
  const stop = () => {
    running = false;
  };
  work.then(stop, stop);
  const writes = new Set<Promise<void>>();
  const perGroup = subjects.length / (INTERVAL_MS / GATHER_MS);
  const start = performance.now();
  for (let group = 0; running; group++) {
    const due = start + group * GATHER_MS;
    await sleep(Math.max(0, due - performance.now()));
    ticks.late.push(performance.now() - due);
    const chosen = subjects.slice(
      (group * perGroup) % subjects.length,
      ((group * perGroup) % subjects.length) + perGroup,
    );
    const ts = START + HOUR_MS + Math.floor((group * GATHER_MS) / INTERVAL_MS) * INTERVAL_MS;
    const write = writeSamples(chosen.flatMap((subject) => host().map((one) => ({ subject, ts, ...one }))))
      .then(() => void ticks.stored.push(performance.now() - due))
      .finally(() => writes.delete(write));
    writes.add(write);
  }
  await Promise.all(writes);
  return ticks;
}

function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`;
}

/** Prints what ticks suffer while the work goes on, and what this process uses. */
async function watch(title: string, subjects: readonly number[], work: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const [ours, theirs, start] = [process.cpuUsage(), await serverCpuSeconds(pool()), performance.now()];
  let [memory, longest, before] = [0, 0, process.cpuUsage()];
  const sampling = setInterval(() => {
    memory = Math.max(memory, process.memoryUsage.rss());
  }, 50);
  // Processor time between two turns is ours alone, however busy the machine is with others.
  const turns = setInterval(() => {
    longest = Math.max(longest, cpuSeconds(before));
    before = process.cpuUsage();
  }, 1);
  delay.enable();
  const ticks = await tickDuring(subjects, work());
  delay.disable();
  for (const timer of [sampling, turns]) clearInterval(timer);
  const seconds = (performance.now() - start) / 1000;
  const server = (await serverCpuSeconds(pool())) - theirs;
  console.log(`${title}: ${seconds.toFixed(1)} s, peak memory ${(memory / 2 ** 20).toFixed(0)} MiB`);
  console.log(`  CPU: ${cpuSeconds(ours).toFixed(1)} s in this process + ${server.toFixed(1)} s in PostgreSQL`);
  const loop = [50, 99, 100].map((share) => (delay.percentile(share) / 1e6).toFixed(1));
  console.log(
    `  event loop: p50 ${loop[0]}, p99 ${loop[1]}, max ${loop[2]} ms; longest turn ${(1000 * longest).toFixed(0)} ms of CPU`,
  );
  console.log(`  ticks late: ${quantiles(ticks.late)}; stored after ${quantiles(ticks.stored)}`);
}

const server = await startTestServer({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
const secret = () => randomBytes(32).toString("base64url");
provideEnv({ DATABASE_URL: await server.createDatabase(), AUTH_SECRET: secret(), ENCRYPTION_KEYS: `1:${secret()}` });
try {
  console.log(`calibration: ${calibration().toFixed(0)} ms for SHA-256 of 100 MiB`);
  const subjects = await newSubjects();
  await fillHead(subjects);
  await watch("ticks alone", subjects, () => sleep(ALONE_MS));
  const now = START + HOUR_MS + 120_000;
  await watch(
    `sealing an hour of ${SUBJECTS} hosts (${((SUBJECTS * SAMPLES) / 1e6).toFixed(1)} million samples)`,
    subjects,
    async () => {
      const { samples } = await sealHours(now);
      if (samples !== SUBJECTS * SAMPLES) throw new Error(`${samples} samples were sealed`);
    },
  );
} finally {
  await pool().end();
  await server.stop();
}
