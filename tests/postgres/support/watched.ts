// A watched server with databases, a role that may monitor and one that may not, from the first to the last test of a file.
import pg from "pg";
import { afterAll, afterEach, beforeAll } from "vitest";
import { connectTarget, type TargetSession } from "../../../lib/postgres/connect";
import { startTestServer, type TestServer } from "../../support/server";
import { eventually, targetOf } from "./peers";

let server: TestServer;
/** The superuser's own connection, to the database postgres. */
export let admin: pg.Client;
/** Dozor's session as a role with pg_monitor. */
export let watcher: TargetSession;
/** Dozor's session as a role with nothing. */
export let stranger: TargetSession;
const clients: pg.Client[] = [];

/** A client of the watched server, for the time of one test. */
export async function client(database = "shop"): Promise<pg.Client> {
  const opened = new pg.Client({ connectionString: `${server.address}/${database}`, application_name: "till" });
  await opened.connect();
  clients.push(opened);
  return opened;
}

/** Another session of Dozor's. */
export const sessionAs = (user: string) =>
  connectTarget(targetOf(`${server.address}/postgres`, { user, password: "right-horse" }));

/** Starts it before and stops it after the tests of the file that calls this; clients end with their test. */
export function watchServer(): void {
  beforeAll(async () => {
    server = await startTestServer();
    admin = new pg.Client({ connectionString: `${server.address}/postgres` });
    await admin.connect();
    await admin.query("CREATE ROLE watcher LOGIN PASSWORD 'right-horse' IN ROLE pg_monitor");
    await admin.query("CREATE ROLE stranger LOGIN PASSWORD 'right-horse'");
    await admin.query("CREATE DATABASE shop");
    await admin.query("CREATE DATABASE closed ALLOW_CONNECTIONS false");
    await admin.query(`CREATE DATABASE "a/b 100%"`);
    await admin.query("REVOKE CONNECT ON DATABASE shop FROM PUBLIC");
    watcher = await sessionAs("watcher");
    stranger = await sessionAs("stranger");
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((opened) => opened.end()));
    await eventually(async () => {
      const { rows } = await admin.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'till'",
      );
      return rows[0].n === 0;
    });
  });
  afterAll(async () => {
    await Promise.all([watcher.close(), stranger.close(), admin.end()]);
    await server.stop();
  });
}
