// What is sent, to whom, and when.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow, eventually, setSetting, useLive, writeLatest } from "../../tests/support/live";
import { pool } from "../db";

useDatabase();
const live = useLive();
let server: number;

beforeAll(async () => {
  server = await createServerRow("alpha");
});

describe("what is sent", () => {
  beforeEach(() => setSetting("stats_broadcast_interval", 1));

  it("answers a ping, and a request for a snapshot", async () => {
    const client = await live.open();
    client.send({ type: "ping" });
    await client.first("pong");
    client.send({ type: "snapshot" });
    await eventually(() => expect(client.of("snapshot")).toHaveLength(2));
  });

  it("sends stats to a client that asked for nothing, numbered without gaps", async () => {
    const client = await live.open();
    await eventually(() => expect(client.of("stats").length).toBeGreaterThan(1));
    const [first, second] = client.of("stats");
    expect(second?.seq).toBe((first?.seq ?? 0) + 1);
    expect(first?.data).toMatchObject({ broadcast_interval_seconds: 1, active_streams: 0 });
    expect(first?.data.websocket_connections).toBe(live.app.live.connections());
  });

  it("sends no stats after unsubscribing", async () => {
    const client = await live.open();
    client.send({ type: "unsubscribe", topics: ["stats"] });
    client.send({ type: "ping" });
    await client.first("pong");
    const before = client.of("stats").length;
    const other = await live.open();
    await eventually(() => expect(other.of("stats").length).toBeGreaterThan(1));
    expect(client.of("stats")).toHaveLength(before);
  });

  it("sends what is known on subscribing, then each change, and asks for fresh values", async () => {
    await writeLatest(server, "memory", { usage_percent: 40 });
    const client = await live.open();
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
    const first = await live.open();
    first.send({ type: "subscribe", topics: ["server:alpha"] });
    await first.first("sample");
    await writeLatest(server, "cpu", { usage_percent: 8 });
    await first.first("sample", ({ data }) => data.probes.cpu !== undefined);
    const second = await live.open();
    second.send({ type: "subscribe", topics: ["server:alpha"] });
    const sample = await second.first("sample");
    expect(Object.keys(sample.data.probes).sort()).toEqual(["cpu", "memory"]);
  });

  it("does not send samples of servers that were not asked for, nor after unsubscribing", async () => {
    const beta = await createServerRow("beta");
    const [idle, client] = [await live.open(), await live.open()];
    client.send({ type: "subscribe", topics: ["server:beta"] });
    await writeLatest(beta, "cpu", { usage_percent: 1 });
    await client.first("sample");
    client.send({ type: "unsubscribe", topics: ["server:beta"] });
    client.send({ type: "ping" });
    await client.first("pong");
    const before = client.of("sample").length;
    const witness = await live.open();
    witness.send({ type: "subscribe", topics: ["server:beta"] });
    await witness.first("sample");
    await writeLatest(beta, "cpu", { usage_percent: 2 });
    await eventually(() => expect(JSON.stringify(witness.of("sample").at(-1)?.data)).toContain(":2"));
    expect(client.of("sample")).toHaveLength(before);
    expect(idle.of("sample")).toEqual([]);
  });

  it("puts changes that come together into few messages", async () => {
    const client = await live.open();
    client.send({ type: "subscribe", topics: ["server:alpha"] });
    await client.first("sample");
    const before = client.of("sample").length;
    for (let round = 1; round <= 30; round += 1) await writeLatest(server, "burst", { round });
    await client.first("sample", ({ data }) => JSON.stringify(data.probes.burst ?? "").includes(":30"));
    expect(client.of("sample").length - before).toBeLessThan(25);
  });

  it("says so when there is no such server", async () => {
    const client = await live.open();
    client.send({ type: "subscribe", topics: ["server:nowhere", "server:alpha"] });
    expect((await client.first("error")).data).toMatchObject({ code: "not_found" });
    await client.first("sample");
  });

  it("catches up with what was written while the notifications were lost", async () => {
    const client = await live.open();
    client.send({ type: "subscribe", topics: ["server:alpha"] });
    await client.first("sample");
    const cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dozor-listen'";
    await pool().query(`${cut} AND datname = current_database()`);
    await writeLatest(server, "missed", { value: 1 });
    await client.first("sample", ({ data }) => data.probes.missed !== undefined);
  });

  it("works with and without compression", async () => {
    await writeLatest(server, "large", { text: "x".repeat(100_000) });
    const packed = await live.open();
    const plain = live.app.connect(live.bearer, { perMessageDeflate: false });
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
