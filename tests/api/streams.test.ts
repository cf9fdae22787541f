// Channels through the handlers that serve them: what streamers report, what is refused, what comes back.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { pool } from "@/lib/db";
import { writeSamples } from "@/lib/metrics/write";
import {
  listenerHistorySchema,
  playsPageSchema,
  streamEventsPageSchema,
  streamStatsSchema,
  streamSummarySchema,
  topTracksSchema,
} from "@/lib/streams/analytics-schema";
import { channelDetailSchema } from "@/lib/streams/channel-schema";
import { channelSchema } from "@/lib/streams/schema";
import { sampleChannels } from "@/lib/streams/series";
import { callApi } from "../support/api";
import { useDatabase } from "../support/database";
import { createServerRow, createUser, signIn } from "../support/live";

useDatabase();

type Headers = Record<string, string>;
let viewer: Headers;
let operator: Headers;

beforeAll(async () => {
  viewer = (await signIn(await createUser("vera", "viewer"))).headers;
  operator = (await signIn(await createUser("oleg", "operator"))).headers;
});
beforeEach(async () => {
  await pool().query("DELETE FROM channels; TRUNCATE activity_events, audit_log");
  // So many requests of one user within a minute are refused elsewhere.
  (globalThis as { dozorThrottle?: unknown }).dozorThrottle = undefined;
});

type Call = { method?: string; headers?: Headers; body?: unknown };

async function ask(address: string, { method = "GET", headers = operator, body }: Call = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await callApi(address, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: text }),
  });
  return { status: response.status, body: await response.json() };
}

const post = (address: string, body: unknown, headers = operator) => ask(address, { method: "POST", body, headers });
const report = (...events: unknown[]) => post("/api/streams/radio/events", { events });
const track = (title: string, more: object = {}) => ({ event: "track_changed", track: { title, ...more } });
const stored = async () =>
  (await pool().query<{ event: string }>("SELECT event FROM stream_events ORDER BY id")).rows.map(({ event }) => event);

describe("what a streamer reports", () => {
  it("comes back as the channel, which its first event made", async () => {
    const answer = await report({ event: "started" }, track("One", { id: 17, duration_s: 200 }), {
      event: "listeners",
      count: 4,
    });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        accepted: 3,
        state: {
          channel_id: "radio",
          name: "radio",
          status: "playing",
          source: { kind: "push", id: null, name: null },
          current_track: { id: "17", title: "One", duration_s: 200, url: null },
          listeners: 4,
          peak_today: 4,
          auto_end: { state: "idle", enabled: true },
        },
      },
    });
    channelSchema.parse(answer.body.state);
    const { body } = await ask("/api/streams/radio", { headers: viewer });
    expect(channelDetailSchema.parse(body)).toMatchObject({ channel_id: "radio", webhook: null });
    const list = await ask("/api/streams", { headers: viewer });
    expect(
      z
        .array(channelSchema)
        .parse(list.body)
        .map(({ channel_id }) => channel_id),
    ).toEqual(["radio"]);
    const stats = await ask("/api/stats", { headers: viewer });
    expect(streamStatsSchema.parse(stats.body)).toMatchObject({
      active_streams: 1,
      total_listeners: 4,
      queue_items: 0,
    });
    expect(stats.body.uptime).toMatch(/^(\d+d \d+h )?\d+m$|^\d+h \d+m$/);
  });

  it("is told by page: events and plays", async () => {
    await report({ event: "started" }, track("One"), track("Two"), { event: "listeners", count: 1 });
    const first = streamEventsPageSchema.parse((await ask("/api/streams/radio/events?limit=3")).body);
    expect(first.events.map(({ event }) => event)).toEqual(["listeners", "track_changed", "track_changed"]);
    const rest = await ask(`/api/streams/radio/events?limit=3&before=${first.next}`);
    expect(rest.body).toMatchObject({ events: [{ event: "started" }], next: null });
    const plays = playsPageSchema.parse((await ask("/api/streams/radio/plays")).body);
    expect(plays.plays).toMatchObject([
      { track: { title: "Two" }, ended_at: null },
      { track: { title: "One" }, ended_at: expect.any(String) },
    ]);
  });

  it("may be of many channels at once, each by its id", async () => {
    const events = [-5, -6, -5].map((id, count) => ({ channel_id: String(id), event: "listeners", count }));
    expect(await post("/api/streams/events", { events })).toEqual({ status: 202, body: { accepted: 3 } });
    const { body } = await ask("/api/streams");
    const byId = Object.fromEntries(
      body.map((row: { channel_id: string; listeners: number }) => [row.channel_id, row.listeners]),
    );
    expect(byId).toEqual({ "-5": 2, "-6": 1 });
  });

  it("is not believed of a channel that is polled", async () => {
    await report({ event: "started" });
    await pool().query(`WITH made AS (INSERT INTO stream_sources (name, url) VALUES ('ice', 'http://x') RETURNING id)
      UPDATE channels SET source_id = made.id FROM made`);
    expect(await report({ event: "stopped" })).toMatchObject({ status: 409 });
    const both = ["radio", "other"].map((channel_id) => ({ channel_id, event: "stopped" }));
    expect(await post("/api/streams/events", { events: both })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "events.0.channel_id", rule: "polled" }] },
    });
    await pool().query("DELETE FROM stream_sources");
  });
});

