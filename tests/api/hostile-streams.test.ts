// What streamers that lie or flood may not do: cost others their events, or leave what nobody can reach.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pool, prisma } from "@/lib/db";
import { ingest } from "@/lib/streams/ingest";
import { readSource } from "@/lib/streams/sources/rows";
import { pollSource } from "@/lib/streams/sources/turn";
import { callApi } from "../support/api";
import { useDatabase } from "../support/database";
import { apiToken, createUser, signIn } from "../support/live";

useDatabase();

let headers: Record<string, string>;
beforeAll(async () => {
  headers = (await signIn(await createUser("oleg", "operator"))).headers;
});
beforeEach(async () => {
  await pool().query("DELETE FROM channels; DELETE FROM stream_sources");
  (globalThis as { dozorThrottle?: unknown }).dozorThrottle = undefined;
});

async function ask(method: string, address: string, body?: unknown) {
  const response = await callApi(address, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

describe("one bad event", () => {
  it("half a character in an address costs the others nothing", async () => {
    const answer = await ask("POST", "/api/streams/radio/events", {
      events: [
        { event: "started" },
        { event: "track_changed", track: { title: "One", url: "http://example.org/\ud800" } },
        { event: "listeners", count: 3 },
      ],
    });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "events.1.track.url" }] } });
    expect((await ask("GET", "/api/streams/radio")).body).toMatchObject({ status: "playing", listeners: 3 });
  });
});

describe("ids", () => {
  it.each(["a/b", "%2e", "%00", "';DROP/**/TABLE/**/channels;--", "<b>", "конец", "-1001", "?x=1#y", "{1}:changed"])(
    "%s is a channel like any other",
    async (id) => {
      const address = `/api/streams/${encodeURIComponent(id)}`;
      expect((await ask("POST", `${address}/events`, { events: [{ event: "started" }] })).status).toBe(202);
      expect((await ask("GET", address)).body).toMatchObject({ channel_id: id, status: "playing" });
      expect((await ask("PATCH", address, { name: "one" })).status).toBe(200);
      expect((await ask("DELETE", address)).status).toBeLessThan(300);
    },
  );

  it.each([".", "..", "analytics", "events", "sources"])("%s is none: no address could name it", async (id) => {
    const one = await ask("POST", `/api/streams/${id}/events`, { events: [{ event: "started" }] });
    expect(one).toMatchObject({ status: 422, body: { errors: [{ path: "id" }] } });
    const many = await ask("POST", "/api/streams/events", {
      events: [
        { event: "started", channel_id: id },
        { event: "started", channel_id: "radio" },
      ],
    });
    expect(many).toMatchObject({ status: 422, body: { errors: [{ path: "events.0.channel_id" }] } });
    expect((await ask("GET", "/api/streams")).body).toMatchObject([{ channel_id: "radio" }]);
  });
});

describe("ids of events", () => {
  it("keep a position that comes again from turning anything back", async () => {
    const position = (seconds: number, event_id: string) => ({ event: "position", seconds, event_id });
    const report = (...events: object[]) => ask("POST", "/api/streams/radio/events", { events });
    await report(
      { event: "started" },
      { event: "track_changed", track: { title: "One" } },
      { event: "paused" },
      ...[position(10, "a"), position(200, "b")],
    );
    await report(position(10, "a"));
    expect((await ask("GET", "/api/streams/radio")).body).toMatchObject({ position_seconds: 200 });
  });
});

