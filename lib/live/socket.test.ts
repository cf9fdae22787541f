import { connect as connectTcp } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import {
  createServerRow,
  createUser,
  eventually,
  type LiveClient,
  signIn,
  startLive,
  writeLatest,
} from "../../tests/support/live";
import { pool } from "../db";
import { forgetSettings } from "../settings/queries";
import { type Sample, serverMessageSchema } from "./messages";

useDatabase();

let app: Awaited<ReturnType<typeof startLive>>;
let viewer: string;
let bearer: Record<string, string>;
let server: number;

beforeAll(async () => {
  app = await startLive();
  viewer = await createUser("vera", "viewer");
  bearer = (await signIn(viewer)).headers;
  server = await createServerRow("alpha");
});
afterAll(() => app.stop());

async function open(): Promise<LiveClient> {
  const client = app.connect(bearer);
  await client.first("snapshot");
  return client;
}

async function setSetting(key: string, value: number | null): Promise<void> {
  await pool().query("DELETE FROM settings WHERE key = $1", [key]);
  if (value !== null) {
    await pool().query("INSERT INTO settings (key, value) VALUES ($1, $2)", [key, JSON.stringify(value)]);
  }
  forgetSettings();
}

describe("who may connect", () => {
  it("lets a viewer in with a bearer token and tells everything at once", async () => {
    const client = app.connect(bearer);
    const snapshot = await client.first("snapshot");
    expect(snapshot.data.servers.map(({ name, status }) => ({ name, status }))).toEqual([
      { name: "alpha", status: "unknown" },
    ]);
    expect(snapshot.data.stats).toMatchObject({ cpu_percent: null, system: { overall: "unknown" } });
    expect(client.messages.map((message) => serverMessageSchema.safeParse(message).error)).toEqual([undefined]);
  });

  it("lets a browser in with its cookie from our own page", async () => {
    const { headers } = await signIn(viewer, "browser");
    const client = app.connect({ ...headers, origin: app.origin });
    await client.first("snapshot");
  });

  it.each([
    ["another site", "http://evil.example"],
    ["another port of this host", "http://127.0.0.1:1"],
    ["an opaque origin", "null"],
    ["no origin", undefined],
  ])("refuses a cookie from %s before the upgrade", async (_, origin) => {
    const { headers } = await signIn(viewer, "browser");
    expect(await app.connect({ ...headers, ...(origin && { origin }) }).refusedWith()).toBe(403);
  });

  it("does not believe a cookie beside a bad bearer token", async () => {
    const { headers } = await signIn(viewer, "browser");
    const client = app.connect({ ...headers, authorization: "Bearer nonsense", origin: "http://evil.example" });
    expect(await client.closedWith()).toBe(4401);
    expect(client.messages).toEqual([]);
  });

  it.each([
    ["no session at all", () => ({ origin: app.origin })],
    ["a token of nobody", () => ({ authorization: "Bearer abc" })],
    ["a cookie of nobody", () => ({ cookie: "dozor.session=abc", origin: app.origin })],
  ])("closes with 4401 and tells nothing for %s", async (_, headers) => {
    const client = app.connect(headers());
    expect(await client.closedWith()).toBe(4401);
    expect(client.messages).toEqual([]);
  });

  it("ignores a token in the address", async () => {
    const token = bearer.authorization?.replace("Bearer ", "");
    const client = app.connect({ origin: app.origin }, { path: `/ws/stats?token=${token}&access_token=${token}` });
    expect(await client.closedWith()).toBe(4401);
  });

  it("closes with 4403 while a password change is due", async () => {
    const { headers } = await signIn(await createUser("newcomer", "admin", true));
    expect(await app.connect(headers).closedWith()).toBe(4403);
  });

  it.each(["/", "/ws", "/ws/stats/", "/ws/statsx", "//ws/stats", "/ws/%73tats", "/api/../ws/stats", "/_next/hmr"])(
    "answers 404 to %s",
    async (path) => {
      // A WebSocket client would tidy the path, so it is written by hand; so are absolute-form request lines below.
      expect(await upgradeStatus(path)).toContain("404");
    },
  );

  it("answers 404 to an address in absolute form", async () => {
    expect(await upgradeStatus(`http://127.0.0.1:${app.port}/ws/stats`)).toContain("404");
  });

  it("leaves other addresses to who was named for them", async () => {
    const other = await startLive({ others: (_, socket) => socket.end("HTTP/1.1 418 Teapot\r\n\r\n") });
    expect(await other.connect(bearer, { path: "/_next/hmr" }).refusedWith()).toBe(418);
    await other.stop();
  });

  it("refuses one more than ws_max_connections", async () => {
    const full = await startLive();
    await setSetting("ws_max_connections", 1);
    await full.connect(bearer).first("snapshot");
    expect(await full.connect(bearer).refusedWith()).toBe(503);
    await setSetting("ws_max_connections", null);
    await full.stop();
  });

  it("ends connections within 5 s when their session is revoked, and no others", async () => {
    const session = await signIn(viewer);
    const [revoked, other] = [app.connect(session.headers), await open()];
    await revoked.first("snapshot");
    const since = Date.now();
    await pool().query("UPDATE sessions SET revoked_at = now() WHERE id = $1", [session.id]);
    expect(await revoked.closedWith()).toBe(4401);
    expect(Date.now() - since).toBeLessThan(5_500);
    expect(other.closed).toBeUndefined();
  });

  it("ends connections when their user is blocked", async () => {
    const user = await createUser("blocked", "operator");
    const client = app.connect((await signIn(user)).headers);
    await client.first("snapshot");
    await pool().query("UPDATE users SET status = 'blocked' WHERE id = $1", [user]);
    expect(await client.closedWith()).toBe(4401);
  });

  it("tells everybody to come back when the server stops", async () => {
    const stopping = await startLive();
    const client = stopping.connect(bearer);
    await client.first("snapshot");
    await stopping.stop();
    expect(client.closed?.code ?? 1001).toBe(1001);
    expect(stopping.live.connections()).toBe(0);
  });
});

