// Who gets in, and who has to leave.
import { connect as connectTcp } from "node:net";
import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import {
  apiToken,
  createServerRow,
  createUser,
  eventually,
  setSetting,
  signIn,
  startLive,
  useLive,
} from "../../tests/support/live";
import { pool } from "../db";
import { processMetrics } from "../process-metrics";
import { serverMessageSchema } from "./messages";

useDatabase();
const live = useLive();
let viewer: string;

beforeAll(async () => {
  viewer = await createUser("victor", "viewer");
  await createServerRow("alpha");
});

describe("who may connect", () => {
  it("lets a viewer in with a live.bearer token and tells everything at once", async () => {
    const client = live.app.connect(live.bearer);
    const snapshot = await client.first("snapshot");
    expect(snapshot.data.servers.map(({ name, status }) => ({ name, status }))).toEqual([
      { name: "alpha", status: "unknown" },
    ]);
    expect(snapshot.data.stats).toMatchObject({ cpu_percent: null, system: { overall: "unknown" } });
    expect(client.of("snapshot")).toHaveLength(1);
    // On a slow machine the first of the steady messages is there, too.
    expect(client.messages.flatMap((message) => serverMessageSchema.safeParse(message).error ?? [])).toEqual([]);
  });

  it("lets a browser in with its cookie from our own page", async () => {
    const { headers } = await signIn(viewer, "browser");
    const client = live.app.connect({ ...headers, origin: live.app.origin });
    await client.first("snapshot");
  });

  it.each([
    ["another site", "http://evil.example"],
    ["another port of this host", "http://127.0.0.1:1"],
    ["an opaque origin", "null"],
    ["no origin", undefined],
  ])("refuses a cookie from %s before the upgrade", async (_, origin) => {
    const { headers } = await signIn(viewer, "browser");
    expect(await live.app.connect({ ...headers, ...(origin && { origin }) }).refusedWith()).toBe(403);
  });

  it("does not believe a cookie beside a bad live.bearer token", async () => {
    const { headers } = await signIn(viewer, "browser");
    const client = live.app.connect({ ...headers, authorization: "Bearer nonsense", origin: "http://evil.example" });
    expect(await client.closedWith()).toBe(4401);
    expect(client.messages).toEqual([]);
  });

  it.each([
    ["no session at all", () => ({ origin: live.app.origin })],
    ["a token of nobody", () => ({ authorization: "Bearer abc" })],
    ["a cookie of nobody", () => ({ cookie: "dozor.session=abc", origin: live.app.origin })],
  ])("closes with 4401 and tells nothing for %s", async (_, headers) => {
    const client = live.app.connect(headers());
    expect(await client.closedWith()).toBe(4401);
    expect(client.messages).toEqual([]);
  });

  it("ignores a token in the address", async () => {
    const token = live.bearer.authorization?.replace("Bearer ", "");
    const client = live.app.connect(
      { origin: live.app.origin },
      { path: `/ws/stats?token=${token}&access_token=${token}` },
    );
    expect(await client.closedWith()).toBe(4401);
  });

  it("closes with 4403 while a password change is due", async () => {
    const { headers } = await signIn(await createUser("newcomer", "admin", true));
    expect(await live.app.connect(headers).closedWith()).toBe(4403);
  });

  it.each(["/", "/ws", "/ws/stats/", "/ws/statsx", "//ws/stats", "/ws/%73tats", "/api/../ws/stats", "/_next/hmr"])(
    "answers 404 to %s",
    async (path) => {
      // A WebSocket client would tidy the path, so it is written by hand; so are absolute-form request lines below.
      expect(await upgradeStatus(path)).toContain("404");
    },
  );

  it("answers 404 to an address in absolute form", async () => {
    expect(await upgradeStatus(`http://127.0.0.1:${live.app.port}/ws/stats`)).toContain("404");
  });

  it("leaves other addresses to who was named for them", async () => {
    const other = await startLive({ others: (_, socket) => socket.end("HTTP/1.1 418 Teapot\r\n\r\n") });
    expect(await other.connect(live.bearer, { path: "/_next/hmr" }).refusedWith()).toBe(418);
    await other.stop();
  });

  it("refuses one more than ws_max_connections", async () => {
    const full = await startLive();
    await setSetting("ws_max_connections", 1);
    await full.connect(live.bearer).first("snapshot");
    expect(await full.connect(live.bearer).refusedWith()).toBe(503);
    await setSetting("ws_max_connections", null);
    await full.stop();
  });

  it("takes one from the user who holds the most when another one comes and all are taken", async () => {
    const full = await startLive();
    await setSetting("ws_max_connections", 3);
    const held = [1, 2, 3].map(() => full.connect(live.bearer));
    for (const client of held) await client.first("snapshot");
    const other = (await signIn(await createUser("latecomer", "viewer"))).headers;
    await full.connect(other).first("snapshot");
    await eventually(() => expect(held.filter(({ closed }) => closed?.code === 1013)).toHaveLength(1));
    expect(await full.connect(live.bearer).refusedWith()).toBe(503);
    expect(await full.connect({ origin: full.origin }).refusedWith()).toBe(503);
    await setSetting("ws_max_connections", null);
    await full.stop();
  });

  it("ends connections within 5 s when their session is revoked, and no others", async () => {
    const session = await signIn(viewer);
    const [revoked, other] = [live.app.connect(session.headers), await live.open()];
    await revoked.first("snapshot");
    const since = Date.now();
    await pool().query("UPDATE sessions SET revoked_at = now() WHERE id = $1", [session.id]);
    expect(await revoked.closedWith()).toBe(4401);
    expect(Date.now() - since).toBeLessThan(5_500);
    expect(other.closed).toBeUndefined();
  });

  it("ends connections when their user is blocked", async () => {
    const user = await createUser("blocked", "operator");
    const client = live.app.connect((await signIn(user)).headers);
    await client.first("snapshot");
    await pool().query("UPDATE users SET status = 'blocked' WHERE id = $1", [user]);
    expect(await client.closedWith()).toBe(4401);
  });

  it("ends connections when their user comes to owe a password change", async () => {
    const user = await createUser("reset", "operator");
    const client = live.app.connect((await signIn(user)).headers);
    await client.first("snapshot");
    await pool().query("UPDATE users SET must_change_password = true WHERE id = $1", [user]);
    expect(await client.closedWith()).toBe(4401);
  });

  it("ends connections when their user gets another role: what they were shown was the old one's", async () => {
    const user = await createUser("demoted", "admin");
    const client = live.app.connect((await signIn(user)).headers);
    await client.first("snapshot");
    await pool().query("UPDATE users SET role = 'viewer' WHERE id = $1", [user]);
    expect(await client.closedWith()).toBe(4401);
  });

  it("ends connections when their user comes to owe a second factor, and keeps those who have one", async () => {
    const [without, having] = [await createUser("without", "admin"), await createUser("having", "admin")];
    await pool().query("UPDATE users SET totp_confirmed_at = now() WHERE id = $1", [having]);
    const [owing, other] = [await signIn(without), await signIn(having)].map(({ headers }) =>
      live.app.connect(headers),
    );
    await Promise.all([owing?.first("snapshot"), other?.first("snapshot")]);
    await setSetting("totp_required", "admins");
    expect(await owing?.closedWith()).toBe(4401);
    await setSetting("totp_required", null);
    expect(other?.closed).toBeUndefined();
  });

  it("lets API tokens listen that may read, until they are revoked", async () => {
    const user = await createUser("scripted", "operator");
    const reader = live.app.connect(await apiToken(user, ["read"]));
    await reader.first("snapshot");
    expect(await live.app.connect(await apiToken(user, ["metrics:read"])).closedWith()).toBe(4403);
    await pool().query("UPDATE api_tokens SET revoked_at = now() WHERE user_id = $1", [user]);
    expect(await reader.closedWith()).toBe(4401);
  });

  it("tells everybody to come back when the server stops", async () => {
    const stopping = await startLive();
    const client = stopping.connect(live.bearer);
    await client.first("snapshot");
    await stopping.live.close();
    expect(await client.closedWith()).toBe(1001);
    expect(stopping.live.connections()).toBe(0);
    await stopping.stop();
  });
});

