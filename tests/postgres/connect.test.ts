import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetOptions } from "../../lib/postgres/connect";
import { limitStatements } from "../../lib/postgres/session";
import { startTestServer, type TestServer } from "../support/server";
import { errorResponse, eventually, failureOf, message, startPeer, targetOf, withTarget } from "./support/peers";

let server: TestServer;
let admin: pg.Client;
let target: (other?: Partial<TargetOptions>) => TargetOptions;

beforeAll(async () => {
  server = await startTestServer();
  admin = new pg.Client({ connectionString: `${server.address}/postgres` });
  await admin.connect();
  target = (other) => targetOf(`${server.address}/postgres`, other);
  await admin.query("CREATE ROLE watcher LOGIN PASSWORD 'right-horse' IN ROLE pg_monitor");
  await admin.query("CREATE ROLE few LOGIN PASSWORD 'right-horse' CONNECTION LIMIT 1");
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

describe("a session", () => {
  it("is marked, read-only and limited, and sees pg_catalog only", async () => {
    await withTarget(target(), async (session) => {
      expect(session.version).toBe(18);
      const names =
        "application_name default_transaction_read_only statement_timeout lock_timeout search_path jit".split(" ");
      const [row] = await session.query(
        `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join()}`,
      );
      expect(row).toEqual({
        application_name: "dozor",
        default_transaction_read_only: "on",
        statement_timeout: "5s",
        lock_timeout: "1s",
        search_path: "pg_catalog",
        jit: "off",
      });
      expect((await failureOf(session.query("CREATE TABLE public.x ()"))).message).toContain("25006");
    });
  });

  it("gives numbers, booleans and times in UTC as they are, everything else as text", async () => {
    await withTarget(target(), async (session) => {
      const [row] =
        await session.query(`SELECT 9007199254740991::int8 AS bigint, 1.5::numeric AS numeric, true AS boolean,
        '2026-01-02 03:04:05.678+02'::timestamptz AS time, 'a'::name AS name, '{1}'::int[] AS list, NULL::int AS nothing`);
      expect(row).toEqual({
        bigint: 9007199254740991,
        numeric: 1.5,
        boolean: true,
        time: "2026-01-02T01:04:05.678Z",
        name: "a",
        list: "{1}",
        nothing: null,
      });
    });
  });

  it("asks one statement after another when many want it at once", async () => {
    await withTarget(target(), async (session) => {
      const answers = await Promise.all([1, 2, 3].map((n) => session.query("SELECT $1::int AS n", [n])));
      expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
    });
  });

  it("goes on after a statement that failed", async () => {
    await withTarget(target(), async (session) => {
      expect((await failureOf(session.query("SELECT nonsense"))).code).toBe("sql");
      expect(await session.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    });
  });

  it("ends a statement at the limit that was set", async () => {
    await withTarget(target(), async (session) => {
      await limitStatements(session, 50);
      expect((await failureOf(session.query("SELECT pg_sleep(30)"))).code).toBe("timeout");
      expect(session.open).toBe(true);
    });
  });

  it("gives up a statement whose end the server does not tell", async () => {
    await withTarget(target(), async (session) => {
      const [row] = await session.query("SELECT pg_backend_pid() AS pid");
      await limitStatements(session, 100);
      process.kill(Number(row?.pid), "SIGSTOP");
      const failure = await failureOf(session.query("SELECT 1"));
      process.kill(Number(row?.pid), "SIGCONT");
      expect(failure.code).toBe("timeout");
      expect(session.open).toBe(false);
    });
  });

  it("obeys no PG* variable of this process", async () => {
    const variables = {
      PGOPTIONS: "-c work_mem=123kB",
      PGPASSWORD: "right-horse",
      PGSSLMODE: "require",
      PGSSLNEGOTIATION: "direct",
    };
    Object.assign(process.env, variables);
    try {
      await withTarget(target(), async (session) => {
        const [row] = await session.query("SELECT current_setting('work_mem') AS work_mem");
        expect(row?.work_mem).not.toBe("123kB");
      });
      expect((await failureOf(connectTarget(target({ user: "watcher", password: "" })))).code).toBe("auth");
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
  });

  it("cancels its running statement", async () => {
    await withTarget(target(), async (session) => {
      const sleeping = failureOf(session.query("SELECT pg_sleep(4)"));
      await eventually(async () => (await sleepers()) === 1);
      await session.cancel();
      expect((await sleeping).code).toBe("timeout");
      expect(await session.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    });
  });

  it("leaves nothing running behind when it is closed", async () => {
    const session = await connectTarget(target());
    const sleeping = failureOf(session.query("SELECT pg_sleep(4)"));
    await eventually(async () => (await sleepers()) === 1);
    await session.close();
    await sleeping;
    await eventually(async () => (await sleepers()) === 0);
    expect((await failureOf(session.query("SELECT 1"))).code).toBe("unreachable");
  });

  it("tells that it was lost, and does not take the process with it", async () => {
    const session = await connectTarget(target());
    const [row] = await session.query("SELECT pg_backend_pid() AS pid");
    await admin.query("SELECT pg_terminate_backend($1::int)", [row?.pid]);
    await eventually(async () => !session.open);
    expect((await failureOf(session.query("SELECT 1"))).code).toBe("unreachable");
    await session.close();
  });
});

async function sleepers(): Promise<number> {
  const { rows } = await admin.query(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'dozor' AND query LIKE '%pg_sleep%' AND state = 'active'",
  );
  return rows[0].n;
}

describe("failures", () => {
  it.each([
    ["auth", { user: "watcher", password: "wrong-horse" }, "SQLSTATE 28P01"],
    ["auth", { user: "watcher", password: "" }, "none is stored"],
    ["auth", { user: "nobody", password: "wrong-horse" }, "SQLSTATE 28P01"],
    ["no_database", { database: "missing" }, "SQLSTATE 3D000"],
    ["dns", { host: "no-such-host.invalid" }, "check the host"],
    ["refused", { port: 1 }, "nothing accepts connections"],
    ["refused", { host: "/nowhere" }, "nothing accepts connections"],
  ] as const)("%s: %j", async (code, other, words) => {
    const failure = await failureOf(connectTarget(target(other)));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain("horse");
  });

  it("too_many_connections: the role's limit", async () => {
    const few = target({ user: "few", password: "right-horse" });
    await withTarget(few, async () => {
      expect((await failureOf(connectTarget(few))).code).toBe("too_many_connections");
    });
  });

  it.each([
    ["timeout", "never answers", () => {}],
    ["unreachable", "closes at once", (socket) => socket.end()],
    ["unreachable", "closes after the first word", (socket) => socket.once("data", () => socket.end())],
    [
      "starting_up",
      "is starting up",
      (socket) => socket.once("data", () => socket.end(errorResponse("57P03", "starting up"))),
    ],
    [
      "too_many_connections",
      "is full",
      (socket) => socket.once("data", () => socket.end(errorResponse("53300", "full"))),
    ],
  ] as const satisfies [string, string, (socket: import("node:net").Socket) => void][])(
    "%s: a server that %s",
    async (code, _, answer) => {
      const peer = await startPeer(answer);
      const started = performance.now();
      const failure = await failureOf(connectTarget(target({ host: "127.0.0.1", port: peer.port })));
      expect(failure.code).toBe(code);
      expect(performance.now() - started).toBeLessThan(7_000);
      await peer.stop();
    },
  );

  it.each(["prefer", "require"] as const)("protocol: with %s, a server that speaks something else", async (sslmode) => {
    const peer = await startPeer((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
    const failure = await failureOf(connectTarget(target({ port: peer.port, sslmode })));
    expect(failure.code).toBe("protocol");
    await peer.stop();
  });

  it("tls: words put in before encryption begins are refused", async () => {
    const peer = await startPeer((socket) => socket.once("data", () => socket.write("SZ")));
    expect((await failureOf(connectTarget(target({ port: peer.port, sslmode: "require" })))).code).toBe("protocol");
    await peer.stop();
  });
});

describe("passwords of this machine", () => {
  const variables = ["PGPASSWORD", "PGPASSFILE"];
  const folder = mkdtempSync(path.join(tmpdir(), "dozor-pgpass-"));
  const file = path.join(folder, "passwords");
  const watcher = (other: Partial<TargetOptions> = {}) => target({ user: "watcher", password: "", ...other });
  afterEach(() => {
    for (const name of variables) delete process.env[name];
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are sent to nobody unless it is allowed", async () => {
    writeFileSync(file, "*:*:*:*:right-horse\n", { mode: 0o600 });
    Object.assign(process.env, { PGPASSWORD: "right-horse", PGPASSFILE: file });
    let heard = "";
    const peer = await startPeer((socket) => {
      socket.on("data", (bytes) => (heard += bytes.toString("latin1")));
      socket.once("data", () => socket.write(message("R", Buffer.from([0, 0, 0, 3]))));
    });
    const failure = await failureOf(connectTarget(watcher({ port: peer.port })));
    expect(failure).toMatchObject({ code: "auth", message: expect.stringContaining("none is stored for this server") });
    expect(heard).toContain("watcher");
    expect(heard).not.toContain("horse");
    await peer.stop();
    expect((await failureOf(connectTarget(watcher()))).code).toBe("auth");
  });

  it.each([
    ["PGPASSWORD", () => ({ PGPASSWORD: "right-horse" })],
    [
      "a fitting line of PGPASSFILE",
      () => {
        writeFileSync(file, `*:*:*:other:no\n127.0.0.1:${target().port}:postgres:watcher:right-horse\n`, {
          mode: 0o600,
        });
        return { PGPASSFILE: file };
      },
    ],
  ])("are taken from %s where it is", async (_, variables) => {
    Object.assign(process.env, variables());
    await withTarget(watcher({ pgpass: true }), async (session) => {
      expect(await session.query("SELECT current_user AS name")).toEqual([{ name: "watcher" }]);
    });
  });

  it("are taken neither from a file that others may read nor in place of a stored one", async () => {
    const open = path.join(folder, "open");
    writeFileSync(open, "*:*:*:*:right-horse\n", { mode: 0o644 });
    process.env.PGPASSFILE = open;
    const failure = await failureOf(connectTarget(watcher({ pgpass: true })));
    expect(failure.message).toContain("found in PGPASSWORD or .pgpass");
    process.env.PGPASSWORD = "right-horse";
    expect((await failureOf(connectTarget(watcher({ password: "wrong", pgpass: true })))).code).toBe("auth");
  });

  it("are not repeated when the server echoes them", async () => {
    process.env.PGPASSWORD = "right-horse";
    const peer = await startPeer((socket) => {
      socket.once("data", () => {
        socket.write(message("R", Buffer.from([0, 0, 0, 3])));
        socket.once("data", (bytes) => socket.end(errorResponse("28P01", bytes.subarray(5, -1).toString())));
      });
    });
    const failure = await failureOf(connectTarget(watcher({ port: peer.port, pgpass: true })));
    await peer.stop();
    expect(failure.message).toContain("says: ***");
  });
});