describe("what is sent", () => {
  beforeEach(() => setSetting("stats_broadcast_interval", 1));

  it("answers a ping, and a request for a snapshot", async () => {
    const client = await open();
    client.send({ type: "ping" });
    await client.first("pong");
    client.send({ type: "snapshot" });
    await eventually(() => expect(client.of("snapshot")).toHaveLength(2));
  });

  it("sends stats to a client that asked for nothing, numbered without gaps", async () => {
    const client = await open();
    await eventually(() => expect(client.of("stats").length).toBeGreaterThan(1));
    const [first, second] = client.of("stats");
    expect(second?.seq).toBe((first?.seq ?? 0) + 1);
    expect(first?.data).toMatchObject({ broadcast_interval_seconds: 1, active_streams: 0 });
    expect(first?.data.websocket_connections).toBe(app.live.connections());
  });

  it("sends no stats after unsubscribing", async () => {
    const client = await open();
    client.send({ type: "unsubscribe", topics: ["stats"] });
    client.send({ type: "ping" });
    await client.first("pong");
    const before = client.of("stats").length;
    const other = await open();
    await eventually(() => expect(other.of("stats").length).toBeGreaterThan(1));
    expect(client.of("stats")).toHaveLength(before);
  });

  it("sends what is known on subscribing, then each change, and asks for fresh values", async () => {
    await writeLatest(server, "memory", { usage_percent: 40 });
    const client = await open();
    client.send({ type: "subscribe", topics: ["server:alpha"] });
    const known = await client.first("sample");
    expect(known.data.server).toBe("alpha");
    expect(known.data.probes.memory?.data).toEqual({ usage_percent: 40 });
    await writeLatest(server, "cpu", { usage_percent: 7 });
    const changed = await client.first("sample", ({ data }) => data.probes.cpu !== undefined);
    expect(changed.data.probes).toEqual({ cpu: { ts: expect.any(String), data: { usage_percent: 7 } } });
    const { rows } = await pool().query(
      "SELECT kind, interval_seconds FROM watch WHERE subject = $1 AND until > now()",
      [server],
    );
    expect(rows).toEqual([{ kind: "host", interval_seconds: 1 }]);
  });

  it("gives a later subscriber the whole state, not only the last change", async () => {
    const first = await open();
    first.send({ type: "subscribe", topics: ["server:alpha"] });
    await first.first("sample");
    await writeLatest(server, "cpu", { usage_percent: 8 });
    await first.first("sample", ({ data }) => data.probes.cpu !== undefined);
    const second = await open();
    second.send({ type: "subscribe", topics: ["server:alpha"] });
    const sample = await second.first("sample");
    expect(Object.keys(sample.data.probes).sort()).toEqual(["cpu", "memory"]);
  });

  it("does not send samples of servers that were not asked for, nor after unsubscribing", async () => {
    const beta = await createServerRow("beta");
    const [idle, client] = [await open(), await open()];
    client.send({ type: "subscribe", topics: ["server:beta"] });
    await writeLatest(beta, "cpu", { usage_percent: 1 });
    await client.first("sample");
    client.send({ type: "unsubscribe", topics: ["server:beta"] });
    client.send({ type: "ping" });
    await client.first("pong");
    const before = client.of("sample").length;
    const witness = await open();
    witness.send({ type: "subscribe", topics: ["server:beta"] });
    await witness.first("sample");
    await writeLatest(beta, "cpu", { usage_percent: 2 });
    await eventually(() => expect(JSON.stringify(witness.of("sample").at(-1)?.data)).toContain(":2"));
    expect(client.of("sample")).toHaveLength(before);
    expect(idle.of("sample")).toEqual([]);
  });

  it("puts changes that come together into few messages", async () => {
    const client = await open();
    client.send({ type: "subscribe", topics: ["server:alpha"] });
    await client.first("sample");
    const before = client.of("sample").length;
    for (let round = 1; round <= 30; round += 1) await writeLatest(server, "burst", { round });
    await client.first("sample", ({ data }) => JSON.stringify(data.probes.burst ?? "").includes(":30"));
    expect(client.of("sample").length - before).toBeLessThan(25);
  });

  it("says so when there is no such server", async () => {
    const client = await open();
    client.send({ type: "subscribe", topics: ["server:nowhere", "server:alpha"] });
    expect((await client.first("error")).data).toMatchObject({ code: "not_found" });
    await client.first("sample");
  });

  it("works with and without compression", async () => {
    await writeLatest(server, "large", { text: "x".repeat(100_000) });
    const packed = await open();
    const plain = app.connect(bearer, { perMessageDeflate: false });
    for (const client of [packed, plain]) {
      await client.first("snapshot");
      client.send({ type: "subscribe", topics: ["server:alpha"] });
      const sample = await client.first("sample", ({ data }) => data.probes.large !== undefined);
      expect(sample.data.probes.large?.data).toEqual({ text: "x".repeat(100_000) });
    }
    expect([packed.socket.extensions, plain.socket.extensions]).toEqual(["permessage-deflate", ""]);
    await pool().query("DELETE FROM latest WHERE kind = 'large'");
  });
});