/** First line of the answer to an upgrade request for exactly this target. */
function upgradeStatus(target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(live.app.port, "127.0.0.1");
    socket.on("error", reject);
    socket.on("data", (data) => {
      resolve(data.toString().split("\r\n")[0] ?? "");
      socket.destroy();
    });
    const headers = ["Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    const proof = `Authorization: ${live.bearer.authorization}`;
    socket.write([`GET ${target} HTTP/1.1`, ...headers, key, proof, "", ""].join("\r\n"));
  });
}

describe("what is counted", () => {
  const connections = async () => (await processMetrics().webSockets.get()).values[0]?.value;
  const messages = async (direction: string, type: string) =>
    (await processMetrics().messages.get()).values.find(
      ({ labels }) => labels.direction === direction && labels.type === type,
    )?.value ?? 0;

  it("open connections, and messages both ways by type", async () => {
    const before = { pong: await messages("sent", "pong"), refused: await messages("received", "refused") };
    const client = live.app.connect(live.bearer);
    await client.first("snapshot");
    const open = (await connections()) ?? 0;
    expect(open).toBe(live.app.live.connections());
    expect(await messages("sent", "snapshot")).toBeGreaterThan(0);
    client.send({ type: "ping" });
    await client.first("pong");
    client.send("nonsense");
    await client.first("error");
    expect(await messages("received", "ping")).toBeGreaterThan(0);
    expect(await messages("received", "refused")).toBe(before.refused + 1);
    expect(await messages("sent", "pong")).toBe(before.pong + 1);
    client.socket.close();
    await eventually(async () => expect(await connections()).toBe(open - 1));
  });
});
