// What the probe of live activity tells of real sessions on old and new versions, and through a pooler.
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type LiveSession, liveSessionSchema } from "../../lib/fleet/sessions-schema";
import { connectTarget, type TargetSession } from "../../lib/postgres/connect";
import { sessions } from "../../lib/postgres/probes/sessions";
import { askProbe } from "./support/contract";
import { eventually, targetOf, withTarget } from "./support/peers";
import { startPgBouncer } from "./support/pgbouncer";
import { fetchVersion, startVersion, type VersionServer } from "./support/versions";

const MAJORS = [10, 13, 14, 18];
const MICROSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

async function told(session: TargetSession) {
  const { reading } = await askProbe(sessions, session);
  const { facts, lacking, rows } = reading;
  expect(rows).toEqual([]);
  return { all: facts?.sessions as LiveSession[], total: facts?.total as number, lacking };
}

beforeAll(async () => {
  await Promise.all(MAJORS.filter((major) => major < 18).map(fetchVersion));
}, 120_000);

describe.each(MAJORS)("PostgreSQL %i", (major) => {
  let server: VersionServer;
  let watcher: TargetSession;
  let stranger: TargetSession;
  const clients: pg.Client[] = [];

  async function client(database = "postgres", name = "till"): Promise<pg.Client & { pid: number }> {
    const opened = new pg.Client({ connectionString: `${server.address()}/${database}`, application_name: name });
    opened.on("error", () => {});
    await opened.connect();
    clients.push(opened);
    const { rows } = await opened.query("SELECT pg_backend_pid() AS pid");
    return Object.assign(opened, { pid: rows[0].pid as number });
  }
  const as = (user: string) => connectTarget(targetOf(`${server.address()}/postgres`, { user }));
  const find = async (pid: number) => (await told(watcher)).all.find((session) => session.pid === pid);

  beforeAll(async () => {
    server = await startVersion(major);
    const admin = await client();
    await admin.query("CREATE ROLE watcher LOGIN IN ROLE pg_monitor");
    await admin.query("CREATE ROLE stranger LOGIN");
    await admin.query("CREATE TABLE queue (n int PRIMARY KEY)");
    await admin.query("INSERT INTO queue SELECT generate_series(1, 5)");
    [watcher, stranger] = await Promise.all([as("watcher"), as("stranger")]);
  });
  afterEach(() => Promise.all(clients.splice(0).map((opened) => opened.end().catch(() => {}))));
  afterAll(async () => {
    await Promise.all([watcher.close(), stranger.close()]);
    await server.stop();
  });

  it("tells what a session is and does, with times to the microsecond and ages by the server's clock", async () => {
    const open = await client();
    await open.query("BEGIN");
    await open.query("SELECT 'a secret', $1::int", [5]);
    // Whoever has answered waits for the next question a moment later.
    const { all, total, lacking } = await eventually(async () => {
      const now = await told(watcher);
      return now.all.some(({ pid, wait_event }) => pid === open.pid && wait_event !== null) && now;
    });
    expect(lacking).toBeUndefined();
    expect(total).toBe(all.length);
    expect(all.find(({ pid }) => pid === open.pid)).toEqual({
      pid: open.pid,
      backend_start: expect.stringMatching(MICROSECONDS),
      ...{ usename: "owner", datname: "postgres", application_name: "till", client_addr: "127.0.0.1" },
      ...{ backend_type: "client backend", leader_pid: null, state: "idle in transaction" },
      ...{ wait_event_type: "Client", wait_event: "ClientRead" },
      xact_start: expect.stringMatching(MICROSECONDS),
      query_start: expect.stringMatching(MICROSECONDS),
      state_change: expect.stringMatching(MICROSECONDS),
      ...{ xact_age_s: expect.any(Number), query_age_s: expect.any(Number), state_age_s: expect.any(Number) },
      ...{ blocked_by: [], query: "SELECT 'a secret', $1::int", query_truncated: false, own: false },
    });
    const { rows } = await open.query(
      "SELECT a.backend_start = $2::timestamptz AS same FROM pg_stat_activity a WHERE pid = $1",
      [open.pid, all.find(({ pid }) => pid === open.pid)?.backend_start],
    );
    expect(rows).toEqual([{ same: true }]);
    expect(all.filter(({ own }) => own).map(({ usename }) => usename)).toEqual(["watcher"]);
    const idle = all.find(({ usename }) => usename === "stranger");
    expect(idle).toMatchObject({ state: "idle", xact_start: null, xact_age_s: null, query_age_s: expect.any(Number) });
    for (const { xact_age_s, query_age_s, state_age_s } of all)
      for (const age of [xact_age_s, query_age_s, state_age_s]) expect(age ?? 0).toBeGreaterThanOrEqual(0);
  });

  it("tells for each of five whom it waits for, those first, and a prepared transaction as 0", async () => {
    const chain = await Promise.all(Array.from({ length: 5 }, () => client()));
    const idle = await client();
    const waiting: Promise<unknown>[] = [];
    // Each holds a row of its own and waits for the one that the session before it holds.
    for (const [place, session] of chain.entries()) {
      await session.query("BEGIN");
      await session.query("UPDATE queue SET n = n WHERE n = $1", [place + 1]);
      if (place > 0) waiting.push(session.query("UPDATE queue SET n = n WHERE n = $1", [place]).catch(() => {}));
    }
    const blockedBy = ({ all }: { all: LiveSession[] }) =>
      chain.map(({ pid }) => all.find((session) => session.pid === pid)?.blocked_by);
    const pids = chain.map(({ pid }) => pid);
    const found = await eventually(async () => {
      const now = await told(watcher);
      return blockedBy(now).filter((pidsOf) => pidsOf?.length === 1).length === 4 && now;
    });
    expect(blockedBy(found)).toEqual([[], ...pids.slice(0, 4).map((pid) => [pid])]);
    expect(
      found.all
        .slice(0, 5)
        .map(({ pid }) => pid)
        .toSorted(),
    ).toEqual(pids.toSorted());
    expect(found.all.findIndex(({ pid }) => pid === idle.pid)).toBeGreaterThan(4);
    // A role that sees nothing of others sees nothing of their waiting either.
    expect((await told(stranger)).all.every(({ blocked_by }) => blocked_by.length === 0)).toBe(true);
    const [first] = chain;
    await first?.query("PREPARE TRANSACTION 'left behind'");
    await eventually(async () => (await find(pids[1] ?? 0))?.blocked_by.join() === "0");
    await idle.query("ROLLBACK PREPARED 'left behind'");
    for (const session of chain.slice(1)) {
      await waiting.shift();
      await session.query("ROLLBACK");
    }
  });

  it("tells a role with nothing who is there, not what they do, and what to grant", async () => {
    const open = await client();
    const { all, lacking } = await told(stranger);
    expect(lacking).toMatchObject({ code: "permission", message: expect.stringContaining("pg_monitor") });
    expect(all.find(({ pid }) => pid === open.pid)).toMatchObject({
      ...{ usename: "owner", datname: "postgres", application_name: "till" },
      ...{ backend_type: null, state: null, query: null, backend_start: null, xact_start: null, blocked_by: [] },
      query_truncated: false,
    });
    expect(all.find(({ own }) => own)).toMatchObject({ usename: "stranger", state: "active" });
  });

  it("takes texts in other encodings, with any bytes, and long ones", async () => {
    const maker = await client();
    await maker.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    await maker.query("CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0");
    const [latin, bytes, long, emoji] = await Promise.all([client("latin"), client("bytes"), client(), client()]);
    await latin.query("SELECT 'déjà vu'");
    await bytes.query("SELECT 'пол\u0001\ud83d\ude00'");
    const cut = `SELECT '${"x".repeat(5_000)}'`;
    await long.query(cut);
    await emoji.query(`SELECT '${"😀".repeat(2_000)}'`);
    const { all } = await told(watcher);
    const of = ({ pid }: { pid: number }) => all.find((session) => session.pid === pid);
    expect(of(latin)?.query).toMatch(/^SELECT 'd.j. vu'$/);
    expect(of(bytes)).toMatchObject({ query: "SELECT 'пол\u0001😀'", query_truncated: false });
    expect(of(long)).toMatchObject({ query_truncated: true });
    expect(cut).toContain(of(long)?.query);
    expect(of(emoji)).toMatchObject({ query: expect.stringMatching(/^SELECT '(😀)+$/), query_truncated: true });
    for (const session of all) expect(JSON.stringify(session)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  });

  it("asks through a pooler, and leaves nothing behind there", async () => {
    const pooler = await startPgBouncer(targetOf(server.address()), { owner: "-" }, { pool_mode: "transaction" });
    const target = targetOf(`${server.address()}/postgres`, { port: pooler.port, password: "-" });
    await withTarget(target, async (session) => {
      expect(session.pooled).toBe(true);
      const { all } = await told(session);
      expect(all.find(({ own, usename }) => own && usename === "owner")).toMatchObject({ state: "active" });
      const [left] = await session.query("SELECT count(*)::int AS n FROM pg_catalog.pg_prepared_statements");
      expect(left).toEqual({ n: 0 });
    }).finally(pooler.stop);
  });
});

it("keeps of a server that tells too much, or nonsense, what can be stored", () => {
  const of = (rows: Record<string, unknown>[]) =>
    (sessions.gather?.from(rows).facts?.sessions ?? []) as (LiveSession & { query: string | null })[];
  const long = Buffer.from("🙂".repeat(2_000)).toString("hex");
  const many = Array.from({ length: 3_000 }, (_, n) => ({ pid: n + 1, query: long, usename: "n".repeat(9_000) }));
  expect(of(many)).toHaveLength(1_000);
  expect(JSON.stringify(of(many)).length).toBeLessThan(3_000_000);
  const odd = [1, -0, Number.NaN, 1e300, "1,,x,2,2", "zz", "00d83d", "\ud83d", "{}", null, undefined, true, [], {}];
  const columns = Object.keys(liveSessionSchema.shape);
  for (const value of odd) {
    const row = Object.fromEntries([...columns, "query_bytes"].map((name) => [name, value]));
    const [told] = of([
      { ...row, pid: 0 },
      { ...row, pid: value },
      { ...row, pid: 4 },
    ]).slice(-1);
    expect(told?.pid).toBe(4);
    expect(liveSessionSchema.strict().safeParse(JSON.parse(JSON.stringify(told))).error).toBeUndefined();
    expect(JSON.stringify(told)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  }
  expect(of([{ pid: 1, blocked_by: "7,0,7,12" }])[0]?.blocked_by).toEqual([7, 0, 12]);
});
