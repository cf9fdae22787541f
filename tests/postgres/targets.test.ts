// Servers that refuse, lie, drip or echo: each gives a classified failure with a remedy, in time, in bounded memory, without secrets.
import type net from "node:net";
import fc from "fast-check";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetOptions } from "../../lib/postgres/connect";
import { startTestServer, type TestServer } from "../support/server";
import { errorResponse, eventually, failureOf, message, relay, startPeer, targetOf, withTarget } from "./support/peers";

const PASSWORD = "right-horse";

let server: TestServer;
let admin: pg.Client;
let port: number;
const peers: { stop(): Promise<void> }[] = [];

const target = (other?: Partial<TargetOptions>) => targetOf(`${server.address}/postgres`, other);
const watcher = (other?: Partial<TargetOptions>) => target({ user: "watcher", password: PASSWORD, ...other });

async function peer(answer: (socket: net.Socket) => void): Promise<TargetOptions> {
  const started = await startPeer(answer);
  peers.push(started);
  return watcher({ host: "127.0.0.1", port: started.port });
}

beforeAll(async () => {
  server = await startTestServer();
  port = Number(new URL(server.address).port);
  admin = new pg.Client({ connectionString: `${server.address}/postgres` });
  await admin.connect();
  for (const statement of [
    `CREATE ROLE watcher LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor`,
    `CREATE ROLE nologin PASSWORD '${PASSWORD}'`,
    "CREATE DATABASE closed ALLOW_CONNECTIONS false",
    "CREATE DATABASE guarded",
    "REVOKE CONNECT ON DATABASE guarded FROM PUBLIC",
    "CREATE DATABASE full_one CONNECTION LIMIT 0",
  ])
    await admin.query(statement);
});
afterEach(async () => {
  await Promise.all(peers.splice(0).map((started) => started.stop()));
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

/** Says that the sign-in succeeded, as any server would that wants to be asked. */
const SIGNED_IN = Buffer.concat([
  message("R", Buffer.from([0, 0, 0, 0])),
  message("K", Buffer.alloc(8)),
  message("Z", Buffer.from("I")),
]);

describe("what a real server says", () => {
  it.each([
    ["auth", { password: "wrong-horse" }, "check user and password"],
    ["auth", { user: "nologin" }, "the role may log in"],
    ["no_database", { database: "missing" }, "check the name of the database"],
    ["no_database", { database: "guarded" }, "grant Dozor's role CONNECT"],
    ["no_database", { database: "closed" }, "not currently accepting connections"],
    ["too_many_connections", { database: "full_one" }, "raise the limit"],
  ] as const)("%s: %j", async (code, other, remedy) => {
    const failure = await failureOf(connectTarget(watcher(other)));
    expect(failure.message).toContain(remedy);
    expect(failure.code).toBe(code);
    expect(failure.message).not.toContain("horse");
  });

  it("a privilege that is lost in the middle costs that question, not the session", async () => {
    await withTarget(watcher(), async (session) => {
      const sql = "SELECT setting FROM pg_catalog.pg_file_settings LIMIT 0";
      await admin.query(
        "GRANT SELECT ON pg_catalog.pg_file_settings TO watcher; GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO watcher",
      );
      await session.query(sql);
      await admin.query("REVOKE SELECT ON pg_catalog.pg_file_settings FROM watcher");
      const failure = await failureOf(session.query(sql));
      expect(failure.code).toBe("permission");
      expect(failure.message).toContain("grant Dozor's role pg_monitor");
      expect(await session.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    });
  });

  it("one that stops tells so, and is refused afterwards", async () => {
    const session = await connectTarget(watcher());
    await admin.end();
    await server.halt();
    await eventually(async () => !session.open);
    expect((await failureOf(connectTarget(watcher()))).code).toBe("refused");
    await server.resume();
    await session.close();
    admin = new pg.Client({ connectionString: `${server.address}/postgres` });
    await admin.connect();
  });
});

describe("answers that are cut, slow or false", () => {
  it.each([0, 2, 3, 4])("one that drops the connection after piece %d", async (last) => {
    const options = await peer((socket) =>
      relay(socket, port, (piece, number) =>
        number < last ? socket.write(piece) : socket.end(piece.subarray(0, piece.length / 2)),
      ),
    );
    const session = await connectTarget(options).catch((error) => error);
    const failure = session instanceof Error ? session : await failureOf(session.query("SELECT 1"));
    expect(failure).toMatchObject({ code: "unreachable", message: expect.stringContaining("check the network") });
    if (!(session instanceof Error)) await session.close();
  });

  it("answers that come byte by byte are understood", async () => {
    const options = await peer((socket) =>
      relay(socket, port, (piece) => {
        for (const byte of piece) socket.write(Buffer.from([byte]));
      }),
    );
    await withTarget(options, async (session) => {
      expect(await session.query("SELECT 'ü' AS letter, 1 AS one")).toEqual([{ letter: "ü", one: 1 }]);
    });
  });

  it.each([
    ["57P03", "starting_up", "wait until it has started"],
    ["53300", "too_many_connections", "raise the limit"],
    ["28000", "auth", "pg_hba.conf"],
    ["57P01", "unreachable", "check the server's log"],
  ])("SQLSTATE %s is %s", async (state, code, remedy) => {
    const options = await peer((socket) => socket.once("data", () => socket.end(errorResponse(state, "no"))));
    const failure = await failureOf(connectTarget(options));
    expect(failure).toMatchObject({ code, message: expect.stringContaining(remedy) });
  });

  it.each([
    ["announces a row of 1 GB", [head("D", 2 ** 30)]],
    ["announces 4 GB and sends", [head("T", 2 ** 32 - 1), Buffer.alloc(1_000_000)]],
    ["ends no error", [message("E", Buffer.from("SFATAL\0Mno\0"))]],
    ["describes columns that are not there", [message("T", Buffer.from([0x7f, 0xff]))]],
    ["gives a negative number of columns", [message("D", Buffer.from([0xff, 0xff]))]],
    ["wants to copy", [message("G", Buffer.from([0, 0, 0]))]],
    ["speaks HTTP", [Buffer.from("HTTP/1.1 200 OK\r\n\r\n")]],
  ])("one that %s is let go at once", async (_, answer) => {
    for (const when of ["before", "after"]) {
      const options = await peer((socket) => {
        if (when === "after") socket.once("data", () => socket.write(Buffer.concat([SIGNED_IN, ...answer])));
        else socket.once("data", () => socket.write(Buffer.concat(answer)));
      });
      const failure = await failureOf(connectTarget(options));
      expect([when, failure.code]).toEqual([when, "protocol"]);
    }
  });

  it.each([
    ["protocol", "lie", head("D", 2 ** 30)],
    ["protocol", "speak something else", Buffer.from("HTTP/1.1 200 OK")],
    ["auth", "refuse", errorResponse("28000", `no ${PASSWORD}`)],
    ["unreachable", "stop", errorResponse("57P01", "terminating connection")],
  ])("%s: one that begins to %s in the middle", async (code, _, answer) => {
    let honest = true;
    const options = await peer((socket) => relay(socket, port, (piece) => socket.write(honest ? piece : answer)));
    const session = await connectTarget(options);
    await session.query("SELECT 1");
    honest = false;
    const failure = await failureOf(session.query("SELECT 2"));
    expect(failure.code).toBe(code);
    expect(failure.message).not.toContain(PASSWORD);
    if (code === "protocol") expect(session.open).toBe(false);
    await session.close();
    expect(session.open).toBe(false);
  });

  it("rows without end are not kept", async () => {
    const row = message("D", Buffer.concat([Buffer.from([0, 1, 0, 0, 0x75, 0x30]), Buffer.alloc(30_000, "x")]));
    let sent = 0;
    const options = await peer((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(row)) sent += row.length;
      };
      socket.once("data", () => {
        socket.write(SIGNED_IN);
        socket.once("data", () => {
          socket.write(
            Buffer.concat([message("1"), message("2"), message("T", Buffer.from(`\0\x01a\0${"\0".repeat(18)}`))]),
          );
          socket.on("drain", pour);
          pour();
        });
      });
    });
    const before = process.memoryUsage().rss;
    const failure = await failureOf(connectTarget(options));
    expect(failure).toMatchObject({ code: "protocol", message: expect.stringContaining("more than 16 MB") });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
  });

  it("a costly sign-in is refused", async () => {
    const options = await peer((socket) => {
      socket.once("data", () => {
        socket.write(message("R", Buffer.from("\0\0\0\x0aSCRAM-SHA-256\0\0")));
        socket.once("data", (first) => {
          const nonce = /r=([^,]+)$/.exec(first.toString("latin1"))?.[1];
          socket.write(message("R", Buffer.from(`\0\0\0\x0br=${nonce}x,s=c2FsdA==,i=2000000000`)));
        });
      });
    });
    const started = performance.now();
    await failureOf(connectTarget(options));
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

function head(type: string, length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.write(type);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

describe("random servers", () => {
  const letters = [..."RSKZTDCE12NIAtns"];
  const field = fc.oneof(fc.uint8Array({ maxLength: 24 }), fc.constant(Buffer.from(`${PASSWORD}\0`)));
  const piece = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...letters), fc.array(field, { maxLength: 3 }))
        .map(([type, fields]) => message(type, Buffer.concat(fields))),
    },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 2, arbitrary: fc.constant(SIGNED_IN) },
    {
      weight: 2,
      arbitrary: fc
        .string({ minLength: 1, maxLength: 8 })
        .map((words) => errorResponse("28P01", `${words}${PASSWORD}\n${words}`)),
    },
    { weight: 1, arbitrary: fc.constant(errorResponse(PASSWORD, PASSWORD)) },
  );

  /** Who says often enough that all is well has answered every question. */
  const isNoServer = (pieces: readonly Buffer[]) => pieces.filter((one) => one.equals(SIGNED_IN)).length < 3;

  it("whatever they send, one classified failure comes of it, and no secret is in it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }).filter(isNoServer), async (pieces) => {
        const options = await peer((socket) => {
          let next = 0;
          socket.on("data", () => (next < pieces.length ? socket.write(pieces[next++] ?? "") : socket.end()));
          // Who waits for more gets the rest, then the end.
          socket.setTimeout(5, () => (next < pieces.length ? socket.write(pieces[next++] ?? "") : socket.end()));
        });
        const failure = await failureOf(connectTarget(options));
        const told = [failure.message, failure.stack, (failure.cause as Error)?.message, JSON.stringify(failure.cause)];
        expect(told.join("\n")).not.toContain(PASSWORD);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(failure.message).not.toMatch(/[\u0000-\u001f]/);
      }),
      { numRuns: 100 },
    );
  });
});