describe("more channels than there may be", () => {
  const fill = () =>
    pool().query(`WITH made AS (INSERT INTO subject (kind) SELECT 'channel' FROM generate_series(1, 9999) RETURNING id)
      INSERT INTO channels (id, channel_id) SELECT id, 'flood-' || id FROM made`);
  const lastSubject = async () => {
    const { rows } = await pool().query(
      "SELECT last_value::int FROM pg_sequences WHERE sequencename = 'subject_id_seq'",
    );
    return rows[0].last_value as number;
  };
  const started = (channel_id: string) => ({ event: "started", channel_id });

  it("are refused by name, at no cost for those that exist", async () => {
    await ask("POST", "/api/streams/events", { events: [started("radio")] });
    await fill();
    const before = await lastSubject();
    const answer = await ask("POST", "/api/streams/events", {
      events: [started("new"), { event: "listeners", count: 7, channel_id: "radio" }],
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: "events.0.channel_id", rule: "too_many" }] },
    });
    expect(answer.body.detail).toContain("1 was taken");
    expect((await ask("GET", "/api/streams/radio")).body).toMatchObject({ listeners: 7 });
    expect(await ask("POST", "/api/streams/new/events", { events: [{ event: "started" }] })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("10000 channels already") },
    });
    expect(await lastSubject()).toBe(before);
  });

  it("keep no mount of Icecast from being followed that is known", async () => {
    const { server, url } = await icecast(["/known", "/new"]);
    const { rows } = await pool().query<{ id: number }>(
      "INSERT INTO stream_sources (name, url) VALUES ('ice', $1) RETURNING id",
      [url],
    );
    const source = await readSource(prisma(), rows[0]?.id ?? 0);
    await ingest([{ channelId: "ice:/known", event: { event: "stopped" }, sourceId: source?.id ?? null }]);
    await fill();
    await pollSource(source as NonNullable<typeof source>);
    server.close();
    expect((await ask("GET", `/api/streams/${encodeURIComponent("ice:/known")}`)).body).toMatchObject({
      status: "playing",
      listeners: 2,
    });
    const { error } = (await ask("GET", `/api/stream-sources/${source?.id}`)).body;
    expect(error).toContain("10000 channels already");
  });
});

describe("an Icecast that somebody types in", () => {
  it.each(["169.254.169.254", "[::ffff:a9fe:a9fe]", "2852039166"])("is not asked where it is %s", async (host) => {
    const url = `http://${host}/latest`;
    const answer = await ask("POST", "/api/stream-sources/test", { url });
    expect(answer).toMatchObject({ status: 200, body: { success: false, code: "unreachable" } });
    expect(answer.body.message).toContain("not asked");
  });
});

async function icecast(paths: string[]) {
  const source = paths.map((path) => ({
    listenurl: `http://localhost:8000${path}`,
    listeners: 2,
    server_type: "audio/mpeg",
    stream_start_iso8601: new Date().toISOString(),
  }));
  const server = createServer((_, response) => response.end(JSON.stringify({ icestats: { source } })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe("who waits for commands", () => {
  it("gets none once the token has ended that asked for them", async () => {
    const token = await apiToken(await createUser("streamer", "operator"), ["streams:write"]);
    await ask("POST", "/api/streams/radio/events", { events: [{ event: "started" }] });
    const wait = () => callApi("/api/streams/radio/commands?wait=20", { headers: token });
    const waiting = wait();
    await expect
      .poll(async () => {
        const listening = "query LIKE 'LISTEN \"dozor_stream_command\"%' AND datname = current_database()";
        return (await pool().query(`SELECT FROM pg_stat_activity WHERE ${listening}`)).rowCount;
      })
      .toBe(1);
    await pool().query("UPDATE api_tokens SET revoked_at = now()");
    await ask("POST", "/api/streams/radio/auto-end/end-now", {});
    expect((await waiting).status).toBe(401);
    expect((await wait()).status).toBe(401);
    const { body } = await ask("GET", "/api/streams/radio/commands?wait=1");
    expect(body).toMatchObject({ commands: [{ command: "stop" }] });
  });
});

describe("many at once", () => {
  it("make channels that others wait for without a deadlock", async () => {
    const report = (...ids: string[]) => ingest(ids.map((channelId) => ({ channelId, event: { event: "started" } })));
    const waiting = async (count: number) => {
      await expect
        .poll(async () => {
          const { rows } = await pool().query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
          return rows.length;
        })
        .toBe(count);
    };
    const creator = await pool().connect();
    const turn = "hashtext('dozor.channels')";
    await creator.query(`SELECT pg_advisory_lock(${turn})`);
    const first = report("both", "first");
    await waiting(1);
    await creator.query(`WITH made AS (INSERT INTO subject (kind) VALUES ('channel') RETURNING id)
      INSERT INTO channels (id, channel_id) SELECT id, 'both' FROM made`);
    const second = report("both", "second");
    await waiting(2);
    await creator.query(`SELECT pg_advisory_unlock(${turn})`);
    creator.release();
    const results = await Promise.allSettled([first, second]);
    expect(results).toMatchObject([{ status: "fulfilled" }, { status: "fulfilled" }]);
  });
});
