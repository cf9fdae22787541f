// Cancelling and ending sessions of a real server, as roles that may and may not, directly and through a pooler.
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetOptions, type TargetSession } from "../../lib/postgres/connect";
import { endSession } from "../../lib/postgres/end-session";
import { sessionOf } from "./support/ending";
import { eventually, failureOf, targetOf } from "./support/peers";
import { startPgBouncer } from "./support/pgbouncer";
import { admin, client, sessionAs, stranger, watcher, watchServer } from "./support/watched";

watchServer();

/** As a role that may signal others' sessions. */
let guard: TargetSession;
/** The same role behind a pooler in transaction mode, which has one connection to lend. */
let pooled: TargetSession;
let pooledAt: TargetOptions;
let clerk: pg.Client;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  await admin.query("CREATE ROLE guard LOGIN PASSWORD 'right-horse' IN ROLE pg_monitor, pg_signal_backend");
  await admin.query("CREATE ROLE clerk LOGIN PASSWORD 'right-horse'");
  guard = await sessionAs("guard");
  const server = targetOf(`postgresql://${admin.host}:${admin.port}/postgres`, {
    user: "guard",
    password: "right-horse",
  });
  const settings = { pool_mode: "transaction", default_pool_size: 1 };
  const pooler = await startPgBouncer(server, { guard: "right-horse" }, settings);
  pooledAt = { ...server, port: pooler.port };
  pooled = await connectTarget(pooledAt);
  ends.push(
    () => guard.close(),
    () => pooled.close(),
    () => pooler.stop(),
  );
});
afterEach(() => clerk?.end().catch(() => {}));
afterAll(async () => {
  for (const end of ends) await end();
});

type Began = Awaited<ReturnType<typeof sessionOf>>;

/** When a backend began, as probes read it. */
const began = (pid: number): Promise<Began> => sessionOf(watcher, pid);

/** A session of an ordinary role. */
async function victim(): Promise<Began> {
  clerk = new pg.Client({
    ...{ host: admin.host, port: admin.port, user: "clerk", password: "right-horse", database: "postgres" },
    application_name: "till",
  });
  clerk.on("error", () => {});
  await clerk.connect();
  return began((await clerk.query("SELECT pg_backend_pid() AS pid")).rows[0].pid);
}

const sleeping = async ({ pid }: Began) =>
  eventually(async () => {
    const { rows } = await admin.query("SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", [pid]);
    return rows.length === 1;
  });
const lives = async ({ pid }: Began) =>
  (await admin.query("SELECT FROM pg_stat_activity WHERE pid = $1", [pid])).rows.length === 1;

