// What a stored sample costs on disk and in CPU, and how fast history is read, beside one JSONB row per probe and tick.
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";
import { pool } from "../lib/db";
import { env, provideEnv } from "../lib/env";
import { HOUR_MS, hourOf } from "../lib/metrics/hour";
import { ensurePartitions } from "../lib/metrics/partitions";
import { type ReadResult, readSeries, type SeriesRange } from "../lib/metrics/read";
import type { QueryResult } from "../lib/metrics/schema";
import { sealHours } from "../lib/metrics/seal";
import { type SampleBatch, writeSamples } from "../lib/metrics/write";
import { removeData, startApp } from "../tests/e2e/support/app";
import { tokenOf } from "../tests/e2e/support/session";
import { startTestServer } from "../tests/support/server";
import { copyJson, createJsonTable, readJson, writeJson } from "./support/json-metrics";
import { calibration, cpuSeconds, medianMs, patiently, serverCpuSeconds } from "./support/measure";
import { syntheticHost } from "./support/synthetic-host";

const DAY_MS = 24 * HOUR_MS;
const INTERVAL_MS = 5_000;
const SERIES = 116;
const SAMPLES_PER_DAY = (DAY_MS / INTERVAL_MS) * SERIES;
const RUNS = 15;
const POINTS = 300;
const DAYS = Number(process.env.BENCH_DAYS ?? 30);
/** A Monday, so that a day is in one partition. */
const START = Date.UTC(2026, 2, 2);

