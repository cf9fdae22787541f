// A fleet to watch: real PostgreSQL servers under many names, a collector beside them, and what it has stored of each.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pool } from "../../lib/db";
import { env } from "../../lib/env";
import { readRaw } from "../../lib/metrics/read";
import { encrypt } from "../../lib/secrets";
import { startTestServer, type TestServer } from "../../tests/support/server";
import type { Usage } from "./fleet-collector";

export const ROLE = "watcher";
const PASSWORD = "calm-river-17-bridge";

export interface Target {
  host: string;
  port: number;
  /** The superuser's own connection. */
  admin: pg.Client;
  /** Of the monitoring role. */
  url: string;
  stop(): Promise<void>;
}

/** A PostgreSQL server with databases and a monitoring role, which counts its statements. */
export async function startTarget(databases: number, connections = 700): Promise<Target> {
  const settings = {
    max_connections: `${connections}`,
    shared_preload_libraries: "pg_stat_statements",
    shared_buffers: "32MB",
  };
  const server: TestServer = await startTestServer(settings);
  const admin = new pg.Client({ connectionString: `${server.address}/postgres` });
  await admin.connect();
  await admin.query("CREATE EXTENSION pg_stat_statements");
  await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor`);
  for (let i = 0; i < databases; i++) await admin.query(`CREATE DATABASE shop_${i} STRATEGY file_copy`);
  const { hostname: host, port } = new URL(server.address);
  return {
    host,
    port: Number(port),
    admin,
    url: `postgresql://${ROLE}:${PASSWORD}@${host}:${port}/postgres?sslmode=disable`,
    async stop() {
      await admin.end();
      await server.stop();
    },
  };
}

/** Registers servers, each under one of the targets in turn, without any test. @returns their ids */
export async function registerServers(targets: readonly Target[], count: number, from = 0): Promise<number[]> {
  const { rows } = await pool().query<{ id: number }>(
    "INSERT INTO subject (kind) SELECT 'server' FROM generate_series(1, $1) RETURNING id",
    [count],
  );
  const ids = rows.map(({ id }) => id);
  const at = (index: number) => targets[index % targets.length] as Target;
  await pool().query(
    `INSERT INTO servers (id, name, pg_host, pg_port, pg_user, pg_password, pg_database, pg_sslmode)
     SELECT id, name, host, port, $5, password, 'postgres', 'disable'
     FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $6::text[]) AS new (id, name, host, port, password)`,
    [
      ids,
      ids.map((_, index) => `fleet-${from + index}`),
      ids.map((_, index) => at(index).host),
      ids.map((_, index) => at(index).port),
      ROLE,
      ids.map((id) => encrypt(PASSWORD, `servers:pg_password:${id}`)),
    ],
  );
  return ids;
}

export interface Watcher {
  pid: number;
  /** Since the last time it was asked. */
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** Starts a collector on the database of this process. */
export async function startWatcher(): Promise<Watcher> {
  const { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS } = env();
  const child: ChildProcess = fork(join(import.meta.dirname, "fleet-collector.ts"), {
    execArgv: ["--import", "tsx"],
    env: {
      ...{ PATH: process.env.PATH, NODE_ENV: "production", LOG_LEVEL: "error" },
      ...{ DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS, DATA_DIR: mkdtempSync(join(tmpdir(), "dozor-bench-")) },
    },
  });
  await once(child, "message");
  return {
    pid: child.pid ?? 0,
    async usage() {
      child.send("usage");
      return (await once(child, "message"))[0] as Usage;
    },
    async stop() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/** A metric that each of the frequent probes gives whenever it is asked. */
const OF_EACH_PROBE = ["instance.uptime_seconds", "activity.connections", "databases.connections", "replication.slots"];

/** How many readings of the frequent probes are there and how many should be, over a range in ms. */
export async function readings(
  ids: readonly number[],
  { from, to, intervalS }: { from: number; to: number; intervalS: number },
) {
  const ticks = Math.floor((to - from) / 1000 / intervalS);
  let found = 0;
  for (const subject of ids)
    for (const metric of OF_EACH_PROBE) {
      const { ts } = await readRaw({ subject, selectors: [{ metric }], from, to, limit: ticks + 10 });
      // Where the range begins within a step one more falls into it.
      found += Math.min(ticks, ts.length);
    }
  return { found, expected: ids.length * OF_EACH_PROBE.length * ticks };
}

/** Turns that came while the probe before still ran, of all servers together, since they were registered. */
export async function skippedTurns(): Promise<number> {
  const { rows } = await pool().query<{ skipped: number }>(
    "SELECT coalesce(sum(skipped), 0)::float8 AS skipped FROM probe_state WHERE subject > 1",
  );
  return rows[0]?.skipped ?? 0;
}

/** Probes that failed when they were asked last. */
export async function failing(): Promise<string[]> {
  const { rows } = await pool().query<{ what: string }>(
    `SELECT probe || ' ' || coalesce(code, '') || ': ' || count(*) AS what FROM probe_state
     WHERE subject > 1 AND outcome = 'failed' GROUP BY probe, code ORDER BY 1`,
  );
  return rows.map(({ what }) => what);
}