describe("what is not valid", () => {
  const heartbeat = { event: "heartbeat" };
  it.each<[string, object, string]>([
    ["an unknown event", { event: "exploded" }, "events.1.event"],
    ["no event", {}, "events.1.event"],
    ["no object", [] as object, "events.1"],
    ["a negative count", { event: "listeners", count: -1 }, "events.1.count"],
    ["half a listener", { event: "listeners", count: 0.5 }, "events.1.count"],
    ["a count that no column holds", { event: "queue", size: 2 ** 31 }, "events.1.size"],
    ["a negative position", { event: "position", seconds: -3 }, "events.1.seconds"],
    ["a track without a title", { event: "track_changed", track: { id: "1" } }, "events.1.track.title"],
    ["an endless title", track("x".repeat(900_000)), "events.1.track.title"],
    ["control characters", track("One\u0007"), "events.1.track.title"],
    ["U+0000", track("One\u0000"), "events.1.track.title"],
    ["half a surrogate pair", track("One\ud800"), "events.1.track.title"],
    ["a script for an address", track("One", { url: "javascript:alert(1)" }), "events.1.track.url"],
    ["an unknown operation", { event: "queue_operation", operation: "burn" }, "events.1.operation"],
    ["a time that is none", { event: "started", ts: "yesterday" }, "events.1.ts"],
    ["a time beyond all calendars", { event: "started", ts: 1e300 }, "events.1.ts"],
    ["an id without end", { event: "started", event_id: "x".repeat(129) }, "events.1.event_id"],
    ["an error without words", { event: "error", message: "" }, "events.1.message"],
  ])("%s is named, and costs the other events nothing", async (_, bad, path) => {
    const answer = await report({ event: "started" }, bad, track("After"));
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "invalid", detail: expect.stringContaining("2 were taken") },
    });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect(JSON.stringify(answer.body).length).toBeLessThan(2_000);
    expect(await stored()).toEqual(["started", "track_changed"]);
  });

  it("names the events that there are, and not what was sent instead", async () => {
    const { body } = await report({ event: "hunter2" });
    expect(body.errors[0].message).toMatch(/started, stopped, paused/);
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });

  it.each<[string, unknown, number]>([
    ["no JSON", "{events:", 400],
    ["no events", {}, 422],
    ["an empty batch", { events: [] }, 422],
    ["501 events", { events: Array(501).fill(heartbeat) }, 422],
    ["one that is larger than a mebibyte", { events: [track("x".repeat(1_100_000))] }, 413],
  ])("a body with %s is refused whole", async (_, body, status) => {
    expect((await post("/api/streams/radio/events", body)).status).toBe(status);
    expect((await post("/api/streams/events", body)).status).toBe(status);
    expect((await ask("/api/streams")).body).toEqual([]);
  });

  it.each([
    ["spaces", "a%20b"],
    ["129 characters", "x".repeat(129)],
    ["controls", "a%07"],
    ["nothing visible", "%E2%80%8B"],
  ])("an id of %s makes no channel", async (_, id) => {
    expect(await post(`/api/streams/${id}/events`, { events: [heartbeat] })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "id" }] },
    });
    const events = [{ ...heartbeat, channel_id: decodeURIComponent(id) }];
    expect(await post("/api/streams/events", { events })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "events.0.channel_id" }] },
    });
  });

  it("is no channel, for whatever is asked of it", async () => {
    for (const path of ["", "/events", "/plays"]) expect((await ask(`/api/streams/none${path}`)).status).toBe(404);
    for (const what of ["summary", "listeners", "top-tracks"])
      expect((await ask(`/api/streams/analytics/${what}?channel=none`)).status).toBe(404);
    expect((await ask("/api/query?channel=none&metrics=stream.listeners")).status).toBe(422);
    expect((await ask("/api/streams/none", { method: "DELETE" })).status).toBe(404);
    expect((await ask("/api/streams/none", { method: "PATCH", body: {} })).status).toBe(404);
  });

  it.each<[object, string]>([
    [{ name: "x".repeat(201) }, "name"],
    [{ name: "a\u0007" }, "name"],
    [{ auto_end: { timeout_seconds: 59 } }, "auto_end.timeout_seconds"],
    [{ auto_end: { timeout_seconds: 3_601 } }, "auto_end.timeout_seconds"],
    [{ auto_end: { enabled: "yes" } }, "auto_end.enabled"],
    [{ webhook: { url: "ftp://x" } }, "webhook.url"],
    [{ webhook: { url: "http://me:secret@x/" } }, "webhook.url"],
    [{ webhook: { url: "http://x/", secret: "short" } }, "webhook.secret"],
  ])("a change such as %j is refused by its field", async (body, path) => {
    await report({ event: "started" });
    expect(await ask("/api/streams/radio", { method: "PATCH", body })).toMatchObject({
      status: 422,
      body: { errors: [{ path }] },
    });
  });
});

