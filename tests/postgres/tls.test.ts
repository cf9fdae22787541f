// libpq's six modes against a real server: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectTarget, type TargetOptions } from "../../lib/postgres/connect";
import { instance } from "../../lib/postgres/probes/instance";
import { SSL_MODES, type SslMode } from "../../lib/ssl-modes";
import { startTestServer, type TestServer } from "../support/server";
import { askProbe, seriesValue } from "./support/contract";
import { eventually, failureOf, relay, targetOf, withTarget } from "./support/peers";

const fixture = (name: string) => readFileSync(path.join(import.meta.dirname, "../fixtures/tls", name), "utf8");
const ca = fixture("ca.crt");
const CERTIFICATES = ["server", "address", "elsewhere", "expired", "early", "stranger"] as const;
const USERS = { tlsonly: "hostssl", clearonly: "hostnossl" };

let server: TestServer;
let admin: pg.Client;
let port: number;

const target = (other: Partial<TargetOptions> = {}) => targetOf(`${server.address}/postgres`, other);

/** Writes a file of the server, line by line. */
async function write(name: string, lines: readonly string[]): Promise<void> {
  const list = lines.map((line) => admin.escapeLiteral(line)).join();
  await admin.query(`COPY (SELECT unnest(ARRAY[${list}])) TO PROGRAM 'umask 077 && cat > ${name}'`);
}

async function setting(name: string, value: string): Promise<void> {
  await admin.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  await admin.query("SELECT pg_reload_conf()");
  await eventually(() =>
    withTarget(target(), async (session) => (await session.query(`SHOW ${name}`))[0]?.[name] === value),
  );
}

