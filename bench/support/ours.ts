// Our store on a PostgreSQL of its own, as durable as a user's.
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { pool } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { DAY_HOURS, dayOf, rollUpDay } from "../../lib/metrics/day";
import { HOUR_MS, hourOf } from "../../lib/metrics/hour";
import { ensurePartitions } from "../../lib/metrics/partitions";
import { sealHours } from "../../lib/metrics/seal";
import { transaction } from "../../lib/metrics/transaction";
import { type SampleBatch, writeSamples } from "../../lib/metrics/write";
import { startTestServer } from "../../tests/support/server";
import { patiently } from "./measure";
import { serverName } from "./peer-ways";
import { familyCpuSeconds, familyMemory, parentOf } from "./processes";

const DURABLE = { fsync: "on", synchronous_commit: "on", full_page_writes: "on", max_wal_size: "4GB" };

export interface Ours {
  /** CPU seconds of PostgreSQL, all of its processes. */
  cpuSeconds(): Promise<number>;
  memoryMiB(): Promise<number>;
  /** Its caches are empty afterwards. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

// Whatever was started ends with this process: on a signal, too, it has to come to its "exit".
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** Gives lib/db a fresh database. */
export async function startOurs(): Promise<Ours> {
  const server = await startTestServer(DURABLE);
  const secret = () => randomBytes(32).toString("base64url");
  provideEnv({ DATABASE_URL: await server.createDatabase(), AUTH_SECRET: secret(), ENCRYPTION_KEYS: `1:${secret()}` });
  return {
    cpuSeconds: async () => familyCpuSeconds(await postmasterPid()),
    memoryMiB: async () => familyMemory(await postmasterPid()),
    restart: server.restart,
    async stop() {
      await pool().end();
      // The next database of this process gets a pool of its own.
      (globalThis as { dozorPool?: pg.Pool | undefined }).dozorPool = undefined;
      await server.stop();
    },
  };
}

async function postmasterPid(): Promise<number> {
  const { rows } = await pool().query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return parentOf(rows[0]?.pid ?? 0);
}

/** Servers that nobody watches, to own series. */
export async function newSubjects(count: number): Promise<number[]> {
  const { rows } = await pool().query<{ id: number }>(
    "INSERT INTO subject (kind) SELECT 'server' FROM generate_series(1, $1) RETURNING id",
    [count],
  );
  const ids = rows.map(({ id }) => id);
  await pool().query(
    "INSERT INTO servers (id, name, enabled) SELECT id, name, false FROM unnest($1::int[], $2::text[]) AS new (id, name)",
    [ids, ids.map(serverName)],
  );
  return ids;
}

/** Writes and seals one hour, given as several writes. */
export async function storeHour(writes: readonly SampleBatch[][]): Promise<void> {
  for (const batches of writes) await writeSamples(batches);
  const last = writes.at(-1)?.find(({ ts }) => ts)?.ts ?? 0;
  await sealHours((hourOf(last) + 1) * HOUR_MS + 120_000);
  // As autovacuum would within a minute: a day must not pass here faster than it can follow.
  await pool().query("VACUUM sample_head");
}

/** What is sealed, and in what its rows are numbered. */
const SEALED = { sample_data: "hour", sample_hour: "hour", sample_day: "day" };
const TABLES_SEALED = Object.keys(SEALED);

/** Repeats the sealed day that starts at `start` (ms) on the following days, `days` in all. */
export async function copyDay(start: number, days: number): Promise<void> {
  const first = hourOf(start);
  await ensurePartitions(Array.from({ length: days }, (_, day) => first + DAY_HOURS * day));
  for (const table of ["sample_data", "sample_hour"]) {
    const columns = await contentOf(table);
    for (let day = 1; day < days; day++) {
      await patiently(
        `INSERT INTO ${table} (set_id, hour, ${columns}) SELECT set_id, hour + $1, ${columns} FROM ${table}
         WHERE hour BETWEEN $2 AND $2 + ${DAY_HOURS - 1} ORDER BY hour, set_id`,
        [DAY_HOURS * day, first],
      );
    }
  }
  const { rows } = await pool().query<{ sets: number[] | null }>("SELECT array_agg(id) AS sets FROM series_set");
  for (let day = dayOf(first); day < dayOf(first + DAY_HOURS * days); day++)
    await transaction((client) => rollUpDay(client, rows[0]?.sets ?? [], day));
  for (const table of TABLES_SEALED) await patiently(`VACUUM ANALYZE ${table}`);
}

/** Gives each of `subjects` the series of `model` and all that is sealed of them. */
export async function copySubject(model: number, subjects: readonly number[]): Promise<void> {
  const map = "JOIN series_set old ON old.id = t.set_id JOIN series_set new USING (probe, part)";
  for (const subject of subjects) {
    await patiently(
      "INSERT INTO series_set (subject, probe, part) SELECT $2, probe, part FROM series_set WHERE subject = $1",
      [model, subject],
    );
    await patiently(
      `INSERT INTO series (set_id, slot, subject, metric, labels) SELECT new.id, t.slot, $2, t.metric, t.labels
       FROM series t ${map} WHERE old.subject = $1 AND new.subject = $2`,
      [model, subject],
    );
    for (const [table, number] of Object.entries(SEALED)) {
      const columns = await contentOf(table);
      await patiently(
        `INSERT INTO ${table} (set_id, ${number}, ${columns}) SELECT new.id, t.${number}, t.${columns.replaceAll(", ", ", t.")}
         FROM ${table} t ${map} WHERE old.subject = $1 AND new.subject = $2 ORDER BY t.${number}, new.id`,
        [model, subject],
      );
    }
  }
  for (const table of TABLES_SEALED) await patiently(`VACUUM ANALYZE ${table}`);
}

async function contentOf(table: string): Promise<string> {
  const { rows } = await pool().query<{ columns: string }>(
    `SELECT string_agg(quote_ident(column_name), ', ') AS columns FROM information_schema.columns
     WHERE table_name = $1 AND column_name NOT IN ('set_id', 'hour', 'day')`,
    [table],
  );
  return rows[0]?.columns ?? "";
}

const TABLES = {
  head: "^sample_head$",
  data: "^sample_data",
  reduced: "^sample_reduced",
  hour: "^sample_hour",
  day: "^sample_day",
  series: "^series",
};

/** Bytes of all that history needs, partitions, indexes and TOAST included, and of each kind of table. */
export async function storedBytes(): Promise<{ bytes: number; tables: Record<string, number> }> {
  for (const table of ["sample_head", ...TABLES_SEALED]) await patiently(`VACUUM ${table}`);
  await patiently("CHECKPOINT");
  const sizes = await Promise.all(Object.entries(TABLES).map(async ([name, pattern]) => [name, await sizeOf(pattern)]));
  const tables: Record<string, number> = Object.fromEntries(sizes);
  return { bytes: Object.values(tables).reduce((sum, one) => sum + one, 0), tables };
}

/** Bytes of the tables whose names match. */
export async function sizeOf(pattern: string): Promise<number> {
  const { rows } = await pool().query<{ bytes: string | null }>(
    "SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class WHERE relkind = 'r' AND relname ~ $1",
    [pattern],
  );
  return Number(rows[0]?.bytes ?? 0);
}
