// The product with its database stopped for minutes: every sample of this machine must be there afterwards.
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Block, blockColumn } from "../../lib/metrics/block";
import { HOUR_MS } from "../../lib/metrics/hour";
import { type App, newDataDir, removeData, startApp, until } from "../../tests/e2e/support/app";
import { TEST_ENVIRONMENT } from "../../tests/support/database";
import { startTestServer } from "../../tests/support/server";

/** Probes that do not ask the database which is stopped. */
const PROBES = ["cpu", "disk", "memory", "network", "self"];
const AROUND_MS = 30_000;

interface Answer {
  probe: string;
  intervalSeconds: number;
  ticks: number;
  missing: number;
  /** Turns that the collector itself passed over, because the one before still ran. */
  skipped: number;
  longestGapSeconds: number;
}

async function ask<T extends pg.QueryResultRow>(url: string, text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  await client.connect();
  return client
    .query<T>(text, values)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

interface ProbeRow {
  probe: string;
  seconds: number;
  skipped: number;
}

/** Each probe's times on its grid, in the head and in sealed hours. */
async function answers(url: string, from: number, to: number): Promise<Answer[]> {
  const probes = `probe_state p JOIN series_set s USING (subject, probe) WHERE s.part = 0 AND p.probe = ANY ($1)`;
  const rows = await ask<ProbeRow>(
    url,
    `SELECT p.probe, p.interval_seconds AS seconds, p.skipped::int FROM ${probes} ORDER BY p.probe`,
    [PROBES],
  );
  const head = await ask<{ probe: string; ts: string }>(
    url,
    `SELECT probe, ts FROM sample_head JOIN (SELECT s.id AS set_id, p.probe FROM ${probes}) AS part USING (set_id)`,
    [PROBES],
  );
  const sealed = await ask<Block & { probe: string; hour: number }>(
    url,
    `SELECT probe, hour, offs, data FROM sample_data JOIN (SELECT s.id AS set_id, p.probe FROM ${probes}) AS part USING (set_id)`,
    [PROBES],
  );
  return rows.map((row) => {
    const isOfIt = ({ probe }: { probe: string }) => probe === row.probe;
    const times = [
      ...head.filter(isOfIt).map(({ ts }) => Number(ts)),
      ...sealed.filter(isOfIt).flatMap((one) => [...blockColumn(one, 0).values].map((at) => one.hour * HOUR_MS + at)),
    ];
    return answerOf(
      row,
      [...new Set(times)].filter((ts) => ts >= from && ts <= to).sort((x, y) => x - y),
    );
  });
}

function answerOf({ probe, seconds, skipped }: ProbeRow, times: readonly number[]): Answer {
  const gaps = times.slice(1).map((ts, i) => ts - (times[i] ?? ts));
  return {
    probe,
    intervalSeconds: seconds,
    ticks: times.length,
    missing: gaps.reduce((sum, gap) => sum + Math.round(gap / (1_000 * seconds)) - 1, 0),
    skipped,
    longestGapSeconds: Math.round(Math.max(0, ...gaps) / 1_000),
  };
}

/** Bytes in the spool, and the most that the app's memory was. */
function spoolBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce(
    (total, name) => total + (statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

async function watch(app: App, minutes: number): Promise<void> {
  const folder = path.join(app.dataDir, "spool");
  for (let minute = 1; minute <= minutes; minute += 1) {
    await sleep(60_000);
    console.log(`away for ${minute} min, ${(spoolBytes(folder) / 1024).toFixed(0)} KiB in the spool`);
  }
}

const minutes = Number(process.argv[2] ?? 10);
const server = await startTestServer();
const url = await server.createDatabase({ empty: true });
const dataDir = newDataDir();
const started = Date.now();
const app = await startApp({ dataDir, startMs: 600_000, env: { DATABASE_URL: url, ...TEST_ENVIRONMENT } });
let failed = true;
try {
  await until(
    "the first samples",
    () => ask(url, "SELECT FROM sample_head LIMIT 1").then((rows) => rows.length > 0 || undefined),
    120_000,
  );
  const from = Date.now();
  await sleep(AROUND_MS);
  await server.halt();
  console.log(`the database is stopped for ${minutes} min`);
  await watch(app, minutes);
  await server.resume();
  const back = Date.now();
  const isWritten = async () => {
    const rows = await ask<{ waiting: number | null }>(
      url,
      `SELECT (data #>> '{rows,0,values,samples_waiting}')::float8 AS waiting FROM latest
       WHERE kind = 'self' AND ts > to_timestamp($1)`,
      [back / 1000 + 5],
    ).catch(() => []);
    return rows[0]?.waiting === 0 || undefined;
  };
  await until("the spool to be written down", isWritten, 300_000);
  console.log(`written ${((Date.now() - back) / 1000).toFixed(0)} s after it came back`);
  await sleep(AROUND_MS);
  const found = await answers(url, from, Date.now() - 10_000);
  console.table(found);
  console.table(
    await ask(url, "SELECT type, severity, message FROM activity_events WHERE type ~ 'database|samples' ORDER BY id"),
  );
  failed =
    found.length < PROBES.length ||
    found.some(({ ticks }) => ticks < 2) ||
    found.some(({ missing, skipped }) => missing > skipped);
} finally {
  await app.stop();
  if (failed) console.log(app.output());
  const left = spoolBytes(path.join(dataDir, "spool"));
  removeData(dataDir);
  await server.stop();
  console.log(
    `${failed ? "samples are missing" : "every sample is there"}; ${left} bytes left in the spool, ${((Date.now() - started) / 60_000).toFixed(1)} min in all`,
  );
}
process.exit(failed ? 1 : 0);
