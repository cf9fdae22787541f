import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { readEvent } from "./events-schema";
import { ingest } from "./ingest";
import type { ChannelRow } from "./rows";

useDatabase();

beforeEach(async () => {
  await pool().query("DELETE FROM channels; TRUNCATE activity_events");
});

const NOON = Date.UTC(2026, 2, 1, 12);
const at = (seconds: number) => new Date(NOON + 1_000 * seconds);

/** Reports events of one channel, all heard at `heard` seconds after noon. */
async function report(heard: number, ...events: object[]): Promise<ChannelRow> {
  const reports = events.map((sent) => {
    const read = readEvent(sent);
    if (!read.ok) throw new Error(JSON.stringify(read.fields));
    return { channelId: "-1001", event: read.event };
  });
  const row = (await ingest(reports, at(heard))).get("-1001");
  if (!row) throw new Error("no row");
  return row;
}

const stored = async (sql: string) => (await pool().query(sql)).rows;

describe("ingest", () => {
  it("makes a channel of its first event, and keeps what it heard of it", async () => {
    await report(0, { event: "started" }, { event: "listeners", count: 3 }, { event: "queue", size: 7 });
    const row = await report(10, { event: "track_changed", track: { id: 5, title: "Zvezda" } });
    expect(row).toMatchObject({
      channelId: "-1001",
      status: "playing",
      listeners: 3,
      queueSize: 7,
      startedAt: at(0),
      heardAt: at(10),
      track: { id: "5", title: "Zvezda", url: null },
    });
    expect(await stored("SELECT event FROM stream_events ORDER BY id")).toEqual(
      ["started", "listeners", "queue", "track_changed"].map((event) => ({ event })),
    );
    expect(await stored("SELECT type FROM activity_events ORDER BY id")).toEqual([{ type: "stream_started" }]);
    expect(await stored("SELECT kind FROM subject WHERE kind = 'channel'")).not.toEqual([]);
  });

  it("takes an event with an id once, whether it comes again in the same batch or later", async () => {
    const joined = { event: "listeners", count: 2, event_id: "a" };
    await report(0, { event: "started", event_id: "s" }, joined, joined);
    const row = await report(20, { event: "listeners", count: 0 }, joined, { event: "started", event_id: "s" });
    expect(row).toMatchObject({ listeners: 0, startedAt: at(0) });
    expect(await stored("SELECT count(*)::int AS n FROM stream_events")).toEqual([{ n: 3 }]);
  });

  it("stores what is older than the newest of its kind, without turning anything back", async () => {
    await report(
      30,
      { event: "started", ts: at(0).toISOString() },
      { event: "listeners", count: 5, ts: at(20).toISOString() },
    );
    const row = await report(31, { event: "listeners", count: 9, ts: at(10).toISOString() });
    expect(row.listeners).toBe(5);
    expect(await stored("SELECT count(*)::int AS n FROM stream_events")).toEqual([{ n: 3 }]);
  });

  it("counts a time in the future as now", async () => {
    await report(0, { event: "started" }, { event: "listeners", count: 5, ts: at(9_000).toISOString() });
    expect((await report(1, { event: "listeners", count: 6 })).listeners).toBe(6);
  });

  it("leaves a play of each track that ends, with the listeners it had", async () => {
    const track = (title: string) => ({ event: "track_changed", track: { title } });
    await report(0, { event: "started" }, { event: "listeners", count: 2 }, track("One"));
    await report(60, { event: "listeners", count: 4 });
    await report(120, track("Two"));
    await report(150, { event: "stopped", reason: "done" });
    expect(
      await stored(
        "SELECT track_key, started_at, ended_at, played_seconds, known_seconds, listener_seconds, peak FROM stream_plays ORDER BY id",
      ),
    ).toEqual([
      {
        ...{ track_key: "title:one", started_at: at(0), ended_at: at(120), played_seconds: 120, known_seconds: 120 },
        ...{ listener_seconds: 360, peak: 4 },
      },
      {
        ...{ track_key: "title:two", started_at: at(120), ended_at: at(150), played_seconds: 30, known_seconds: 30 },
        ...{ listener_seconds: 120, peak: 4 },
      },
    ]);
    expect(
      await stored("SELECT day::text, watched_seconds, on_air_seconds, listener_seconds, peak FROM stream_days"),
    ).toEqual([{ day: "2026-03-01", watched_seconds: 150, on_air_seconds: 150, listener_seconds: 480, peak: 4 }]);
  });

  it("believes a way that should not be, and tells it", async () => {
    await report(0, { event: "started" });
    await report(1, { event: "stopped" });
    expect((await report(2, { event: "paused" })).status).toBe("paused");
    expect(await stored("SELECT message, details FROM activity_events WHERE type = 'system_warning'")).toEqual([
      { message: "-1001 went from stopped to paused, which it should not", details: { from: "stopped", to: "paused" } },
    ]);
  });

  it("lets many report at once, of the same channels too", async () => {
    const reports = (from: number) =>
      Array.from({ length: 50 }, (_, i) => ({
        channelId: `c${(i * 7 + from) % 50}`,
        event: { event: "listeners" as const, count: i },
      }));
    await Promise.all([0, 1, 2, 3].map((from) => ingest(reports(from))));
    expect(await stored("SELECT count(*)::int AS n FROM channels")).toEqual([{ n: 50 }]);
  });
});