describe("a channel", () => {
  it("is changed in part, with its secret kept and never told", async () => {
    await report({ event: "started" });
    const patch = (body: object) => ask("/api/streams/radio", { method: "PATCH", body });
    const url = "https://bot.example.org/hook";
    await patch({ name: "Night radio", auto_end: { timeout_seconds: 120, warnings: [20, 40, 20] } });
    const changed = await patch({ webhook: { url, secret: "a-long-secret" } });
    expect(changed.body).toMatchObject({
      name: "Night radio",
      webhook: { url, has_secret: true },
      auto_end: { warnings: [40, 20], own: { enabled: null, timeout_seconds: 120, warnings: [40, 20] } },
    });
    expect((await patch({ webhook: { url: `${url}/2` } })).body.webhook.has_secret).toBe(true);
    expect((await patch({ webhook: { url: "https://other.example.org/" } })).body.webhook.has_secret).toBe(false);
    expect((await ask("/api/streams/radio", { headers: viewer })).body.webhook).toBeNull();
    const { rows } = await pool().query("SELECT event_type, details::text FROM audit_log ORDER BY id");
    expect(rows.map(({ event_type }) => event_type)).toEqual(Array(4).fill("stream_updated"));
    expect(JSON.stringify(rows)).not.toMatch(/a-long-secret|bot\.example/);
  });

  it("is gone with what it played when it is removed, and comes anew when it is still reported", async () => {
    await report({ event: "started" }, track("One"));
    expect((await ask("/api/streams/radio", { method: "DELETE" })).status).toBe(200);
    expect((await ask("/api/streams/radio")).status).toBe(404);
    expect((await pool().query("SELECT FROM stream_plays")).rows).toEqual([]);
    await report({ event: "heartbeat" });
    expect((await ask("/api/streams/radio")).body).toMatchObject({ status: "stopped", current_track: null });
  });

  it("is no server, wherever servers are listed", async () => {
    await createServerRow("local");
    await report({ event: "started" });
    const { body } = await ask("/api/servers");
    expect(JSON.stringify(body)).not.toContain("radio");
  });
});

describe("analytics", () => {
  it("count plays, hours and tracks, of all channels and of one", async () => {
    const song = track("One", { id: "1" });
    const ago = (minutes: number) => new Date(Date.now() - 60_000 * minutes).toISOString();
    const at = (minutes: number, event: object) => ({ ...event, ts: ago(minutes) });
    await report({ event: "started" }, song, track("Two", { id: "2" }), song);
    const other = [{ event: "started" }, { event: "listeners", count: 6 }, song].map((event) => at(0, event));
    await post("/api/streams/other/events", { events: other });
    await writeSamples(await sampleChannels(Math.floor(Date.now() / 5_000) * 5_000 - 5_000));
    const summary = async (query = "") =>
      streamSummarySchema.parse((await ask(`/api/streams/analytics/summary${query}`)).body);
    expect(await summary()).toMatchObject({ period: "7d", plays: 4, unique_tracks: 2, listeners_now: 6, peak_week: 6 });
    expect(await summary("?channel=radio&period=30d")).toMatchObject({
      period: "30d",
      plays: 3,
      listeners_now: null,
      peak_week: null,
    });
    const top = topTracksSchema.parse((await ask("/api/streams/analytics/top-tracks?limit=1")).body);
    expect(top.tracks).toMatchObject([{ track: { id: "1", title: "One" }, plays: 3 }]);
    for (const period of ["7d", "30d", "90d", "all"]) {
      const { body } = await ask(`/api/streams/analytics/listeners?period=${period}&channel=other`);
      const peaks = listenerHistorySchema.parse(body).points.flatMap(({ peak }) => peak ?? []);
      expect([period, ...peaks]).toEqual([period, 6]);
    }
    const series = await ask("/api/query?channel=other&metrics=stream.listeners,stream.on_air&agg=max");
    expect(
      series.body.series.map(({ metric, max }: { metric: string; max: (number | null)[] }) => [
        metric,
        Math.max(...max.map((v) => v ?? 0)),
      ]),
    ).toEqual([
      ["stream.listeners", 6],
      ["stream.on_air", 1],
    ]);
  });
});
