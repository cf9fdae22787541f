import type net from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgresTestSchema } from "../../lib/fleet/test-schema";
import { checkTarget } from "../../lib/postgres/check";
import type { TargetOptions } from "../../lib/postgres/connect";
import { startTestServer, type TestServer } from "../support/server";
import { eventually, relay, startPeer, targetOf } from "./support/peers";
import { startPgBouncer } from "./support/pgbouncer";

const INTERVALS = { collect_interval: 15, size_update_interval: 1_800, db_check_interval: 1_800 };

let server: TestServer;
let admin: pg.Client;
const check = async (other: Partial<TargetOptions> = {}) => {
  const answer = await checkTarget(targetOf(`${server.address}/postgres`, other), INTERVALS);
  expect(postgresTestSchema.parse(answer)).toEqual(answer);
  return answer;
};
const as = (user: string) => ({ user, password: "right-horse" });

beforeAll(async () => {
  server = await startTestServer();
  admin = new pg.Client({ connectionString: `${server.address}/postgres` });
  await admin.connect();
  await admin.query(`CREATE ROLE watcher LOGIN PASSWORD 'right-horse' IN ROLE pg_monitor;
    CREATE ROLE "no ""body" LOGIN PASSWORD 'right-horse'; CREATE ROLE idler LOGIN NOINHERIT PASSWORD 'right-horse';
    GRANT pg_monitor TO idler WITH INHERIT FALSE`);
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

const ownSessions = async () => {
  const { rows } = await admin.query("SELECT FROM pg_stat_activity WHERE application_name = 'dozor'");
  return rows.length;
};

describe("a server that answers", () => {
  it("tells everything, and nothing stays open", async () => {
    const answer = await check(as("watcher"));
    expect(answer).toMatchObject({
      success: true,
      code: null,
      version: expect.stringMatching(/^18\./),
      version_number: expect.toSatisfy((number: number) => number >= 180_000),
      in_recovery: false,
      pooled: false,
      tls: null,
      connections: { active: 0, max: 200 },
    });
    expect(answer.connections?.idle).toBeGreaterThanOrEqual(1);
    expect(answer.round_trip_ms).toBeGreaterThan(0);
    expect(answer.message).toMatch(/^PostgreSQL 18\.\d+ answers in [\d.]+ ms$/);
    expect(answer.probes.map(({ probe }) => probe)).toEqual(
      expect.arrayContaining([
        "instance",
        "activity",
        "databases",
        "replication",
        "checkpoints",
        "inventory",
        "storage",
      ]),
    );
    expect(answer.probes.filter(({ ok }) => !ok)).toEqual([]);
    await eventually(async () => (await ownSessions()) === 0);
  });

  it("the cost is counted from what is sent at these intervals", async () => {
    const often = await check(as("watcher"));
    const seldom = await checkTarget(targetOf(`${server.address}/postgres`, as("watcher")), {
      collect_interval: 150,
      size_update_interval: 18_000,
      db_check_interval: 18_000,
    });
    expect(often.cost?.queries_per_min).toBeCloseTo(10 * (seldom.cost?.queries_per_min ?? 0), 1);
    // At least instance, activity, databases and replication four times a minute.
    expect(often.cost?.queries_per_min).toBeGreaterThan(16);
    expect(often.cost?.queries_per_min).toBeLessThan(60);
    expect(often.cost?.ms_per_min).toBeGreaterThan(0);
    expect(often.cost?.connections).toBe(1);
  });

  it("the script gives what is missing", async () => {
    const before = await check(as('no "body'));
    expect(before.success).toBe(true);
    expect(before.connections).toEqual({ active: null, idle: null, max: 200 });
    expect(before.probes.filter(({ ok }) => !ok)).toEqual([]);
    expect(before.privileges.filter(({ lost }) => lost).map(({ name }) => name)).toEqual([
      "pg_monitor",
      "pg_read_all_stats",
      "pg_read_all_settings",
      "pg_signal_backend",
      "pg_stat_file",
    ]);
    expect(before.grant_script).toContain('GRANT pg_monitor TO "no ""body";');
    await admin.query(before.grant_script ?? "");
    const after = await check(as('no "body'));
    expect(after.privileges.filter(({ lost }) => lost)).toEqual([]);
    expect(after.grant_script).toBeNull();
    expect(after.connections?.active).toBe(0);
  });

  it("a grant that is not inherited does not count until the script has run", async () => {
    const before = await check(as("idler"));
    expect(before.privileges[0]).toMatchObject({ name: "pg_monitor", granted: false });
    await admin.query(before.grant_script ?? "");
    expect((await check(as("idler"))).privileges[0]).toMatchObject({ name: "pg_monitor", granted: true });
  });

  it("a superuser works, and is told to be more than needed", async () => {
    const answer = await check();
    expect(answer.success).toBe(true);
    expect(answer.message).toContain("more than Dozor needs");
    expect(answer.grant_script).toBeNull();
  });

  it("works through a pooler, at the price of three messages a question", async () => {
    const options = targetOf(`${server.address}/postgres`);
    const pooler = await startPgBouncer(options, { watcher: "right-horse" }, { pool_mode: "transaction" });
    try {
      const direct = await check(as("watcher"));
      const answer = await check({ ...as("watcher"), port: pooler.port });
      expect(answer).toMatchObject({ success: true, pooled: true });
      expect(answer.message).toContain("through a pooler");
      expect(answer.probes.filter(({ ok }) => !ok)).toEqual([]);
      const ratio = (answer.cost?.queries_per_min ?? 0) / (direct.cost?.queries_per_min ?? 1);
      expect(ratio).toBeGreaterThan(2.5);
      expect(ratio).toBeLessThanOrEqual(3.1);
    } finally {
      await pooler.stop();
    }
  });

  it("a question that fails is told with its reason, the others go on", async () => {
    await admin.query("REVOKE SELECT ON pg_catalog.pg_stat_io FROM PUBLIC");
    try {
      const answer = await check(as("watcher"));
      expect(answer.success).toBe(true);
      const failed = answer.probes.filter(({ ok }) => !ok);
      expect(failed).toContainEqual(
        expect.objectContaining({ probe: "io", reason: expect.stringContaining("SQLSTATE 42501") }),
      );
      expect(answer.probes).toContainEqual(expect.objectContaining({ probe: "inventory", ok: true, reason: null }));
      expect(answer.message).toContain(`${failed.length} of ${answer.probes.length} questions failed`);
    } finally {
      await admin.query("GRANT SELECT ON pg_catalog.pg_stat_io TO PUBLIC");
    }
  });
});

describe("a server that does not", () => {
  it("a failure to connect is the answer", async () => {
    expect(await check({ password: "wrong-horse" })).toMatchObject({
      success: false,
      code: "auth",
      version: null,
      probes: [],
    });
  });

  it("one that falls silent, at once or in the middle, or drips, is given up within 10 s", async () => {
    const to = Number(new URL(server.address).port);
    const peers = await Promise.all([
      startPeer(() => {}),
      startPeer((socket) => relay(socket, to, (piece, number) => number < 20 && socket.write(piece))),
      startPeer((socket) =>
        relay(socket, to, (piece, number) => (number < 8 ? socket.write(piece) : drip(socket, piece))),
      ),
    ]);
    const started = performance.now();
    const [silent, middle, slow] = await Promise.all(
      peers.map(({ port }) => check({ ...as("watcher"), host: "127.0.0.1", port })),
    );
    expect(performance.now() - started).toBeLessThan(10_000);
    await Promise.all(peers.map((peer) => peer.stop()));
    expect(silent).toMatchObject({ success: false, code: "timeout" });
    expect(middle).toMatchObject({
      success: false,
      code: "timeout",
      version: expect.stringMatching(/^18/),
      cost: null,
    });
    expect(slow).toMatchObject({ success: false, code: "timeout" });
    await eventually(async () => (await ownSessions()) === 0);
  });
});

function drip(socket: net.Socket, piece: Buffer): void {
  const timer = setInterval(() => {
    socket.write(piece.subarray(0, 1));
    piece = piece.subarray(1);
    if (piece.length === 0) clearInterval(timer);
  }, 300);
  socket.on("close", () => clearInterval(timer));
}
