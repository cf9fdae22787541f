// What becomes of channels, told to whoever follows them.
import { beforeAll, describe, expect, it } from "vitest";
import { INITIAL, type LiveState, reduce } from "../../components/live/live-state";
import { useDatabase } from "../../tests/support/database";
import { eventually, type LiveClient, startLive, useLive } from "../../tests/support/live";
import { pool } from "../db";
import { ingest } from "../streams/ingest";
import { listChannels } from "../streams/queries";
import { systemActor } from "../users/permissions";
import { serverMessageSchema } from "./messages";

useDatabase();
const live = useLive();

type Event = Parameters<typeof ingest>[0][number]["event"];
const report = (channelId: string, ...events: Event[]) => ingest(events.map((event) => ({ channelId, event })));
const STARTED: Event = { event: "started" };
const listeners = (count: number): Event => ({ event: "listeners", count });
const track = (title: string): Event => ({ event: "track_changed", track: { title } });

/** What a page would know by now. */
const stateOf = (client: LiveClient): LiveState =>
  client.messages.reduce((state, message) => reduce(state, { type: "message", message, now: 0 }), INITIAL);
const channelOf = (client: LiveClient, id: string) =>
  stateOf(client).streams.channels.find(({ channel_id }) => channel_id === id);
const about = (id: string) => (message: { data: { channel_id: string } }) => message.data.channel_id === id;
const updatesOf = (client: LiveClient, id: string) => client.of("stream_update").filter(about(id));

async function idOf(channelId: string): Promise<number> {
  const { rows } = await pool().query<{ id: number }>("SELECT id FROM channels WHERE channel_id = $1", [channelId]);
  return rows[0]?.id ?? 0;
}