describe.each([
  ["directly", () => guard],
  ["through a pooler", () => pooled],
])("%s", (_, session) => {
  it("cancels what a session runs, and leaves the session", async () => {
    expect(session().pooled).toBe(session() === pooled);
    const one = await victim();
    const slept = clerk.query("SELECT pg_sleep(60)").catch((error: pg.DatabaseError) => error.code);
    await sleeping(one);
    const ended = await endSession(session(), { verb: "cancel", ...one });
    expect(ended).toEqual({ outcome: "sent", usename: "clerk", datname: "postgres", backend_type: "client backend" });
    expect(await slept).toBe("57014");
    expect((await clerk.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  it("ends a session, and afterwards finds it gone", async () => {
    const one = await victim();
    expect(await endSession(session(), { verb: "terminate", ...one })).toMatchObject({ outcome: "sent" });
    await eventually(async () => !(await lives(one)));
    expect(await endSession(session(), { verb: "terminate", ...one })).toEqual({
      ...{ outcome: "gone", usename: null, datname: null, backend_type: null },
    });
  });

  it("does nothing to a session that began a microsecond earlier or later", async () => {
    const one = await victim();
    const { rows } = await admin.query(
      `SELECT (backend_start + step * interval '1 microsecond') AT TIME ZONE 'UTC' || 'Z' AS moment
       FROM pg_stat_activity, unnest(ARRAY[-1, 1]) AS step WHERE pid = $1`,
      [one.pid],
    );
    for (const { moment } of rows) {
      const other = { pid: one.pid, backendStart: moment };
      expect(await endSession(session(), { verb: "terminate", ...other })).toMatchObject({ outcome: "reused" });
    }
    expect(rows).toHaveLength(2);
    expect((await clerk.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  it("never ends a connection of Dozor's", async () => {
    const { rows } = await admin.query(
      "SELECT pid FROM pg_stat_activity WHERE usename = 'guard' AND application_name = 'dozor'",
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { pid } of rows) {
      expect(await endSession(session(), { verb: "terminate", ...(await began(pid)) })).toMatchObject({
        outcome: "own",
      });
    }
    expect(await session().query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});

it("what a pooler has not passed on when the connection is closed is not done afterwards", async () => {
  const one = await victim();
  const { host, port, user, password, database } = pooledAt;
  const neighbour = new pg.Client({ host, port, user, password, database, application_name: "neighbour" });
  await neighbour.connect();
  await neighbour.query("BEGIN");
  const failed = failureOf(endSession(pooled, { verb: "terminate", ...one }));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const closing = pooled.close();
  await neighbour.query("COMMIT");
  await Promise.all([closing, failed, neighbour.end()]);
  expect((await clerk.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

describe("what is no client's session", () => {
  it("is left alone: background processes, and parallel workers, whose leader can be ended", async () => {
    const { rows } = await admin.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
    const process = await began(rows[0].pid);
    expect(await endSession(guard, { verb: "terminate", ...process })).toMatchObject({
      ...{ outcome: "not_client", usename: null, backend_type: "checkpointer" },
    });

    const leader = await client("postgres");
    await leader.query(`SET debug_parallel_query = on; SET max_parallel_workers_per_gather = 2;
      CREATE FUNCTION pg_temp.nap() RETURNS void LANGUAGE sql PARALLEL SAFE AS 'SELECT pg_catalog.pg_sleep(60)'`);
    const working = leader.query("SELECT pg_sleep(60)").catch((error: pg.DatabaseError) => error.code);
    const worker = await eventually(async () => {
      const found = await admin.query("SELECT pid, leader_pid FROM pg_stat_activity WHERE leader_pid IS NOT NULL");
      return found.rows[0];
    });
    const ended = await endSession(guard, { verb: "cancel", ...(await began(worker.pid)) });
    expect(ended).toMatchObject({ outcome: "not_client", backend_type: "parallel worker" });
    await admin.query("SELECT pg_cancel_backend($1)", [worker.leader_pid]);
    expect(await working).toBe("57014");
  });
});

describe("a role that may not", () => {
  const REFUSED = { code: "permission", message: expect.stringMatching(/grant it pg_signal_backend.*superusers/) };

  it("because it lacks pg_signal_backend is told so", async () => {
    const one = await victim();
    for (const verb of ["cancel", "terminate"] as const)
      expect(await failureOf(endSession(watcher, { verb, ...one }))).toMatchObject(REFUSED);
    expect((await clerk.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  it("because the session is a superuser's is told so", async () => {
    const boss = await client("postgres");
    const { rows } = await boss.query("SELECT pg_backend_pid() AS pid");
    const failure = await failureOf(endSession(guard, { verb: "terminate", ...(await began(rows[0].pid)) }));
    expect(failure).toMatchObject(REFUSED);
    expect((await boss.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  it("because it does not see when sessions began signals nothing, though it could", async () => {
    const one = await victim();
    await admin.query("GRANT pg_signal_backend TO stranger");
    const failure = await failureOf(endSession(stranger, { verb: "terminate", ...one }));
    expect(failure).toMatchObject({ code: "permission", message: expect.stringContaining("grant it pg_monitor") });
    expect((await clerk.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });
});
