// The pages of a server with 100 databases, over a month and a year of history: how long each takes, whole, from the built
// product, and how long the analysis of its databases.
import { pool } from "../lib/db";
import { env } from "../lib/env";
import { removeData, startApp } from "../tests/e2e/support/app";
import { copyYear, databaseName, storeDays, storeLatest } from "./support/databases-history";
import { calibration, progress } from "./support/measure";
import { newSubjects, sizeOf, startOurs } from "./support/ours";
import { ADMIN, type PageTime, signIn, timePage, told } from "./support/pages";
import { buildProduct } from "./support/product";
import { saveResults } from "./support/table";

const DATABASES = Number(process.env.BENCH_DATABASES ?? 100);
const TIMES = Number(process.env.BENCH_TIMES ?? 15);
const YEAR = Number(process.env.BENCH_DAYS ?? 365);
/** As by default: what is older has hours only. */
const FINE = 30;
const BUSY = databaseName(3);

/** What a collector leaves beside history. */
const REGISTER = `
  WITH named AS (UPDATE servers SET name = $2, enabled = true, pg_host = '127.0.0.1', pg_port = 1, pg_user = 'dozor', pg_database = 'postgres',
      created_at = now() - make_interval(days => $3), intervals = '{"collect_interval": 60}' WHERE id = $1 RETURNING id),
  states AS (INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at, duration_ms, outcome, last_success_at, next_run_at)
    SELECT id, probe, 86400, now(), 3, 'ok', now(), now() + interval '1 day'
    FROM named, unnest(ARRAY['instance', 'activity', 'databases', 'replication', 'checkpoints', 'wal', 'io', 'sizes', 'inventory']) AS probe)
  INSERT INTO server_databases (subject, oid, name, owner, first_seen_at)
  SELECT id, 16384 + i, ($4::text[])[i + 1], 'shop', now() - make_interval(days => $3)
  FROM named, generate_series(0, cardinality($4::text[]) - 1) AS i`;

async function register(id: number, name: string, days: number): Promise<void> {
  const names = Array.from({ length: DATABASES }, (_, i) => databaseName(i));
  await pool().query(REGISTER, [id, name, days, names]);
  await storeLatest(id, DATABASES);
}

console.log(`SHA-256 of 100 MiB takes ${calibration().toFixed(0)} ms of CPU here`);
buildProduct();
const ours = await startOurs();
const [month = 0, year = 0] = await newSubjects(2);
await storeDays(month, { databases: DATABASES, days: FINE });
progress(`${FINE} days of ${DATABASES} databases are stored`);
await copyYear(month, year, { days: YEAR, fine: FINE });
progress(`${YEAR} days are stored: ${((await sizeOf("^sample_")) / 2 ** 20).toFixed(0)} MiB in all`);
await register(month, "month", FINE);
await register(year, "year", YEAR);
await pool().query("ANALYZE servers, latest, probe_state, server_databases, series, series_set");

const { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS } = env();
const app = await startApp({
  env: { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS, ROLE: "web", ADMIN_PASSWORD: ADMIN.password },
});
const headers = await signIn(app.url);

const ASKED: { path: string; holds: string }[] = [
  { path: "/servers/month", holds: "month" },
  { path: "/servers/month?period=30d", holds: "month" },
  { path: "/servers/year?period=1y", holds: "year" },
  { path: `/servers/month/databases/${BUSY}`, holds: BUSY },
  { path: `/servers/year/databases/${BUSY}?period=1y`, holds: BUSY },
  { path: `/servers/year/databases/${BUSY}?period=30d&compare=previous`, holds: BUSY },
  { path: "/servers/year/databases", holds: BUSY },
  { path: "/api/server/month/analysis", holds: BUSY },
  { path: "/api/server/year/analysis", holds: BUSY },
];
const results: Record<string, PageTime | null> = {};
for (const { path, holds } of ASKED) {
  const time = await timePage(`${app.url}${path}`, { headers, holds, times: TIMES }).catch((error: Error) => error);
  results[path] = time instanceof Error ? null : time;
  console.log(time instanceof Error ? time.message : told(path, time));
}
saveResults("fleet-pages", { databases: DATABASES, days: YEAR, results });
await app.stop();
removeData(app.dataDir);
await ours.stop();
process.exit(Object.values(results).includes(null) ? 1 : 0);