describe("who misbehaves", () => {
  it.each<[string, string | Buffer]>([
    ["no JSON", "{"],
    ["an unknown type", '{"type":"drop"}'],
    ["an unknown topic", '{"type":"subscribe","topics":["users"]}'],
    ["too many topics", JSON.stringify({ type: "subscribe", topics: Array(21).fill("stats") })],
    ["a list", "[]"],
    ["null", "null"],
    ["bytes", Buffer.from([1, 2, 3])],
  ])("explains why it does not take %s, and stays", async (_, junk) => {
    const client = await open();
    client.socket.send(junk);
    expect((await client.first("error")).data.code).toBe("bad_request");
    client.send({ type: "ping" });
    await client.first("pong");
  });

  it("closes who keeps sending junk", async () => {
    const client = await open();
    for (let sent = 0; sent < 10; sent += 1) client.send("junk");
    expect(await client.closedWith()).toBe(1008);
  });

  it("closes who floods, having served 20 messages", async () => {
    const client = await open();
    for (let sent = 0; sent < 200; sent += 1) client.send({ type: "ping" });
    expect(await client.closedWith()).toBe(1008);
    expect(client.of("pong").length).toBeGreaterThanOrEqual(20);
    expect(client.of("pong").length).toBeLessThan(30);
    expect(client.of("error")[0]?.data.code).toBe("too_many_requests");
  });

  it("closes who floods with control frames", async () => {
    const client = await open();
    for (let sent = 0; sent < 200; sent += 1) client.socket.ping();
    expect(await client.closedWith()).toBe(1008);
  });

  it("closes who sends more than 64 KiB at once", async () => {
    const client = await open();
    client.send(`"${"x".repeat(64 * 1024)}"`);
    expect(await client.closedWith()).toBe(1009);
  });

  it("refuses more than 100 topics", async () => {
    const client = await open();
    const names = Array.from({ length: 101 }, (_, index) => `many-${index}`);
    for (const name of names) await createServerRow(name);
    for (let at = 0; at < names.length; at += 20) {
      client.send({ type: "subscribe", topics: names.slice(at, at + 20).map((name) => `server:${name}`) });
    }
    expect((await client.first("error")).data.code).toBe("too_many_topics");
  });

  it("gives who reads too slowly the newest state, and delays nobody else", async () => {
    const [slow, quick] = [app.connect(bearer, { perMessageDeflate: false }), await open()];
    await slow.first("snapshot");
    for (const client of [slow, quick]) client.send({ type: "subscribe", topics: ["server:alpha"] });
    await Promise.all([slow.first("sample"), quick.first("sample")]);
    slow.socket.pause();
    const blob = "x".repeat(1_000_000);
    for (let round = 1; round <= 30; round += 1) {
      await writeLatest(server, "blob", { round, blob });
      await quick.first("sample", roundIs(round));
    }
    slow.socket.resume();
    const lagging = await slow.first("lagging");
    expect(lagging.data.topic).toBe("server:alpha");
    expect(lagging.data.dropped).toBeGreaterThan(5);
    await slow.first("sample", roundIs(30));
    expect(slow.of("sample").length).toBeLessThan(25);
    await pool().query("DELETE FROM latest WHERE kind = 'blob'");
  });
});

const roundIs = (round: number) => (message: { data: Sample }) =>
  (message.data.probes.blob?.data as { round: number } | undefined)?.round === round;

/** First line of the answer to an upgrade request for exactly this target. */
function upgradeStatus(target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(app.port, "127.0.0.1");
    socket.on("error", reject);
    socket.on("data", (data) => {
      resolve(data.toString().split("\r\n")[0] ?? "");
      socket.destroy();
    });
    const headers = ["Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    const proof = `Authorization: ${bearer.authorization}`;
    socket.write([`GET ${target} HTTP/1.1`, ...headers, key, proof, "", ""].join("\r\n"));
  });
}