beforeAll(async () => {
  server = await startTestServer();
  port = Number(new URL(server.address).port);
  admin = new pg.Client({ connectionString: `${server.address}/postgres` });
  await admin.connect();
  const lines = Object.entries(USERS).map(([user, kind]) => `${kind} all ${user} all scram-sha-256`);
  for (const user of Object.keys(USERS)) await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD 'right-horse'`);
  await write("pg_hba.conf", [...lines, `host all "${admin.user}" all scram-sha-256`]);
  await write("server.key", fixture("server.key").trim().split("\n"));
  for (const name of CERTIFICATES) await write(`${name}.crt`, fixture(`${name}.crt`).trim().split("\n"));
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

/** `clear`, `encrypted` and what was verified, or the message of the refusal. */
async function outcome(sslmode: SslMode, other: Partial<TargetOptions> = {}): Promise<string> {
  try {
    return await withTarget(target({ sslmode, ...other }), async ({ tls }) =>
      tls ? `checked ${tls.verified}` : "clear",
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const outcomes = async (other: Partial<TargetOptions>) =>
  Object.fromEntries(await Promise.all(SSL_MODES.map(async (mode) => [mode, await outcome(mode, other)])));

const says = (words: string) => expect.stringContaining(words);
const NO_TLS = says("does not offer TLS; switch it on there, or use sslmode disable");
const NO_AUTHORITY = says("its authority is not known here; give the CA certificate, or use sslmode require");
const UNCHECKED = { disable: "clear", allow: "clear", prefer: "checked nothing" };

it("a server without TLS: what needs it refuses", async () => {
  const expected = { disable: "clear", allow: "clear", prefer: "clear" };
  const refused = { require: NO_TLS, "verify-ca": NO_TLS, "verify-full": NO_TLS };
  expect(await outcomes({})).toEqual({ ...expected, ...refused });
  expect(await outcomes({ ca })).toEqual({ ...expected, ...refused });
});

it("a server without TLS: allow tells the first refusal", async () => {
  const failure = await failureOf(connectTarget(target({ sslmode: "allow", user: "clearonly", password: "no-horse" })));
  expect(failure.code).toBe("auth");
});

describe("a server with TLS", () => {
  beforeAll(async () => {
    await setting("ssl_cert_file", "server.crt");
    await setting("ssl", "on");
  });

  const authority = { require: "checked authority", "verify-ca": "checked authority" };
  it.each([
    ["server", "localhost", ca, { ...authority, "verify-full": "checked name" }],
    ["address", "127.0.0.1", ca, { ...authority, "verify-full": "checked name" }],
    ["elsewhere", "localhost", ca, { ...authority, "verify-full": says("connect by a name it holds") }],
    ["server", "127.0.0.1", ca, { ...authority, "verify-full": says("connect by a name it holds") }],
    ["stranger", "localhost", ca, refusal(NO_AUTHORITY)],
    ["expired", "localhost", ca, refusal(says("it has expired; renew it on the server"))],
    ["early", "localhost", ca, refusal(says("it is not valid yet; check the clocks"))],
    ...(["server", "address", "elsewhere", "stranger"] as const).map((name) => withoutOurs(name, NO_AUTHORITY)),
    withoutOurs("expired", says("it has expired; renew it on the server")),
    withoutOurs("early", says("it is not valid yet; check the clocks")),
  ] as const)(
    "its certificate is %s, its name %s, with our authority or without",
    async (certificate, host, ours, expected) => {
      await setting("ssl_cert_file", `${certificate}.crt`);
      expect(await outcomes({ host, ca: ours })).toEqual({ ...UNCHECKED, ...expected });
    },
  );

  it("all failed checks have the code tls", async () => {
    for (const sslmode of ["verify-ca", "verify-full"] as const)
      expect((await failureOf(connectTarget(target({ sslmode })))).code).toBe("tls");
  });

  it("an authority that cannot be read is a failure with the remedy", async () => {
    for (const broken of [ca.replace(/\n.{20}/, "\n!!"), ca.slice(0, 200), "no certificate"]) {
      const failure = await failureOf(connectTarget(target({ sslmode: "verify-ca", ca: broken })));
      expect(failure.code).toBe("tls");
      expect(failure.message).toContain("cannot be read; give it in PEM format");
    }
  });

  it("users for whom pg_hba.conf has lines of one kind only are reached where the mode permits that kind", async () => {
    await setting("ssl_cert_file", "server.crt");
    const reach = (user: string) => outcomes({ user, password: "right-horse", host: "localhost", ca });
    const refused = says("sslmode decides which lines fit");
    const encrypted = { require: "checked authority", "verify-ca": "checked authority", "verify-full": "checked name" };
    expect(await reach("tlsonly")).toEqual({
      disable: refused,
      allow: "checked nothing",
      prefer: "checked nothing",
      ...encrypted,
    });
    expect(await reach("clearonly")).toEqual({
      disable: "clear",
      allow: "clear",
      prefer: "clear",
      ...refusal(refused),
    });
  });

  it("a wrong password is not tried a second time in the clear", async () => {
    let connections = 0;
    const counted = net.createServer((socket) => {
      connections += 1;
      socket.on("error", () => {});
      relay(socket, port, (piece) => socket.write(piece));
    });
    await once(counted.listen(0, "127.0.0.1"), "listening");
    const failure = await failureOf(
      connectTarget(
        target({ sslmode: "prefer", password: "wrong-horse", port: (counted.address() as net.AddressInfo).port }),
      ),
    );
    counted.close();
    expect([failure.code, connections]).toEqual(["auth", 1]);
  });

  it("a unix socket is never encrypted, whatever the mode", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "dozor-socket-"));
    const local = net.createServer((socket) => {
      socket.on("error", () => {});
      relay(socket, port, (piece) => socket.write(piece));
    });
    await once(local.listen(path.join(folder, ".s.PGSQL.5432")), "listening");
    const expected = Object.fromEntries(SSL_MODES.map((mode) => [mode, "clear"]));
    expect(await outcomes({ host: folder, port: 5432, ca })).toEqual(expected);
    local.close();
    rmSync(folder, { recursive: true });
  });

  it("the server sees the same, and the certificate tells how long it is good for", async () => {
    await withTarget(target({ sslmode: "require" }), async (session) => {
      expect(session.tls?.certificateEndsAt?.toISOString()).toBe("2120-01-01T00:00:00.000Z");
      const [row] = await session.query("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
      expect(row).toEqual({ ssl: true, version: session.tls?.protocol });
      const { reading } = await askProbe(instance, session);
      expect(reading.facts?.certificate_ends_at).toBe("2120-01-01T00:00:00.000Z");
      const remaining = (Date.parse("2120-01-01") - Date.now()) / 1000;
      expect(seriesValue(reading, "certificate_remaining_seconds")).toBeCloseTo(remaining, -2);
    });
  });

  it("cancels over an encrypted connection too", async () => {
    await withTarget(target({ sslmode: "require" }), async (session) => {
      const sleeping = failureOf(session.query("SELECT pg_sleep(4)"));
      await eventually(async () => {
        const { rows } = await admin.query(
          "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND application_name = 'dozor'",
        );
        return rows.length === 1;
      });
      await session.cancel();
      expect((await sleeping).code).toBe("timeout");
    });
  });
});

/** Node's authorities know none of the certificates. */
function withoutOurs<const T extends string>(name: T, words: unknown) {
  return [name, "localhost", undefined, { ...refusal(words), require: "checked nothing" }] as const;
}

function refusal(words: unknown) {
  return { require: words, "verify-ca": words, "verify-full": words };
}