async function cutListeners(): Promise<void> {
  await pool().query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'dozor-listen' AND datname = current_database()`,
  );
}

beforeAll(() => report("radio", STARTED, track("Lark"), listeners(3)));

describe("channels", () => {
  it("are all in the snapshot, and their sums in the stats", async () => {
    const client = await live.open();
    const { data } = await client.first("snapshot");
    expect(data.channels).toMatchObject([{ channel_id: "radio", status: "playing", listeners: 3 }]);
    expect(data.stats).toMatchObject({ active_streams: 1, total_listeners: 3 });
  });

  it("are told with each change to a client that asked for nothing, numbered without gaps", async () => {
    const client = await live.open();
    await report("fresh", STARTED);
    await client.first("stream_update", (message) => about("fresh")(message) && message.data.event === "started");
    for (const [event, wanted] of [
      [track("Swan"), "track_changed"],
      [listeners(7), "listeners"],
      [{ event: "paused" }, "paused"],
      [{ event: "resumed" }, "resumed"],
      [{ event: "queue", size: 4 }, "queue"],
      [{ event: "stopped", reason: "done" }, "stopped"],
    ] satisfies [Event, string][]) {
      await report("fresh", event);
      await client.first("stream_update", (message) => about("fresh")(message) && message.data.event === wanted);
    }
    const told = updatesOf(client, "fresh").map(({ data }) => data);
    expect(told.find(({ event }) => event === "track_changed")?.current_track).toMatchObject({ title: "Swan" });
    expect(told.find(({ event }) => event === "listeners")?.listeners).toBe(7);
    expect(told.at(-1)).toMatchObject({ status: "stopped", channel: { channel_id: "fresh", status: "stopped" } });
    const numbers = client.of("stream_update").map(({ seq }) => seq);
    expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
    expect(client.messages.flatMap((message) => serverMessageSchema.safeParse(message).error ?? [])).toEqual([]);
  });

  it("are told as removed by the name that clients know", async () => {
    const client = await live.open();
    await report("short", STARTED);
    await client.first("stream_update", about("short"));
    const id = await idOf("short");
    await pool().query("DELETE FROM channels WHERE id = $1", [id]);
    await pool().query("SELECT pg_notify('dozor_stream', $1)", [`${id}:removed`]);
    const told = await client.first("stream_update", ({ data }) => data.event === "removed");
    expect(told.data).toMatchObject({ channel_id: "short", channel: null });
    expect(channelOf(client, "short")).toBeUndefined();
  });

  it("that turn twice at once are told so that the last word is how they are", async () => {
    const client = await live.open();
    await report("twice", STARTED);
    await client.first("stream_update", about("twice"));
    await report("twice", { event: "stopped" }, STARTED);
    const told = () => updatesOf(client, "twice").map(({ data: { event, status } }) => `${event}: ${status}`);
    await eventually(() => expect(told().slice(-2)).toEqual(["stopped: playing", "started: playing"]));
  });

  it("are told by a new name after the old one was taken away", async () => {
    const client = await live.open();
    await report("old-name", STARTED);
    await client.first("stream_update", about("old-name"));
    await pool().query(
      `WITH renamed AS (UPDATE channels SET channel_id = 'new-name' WHERE channel_id = 'old-name' RETURNING id)
       SELECT pg_notify('dozor_stream', id || ':changed') FROM renamed`,
    );
    await client.first("stream_update", about("new-name"));
    expect(channelOf(client, "old-name")).toBeUndefined();
    expect(channelOf(client, "new-name")).toMatchObject({ status: "playing" });
  });

  it("are followed one by one, each with its state at once", async () => {
    const client = await live.open();
    client.send({ type: "unsubscribe", topics: ["streams"] });
    client.send({ type: "subscribe", topics: ["stream:radio", "stream:nowhere"] });
    expect((await client.first("error")).data).toMatchObject({ code: "not_found" });
    const known = await client.first("stream_update", about("radio"));
    expect(known.data).toMatchObject({ event: "changed", channel: { listeners: 3 } });
    await report("other", STARTED);
    await report("radio", listeners(4));
    await client.first("stream_update", ({ data }) => data.listeners === 4);
    expect(updatesOf(client, "other")).toEqual([]);
    client.send({ type: "unsubscribe", topics: ["stream:radio"] });
    client.send({ type: "ping" });
    await client.first("pong");
    const [before, witness] = [client.of("stream_update").length, await live.open()];
    await report("radio", listeners(3));
    await witness.first("stream_update", about("radio"));
    expect(client.of("stream_update")).toHaveLength(before);
  });

  it("come whole to who follows them again", async () => {
    const client = await live.open();
    client.send({ type: "unsubscribe", topics: ["streams"] });
    client.send({ type: "ping" });
    await client.first("pong");
    await report("radio", listeners(12));
    client.send({ type: "subscribe", topics: ["streams"] });
    await eventually(() => expect(channelOf(client, "radio")?.listeners).toBe(12));
    await report("radio", listeners(3));
  });

  it("are told by every instance", async () => {
    const second = await startLive();
    const clients = [await live.open(), second.connect(live.bearer)];
    for (const client of clients) await client.first("snapshot");
    await report("radio", listeners(31));
    for (const client of clients) await client.first("stream_update", ({ data }) => data.listeners === 31);
    await report("radio", listeners(3));
    await second.stop();
  });

  it("are caught up with when notifications were lost", async () => {
    const client = await live.open();
    await report("lost", STARTED);
    await client.first("stream_update", about("lost"));
    const id = await idOf("lost");
    await cutListeners();
    await report("radio", listeners(77));
    await pool().query("DELETE FROM channels WHERE id = $1", [id]);
    await eventually(() => expect(channelOf(client, "radio")?.listeners).toBe(77));
    await eventually(() => expect(channelOf(client, "lost")).toBeUndefined());
  });

  it("end as they are stored with every client, whenever it came and whatever changed meanwhile", async () => {
    const ids = ["one", "two", "three"];
    await ingest(ids.map((channelId) => ({ channelId, event: STARTED })));
    const clients: LiveClient[] = [];
    for (let count = 1; count <= 60; count += 1) {
      if (count % 3 === 0) clients.push(live.app.connect(live.bearer));
      await ingest(ids.map((channelId) => ({ channelId, event: listeners(count) })));
    }
    const stored = await listChannels(systemActor());
    const wanted = Object.fromEntries(stored.map((channel) => [channel.channel_id, channel.listeners]));
    for (const client of clients) {
      await eventually(() => {
        const { channels } = stateOf(client).streams;
        expect(Object.fromEntries(channels.map((channel) => [channel.channel_id, channel.listeners]))).toEqual(wanted);
      });
    }
    for (const { socket } of clients) socket.terminate();
  });

  it("come whole, and said to have been dropped, to who reads too slowly", async () => {
    const slow = live.app.connect(live.bearer, { perMessageDeflate: false });
    await slow.first("snapshot");
    slow.socket.pause();
    const quick = await live.open({ perMessageDeflate: false });
    // More than the sockets' own buffers hold.
    const many = Array.from({ length: 5 }, (_, number) => `crowd-${number}`);
    const text = "x".repeat(100_000);
    const rounds = 20;
    for (let round = 1; round <= rounds; round += 1) {
      await ingest(many.map((channelId) => ({ channelId, event: track(`${round} ${text}`) })));
      await quick.first("stream_update", ({ data }) => data.current_track?.title === `${round} ${text}`);
    }
    await report("radio", listeners(99));
    slow.socket.resume();
    await eventually(() => expect(channelOf(slow, "radio")?.listeners).toBe(99));
    const dropped = slow.of("lagging").filter(({ data }) => data.topic === "streams");
    expect(dropped.reduce((sum, { data }) => sum + data.dropped, 0)).toBeGreaterThan(many.length);
    expect(slow.of("stream_update").length).toBeLessThan(rounds * many.length);
    for (const { socket } of [slow, quick]) socket.terminate();
  });
});

describe("notices of timers", () => {
  const SOON = "2030-01-01T00:00:00.000Z";
  const warning = (channel_id: string, seconds_remaining: number) => ({
    type: "auto_end_warning",
    data: { channel_id, seconds_remaining, deadline: SOON, reason: "no_listeners", can_cancel: true },
  });
  const change = (type: string, channel_id: string) => ({ type, data: { channel_id, reason: "no_listeners" } });

  /** As the timers leave them. */
  async function leave(
    channelId: string,
    { type, data }: { type: string; data: unknown },
    tell = true,
  ): Promise<string> {
    const { rows } = await pool().query<{ id: string }>(
      "INSERT INTO stream_notices (channel, type, data) VALUES ($1, $2, $3) RETURNING id::text",
      [await idOf(channelId), type, JSON.stringify(data)],
    );
    const id = rows[0]?.id ?? "";
    if (tell) await pool().query("SELECT pg_notify('dozor_stream_notice', $1)", [id]);
    return id;
  }

  it("are told at once to all who follow channels, each once", async () => {
    await report("ending", STARTED);
    const [client, single] = [await live.open(), await live.open()];
    single.send({ type: "unsubscribe", topics: ["streams"] });
    single.send({ type: "subscribe", topics: ["stream:ending", "stream:radio"] });
    await single.first("stream_update", about("ending"));
    const id = await leave("ending", warning("ending", 60));
    for (const one of [client, single]) await one.first("auto_end_warning", about("ending"));
    expect(stateOf(client).streams.warnings).toMatchObject([{ channel_id: "ending", seconds_remaining: 60 }]);
    await pool().query("SELECT pg_notify('dozor_stream_notice', $1)", [id]);
    await leave("ending", change("auto_end_triggered", "ending"));
    for (const one of [client, single]) {
      await one.first("auto_end_triggered", about("ending"));
      expect(one.of("auto_end_warning").filter(about("ending"))).toHaveLength(1);
    }
    expect(stateOf(client).streams.warnings).toEqual([]);
  });

  it("are told once though the listener was away when they came", async () => {
    await report("away", STARTED);
    const client = await live.open();
    await leave("away", warning("away", 60));
    await client.first("auto_end_warning", about("away"));
    await cutListeners();
    await leave("away", change("auto_end_cancelled", "away"));
    await client.first("auto_end_cancelled", about("away"));
    await report("away", listeners(5));
    await client.first("stream_update", ({ data }) => data.listeners === 5);
    expect(client.of("auto_end_cancelled").filter(about("away"))).toHaveLength(1);
    expect(client.of("auto_end_warning").filter(about("away"))).toHaveLength(1);
  });

  it.each(["1; DROP TABLE channels", "-1", "99999999999999999999", "", "12:exploded", "4294967296:changed"])(
    "and changes are not looked for when the notification is %j",
    async (payload) => {
      const client = await live.open();
      for (const channel of ["dozor_stream", "dozor_stream_notice"]) {
        await pool().query("SELECT pg_notify($1, $2)", [channel, payload]);
      }
      const count = 100 + Math.floor(Math.random() * 1_000);
      await report("radio", listeners(count));
      await client.first("stream_update", ({ data }) => data.listeners === count);
    },
  );
});