export async function newSubject(): Promise<number> {
  const { rows } = await pool().query<{ id: number }>("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  return rows[0]?.id ?? 0;
}

/**
 * Fills the database of lib/db with `days` (from 2026-03-02, UTC) of one host at 5 s: the first day through writeSamples
 * and sealHours, the others as copies of its sealed rows.
 */
export async function prepareHistory(subject: number, days: number): Promise<{ from: number; to: number }> {
  for (const writes of hoursOf(subject, { hours: 24, ticksPerWrite: 20 })) await storeHour(writes);
  await copySealed(days);
  return { from: START, to: START + days * DAY_MS };
}

/** Hour by hour what would be written, each hour as the batches of several writes. */
function* hoursOf(subject: number, { hours, ticksPerWrite }: Portion): Generator<SampleBatch[][]> {
  const host = syntheticHost(INTERVAL_MS / 1000);
  for (let hour = START; hour < START + hours * HOUR_MS; hour += HOUR_MS) {
    const writes: SampleBatch[][] = [];
    for (let ts = hour; ts < hour + HOUR_MS; ts += INTERVAL_MS * ticksPerWrite) {
      const times = Array.from({ length: ticksPerWrite }, (_, i) => ts + i * INTERVAL_MS);
      writes.push(times.flatMap((time) => host().map((tick) => ({ subject, ts: time, ...tick }))));
    }
    yield writes;
  }
}

interface Portion {
  hours: number;
  ticksPerWrite: number;
}

async function storeHour(writes: readonly SampleBatch[][]): Promise<void> {
  for (const batches of writes) await writeSamples(batches);
  const last = writes.at(-1)?.at(-1)?.ts ?? 0;
  await sealHours((hourOf(last) + 1) * HOUR_MS + 120_000);
  // As autovacuum would within a minute: a day must not pass here faster than it can follow.
  await pool().query("VACUUM sample_head");
}

async function copySealed(days: number): Promise<void> {
  await ensurePartitions(Array.from({ length: days }, (_, day) => hourOf(START) + 24 * day));
  for (const [table, columns] of Object.entries({ sample_data: "offs, data", sample_hour: "agg" })) {
    await pool().query(
      `INSERT INTO ${table} (set_id, hour, ${columns})
       SELECT set_id, hour + 24 * day, ${columns} FROM ${table}, generate_series(1, $1 - 1) AS day
       WHERE hour BETWEEN $2 AND $2 + 23 ORDER BY day, hour, set_id ON CONFLICT DO NOTHING`,
      [days, hourOf(START)],
    );
  }
  await patiently("VACUUM ANALYZE sample_data");
  await patiently("VACUUM ANALYZE sample_hour");
}

/** CPU seconds per million samples for storing something: in this process, and in the database. */
async function costOf(
  { subject, ...portion }: Portion & { subject: number },
  store: (writes: SampleBatch[][]) => Promise<void>,
): Promise<string> {
  let [client, server] = [0, 0];
  for (const writes of hoursOf(subject, portion)) {
    const [ours, theirs] = [process.cpuUsage(), await serverCpuSeconds(pool())];
    await store(writes);
    client += cpuSeconds(ours);
    server += (await serverCpuSeconds(pool())) - theirs;
  }
  const millions = (portion.hours * (HOUR_MS / INTERVAL_MS) * SERIES) / 1e6;
  return `${(client / millions).toFixed(2)} + ${(server / millions).toFixed(2)} CPU-s`;
}

/** Bytes of the tables whose names match, partitions, indexes and TOAST included. */
async function sizeOf(pattern: string): Promise<number> {
  const { rows } = await pool().query<{ bytes: string }>(
    "SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class WHERE relkind = 'r' AND relname ~ $1",
    [pattern],
  );
  return Number(rows[0]?.bytes);
}

const READS = {
  "24 h x 8 series": {
    days: 1,
    names: [
      "usage_percent",
      "user",
      "system",
      "iowait",
      "steal",
      "softirq",
      "interrupts_per_sec",
      "context_switches_per_sec",
    ],
  },
  "30 d x 1 series": { days: 30, names: ["usage_percent"] },
};

/** Reads one range to at most 300 points. */
type Read = (query: SeriesRange) => Promise<Pick<ReadResult, "stepSeconds" | "ts">>;

/** Median milliseconds of both ways of reading; the JSONB table is asked for the same steps. */
async function compareReads(subject: number, read: Read): Promise<void> {
  const end = START + DAYS * DAY_MS;
  for (const [title, { days, names }] of Object.entries(READS)) {
    const query = {
      subject,
      selectors: names.map((name) => ({ metric: `cpu.${name}` })),
      from: end - Math.min(days, DAYS) * DAY_MS,
      to: end,
    };
    const { stepSeconds, ts } = await read(query);
    const ours = await medianMs(RUNS, () => read(query));
    const json = await medianMs(RUNS, () => readJson({ ...query, type: "cpu", names, stepSeconds }));
    console.log(
      `  ${title} -> ${ts.length} points: ${ours.toFixed(1)} ms, JSONB ${json.toFixed(0)} ms (1/${(json / ours).toFixed(0)})`,
    );
  }
}

const TABLES = { head: "^sample_head$", data: "^sample_data", hour: "^sample_hour", series: "^series" };

async function compareSizes(days: number): Promise<void> {
  for (const table of ["sample_head", "sample_data", "sample_hour", "json_metrics"]) await patiently(`VACUUM ${table}`);
  await patiently("CHECKPOINT");
  const perSample = (bytes: number) => bytes / (days * SAMPLES_PER_DAY);
  const parts: string[] = [];
  let ours = 0;
  for (const [name, pattern] of Object.entries(TABLES)) {
    const bytes = perSample(await sizeOf(pattern));
    ours += bytes;
    parts.push(`${name} ${bytes.toFixed(3)}`);
  }
  const json = perSample(await sizeOf("^json_metrics$"));
  console.log(`bytes per sample after ${days} d: ${ours.toFixed(3)} (${parts.join(", ")}), JSONB ${json.toFixed(1)}`);
  console.log(`  ratio 1/${(json / ours).toFixed(1)}, goal 1/30`);
}

const SERVER = "bench";
const PASSWORD = "measured-twice-cut-once-1";

/** Runs `work` with a way of reading through a running Dozor's HTTP API, as a client with a token does. */
async function overHttp(subject: number, work: (read: Read) => Promise<void>): Promise<void> {
  await pool().query("INSERT INTO servers (id, name, enabled) VALUES ($1, $2, false)", [subject, SERVER]);
  const { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS } = env();
  const given = {
    DATABASE_URL,
    AUTH_SECRET,
    ENCRYPTION_KEYS,
    ADMIN_PASSWORD: PASSWORD,
    ROLE: "web",
    LOG_LEVEL: "error",
  };
  const app = await startApp({ env: given, startMs: 300_000 });
  try {
    const headers = { authorization: `Bearer ${await tokenOf(app, "admin", PASSWORD)}` };
    await work(async ({ selectors, from, to }) => {
      const metrics = selectors.map(({ metric }) => metric).join(",");
      const range = new URLSearchParams({
        server: SERVER,
        metrics,
        from: `${from / 1000}`,
        to: `${to / 1000}`,
        points: `${POINTS}`,
      });
      const response = await fetch(`${app.url}/api/query?${range}`, { headers });
      if (!response.ok) throw new Error(await response.text());
      const answer = (await response.json()) as QueryResult;
      return { stepSeconds: answer.step_s, ts: answer.ts };
    });
  } finally {
    await app.stop();
    removeData(app.dataDir);
  }
}

/** Runs everything on a server of its own and prints the results. */
export async function benchHistory(): Promise<void> {
  const server = await startTestServer({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
  const secret = () => randomBytes(32).toString("base64url");
  provideEnv({ DATABASE_URL: await server.createDatabase(), AUTH_SECRET: secret(), ENCRYPTION_KEYS: `1:${secret()}` });
  try {
    console.log(`calibration: ${calibration().toFixed(0)} ms for SHA-256 of 100 MiB`);
    await createJsonTable();
    const subject = await newSubject();
    const day = { subject, hours: 24, ticksPerWrite: 20 };
    console.log("CPU per million samples, in this process + in PostgreSQL:");
    console.log(`  written (20 ticks each time) and sealed: ${await costOf(day, storeHour)}`);
    console.log(
      `  as JSONB: ${await costOf(day, async (writes) => {
        for (const batches of writes) await writeJson(batches);
      })}`,
    );
    await compareSizes(1);
    await copySealed(DAYS);
    await copyJson(START, DAYS);
    await compareSizes(DAYS);
    console.log("read by lib/metrics:");
    await compareReads(subject, readSeries);
    console.log("read through HTTP (the JSONB table is asked directly):");
    await overHttp(subject, (read) => compareReads(subject, read));
    const single = { subject: await newSubject(), hours: 2, ticksPerWrite: 1 };
    console.log(`CPU per million samples written tick by tick and sealed: ${await costOf(single, storeHour)}`);
  } finally {
    await pool().end();
    await server.stop();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await benchHistory();
