// A PostgreSQL server of its own that a collector in this process watches, from the first to the last test of a file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, vi } from "vitest";
import { startCollector } from "../../lib/collect";
import { pool } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { registerServer } from "./fleet";
import { startTestServer, type TestServer } from "./server";

export interface WatchedTarget {
  /** Its id. */
  readonly id: number;
  /** The superuser's connection, to the database postgres. */
  readonly admin: pg.Client;
  /** Runs statements in one of its databases; what they did is counted when this resolves. */
  within(database: string, ...statements: string[]): Promise<void>;
  /** Has the server asked these probes until it is so. */
  asking(probes: readonly string[], check: () => Promise<boolean>): Promise<void>;
  /** Stops the server in order. */
  halt(): Promise<void>;
}

const until = (check: () => Promise<boolean>, interval: number) =>
  vi.waitFor(
    async () => {
      if (!(await check())) throw new Error("it did not come so far");
    },
    { timeout: 30_000, interval },
  );

/** Needs `useDatabase()`. @param prepare runs before the collector sees the server */
export function useWatchedTarget(name: string, prepare: (admin: pg.Client) => Promise<void>): WatchedTarget {
  const folder = mkdtempSync(path.join(tmpdir(), "dozor-watched-"));
  let target: TestServer;
  let admin: pg.Client;
  let id = 0;
  let stop: () => Promise<void>;
  let halted = false;

  beforeAll(async () => {
    provideEnv({ DATA_DIR: folder });
    target = await startTestServer();
    admin = new pg.Client({ connectionString: `${target.address}/postgres` });
    admin.on("error", () => {});
    await admin.connect();
    await prepare(admin);
    id = await registerServer(name, `${target.address}/postgres`);
    stop = await startCollector({ exclusive: true });
  });
  afterAll(async () => {
    await stop();
    if (!halted) await admin.end();
    await target.stop();
    rmSync(folder, { recursive: true });
  });

  return {
    get id() {
      return id;
    },
    get admin() {
      return admin;
    },
    async within(database, ...statements) {
      const { host, port, user, password } = admin;
      const client = new pg.Client({ host, port, user, password: password ?? "", database });
      await client.connect();
      for (const statement of statements) await client.query(statement);
      await client.end();
      // A session tells what it did when it ends, which is not yet when the client hears of it.
      await until(async () => {
        const sessions = "SELECT FROM pg_stat_activity WHERE datname = $1 AND application_name = ''";
        return (await admin.query(sessions, [database])).rowCount === 0;
      }, 20);
    },
    async asking(probes, check) {
      await until(async () => {
        for (const probe of probes) await pool().query("SELECT pg_notify('dozor_run', $1)", [`${id}:${probe}`]);
        return check();
      }, 250);
    },
    async halt() {
      halted = true;
      await admin.end();
      await target.halt();
    },
  };
}
