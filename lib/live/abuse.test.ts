// Clients that send junk, too much, or do not read.
import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow, useLive, writeLatest } from "../../tests/support/live";
import { pool } from "../db";
import type { Sample } from "./messages";

useDatabase();
const live = useLive();
let server: number;

beforeAll(async () => {
  server = await createServerRow("alpha");
  await writeLatest(server, "memory", { usage_percent: 40 });
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
    const client = await live.open();
    client.socket.send(junk);
    expect((await client.first("error")).data.code).toBe("bad_request");
    client.send({ type: "ping" });
    await client.first("pong");
  });

  it("closes who keeps sending junk", async () => {
    const client = await live.open();
    for (let sent = 0; sent < 10; sent += 1) client.send("junk");
    expect(await client.closedWith()).toBe(1008);
  });

  it("closes who floods, having served 20 messages", async () => {
    const client = await live.open();
    for (let sent = 0; sent < 200; sent += 1) client.send({ type: "ping" });
    expect(await client.closedWith()).toBe(1008);
    expect(client.of("pong").length).toBeGreaterThanOrEqual(20);
    expect(client.of("pong").length).toBeLessThan(30);
    expect(client.of("error")[0]?.data.code).toBe("too_many_requests");
  });

  it("closes who floods with control frames", async () => {
    const client = await live.open();
    for (let sent = 0; sent < 200; sent += 1) client.socket.ping();
    expect(await client.closedWith()).toBe(1008);
  });

  it("closes who sends more than 64 KiB at once", async () => {
    const client = await live.open();
    client.send(`"${"x".repeat(64 * 1024)}"`);
    expect(await client.closedWith()).toBe(1009);
  });

  it("refuses more than 100 topics", async () => {
    const client = await live.open();
    const names = Array.from({ length: 101 }, (_, index) => `many-${index}`);
    for (const name of names) await createServerRow(name);
    for (let at = 0; at < names.length; at += 20) {
      client.send({ type: "subscribe", topics: names.slice(at, at + 20).map((name) => `server:${name}`) });
    }
    expect((await client.first("error")).data.code).toBe("too_many_topics");
  });

  it("gives who reads too slowly the newest state, and delays nobody else", async () => {
    const [slow, quick] = [live.app.connect(live.bearer, { perMessageDeflate: false }), await live.open()];
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
    await slow.first("sample", roundIs(30));
    const told = slow.of("lagging").map(({ data }) => data);
    expect(new Set(told.map(({ topic }) => topic))).toContain("server:alpha");
    expect(told.reduce((sum, { dropped }) => sum + dropped, 0)).toBeGreaterThan(5);
    expect(slow.of("sample").length).toBeLessThan(25);
    await pool().query("DELETE FROM latest WHERE kind = 'blob'");
  });
});

const roundIs = (round: number) => (message: { data: Sample }) =>
  (message.data.probes.blob?.data as { round: number } | undefined)?.round === round;
