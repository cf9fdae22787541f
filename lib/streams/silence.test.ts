import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { systemActor } from "../users/permissions";
import type { StreamEvent } from "./events-schema";
import { listPlays } from "./history";
import { ingest } from "./ingest";
import { channelById } from "./queries";
import { sampleChannels } from "./series";
import { followSilence } from "./silence";

useDatabase();

beforeEach(async () => {
  await pool().query("DELETE FROM channels; DELETE FROM stream_sources; TRUNCATE activity_events");
});

const NOON = Date.UTC(2026, 2, 1, 12);
const HOUR = 3_600;
const LONG = 1e9;
const at = (seconds: number) => new Date(NOON + 1_000 * seconds);
const hear = (seconds: number, channelId: string, ...events: StreamEvent[]) =>
  ingest(
    events.map((event) => ({ channelId, event })),
    at(seconds),
  );
const row = async (channelId: string) =>
  (await pool().query("SELECT status, known_status, listeners FROM channels WHERE channel_id = $1", [channelId]))
    .rows[0];
const days = async () =>
  (await pool().query("SELECT day::text, watched_seconds, on_air_seconds, known_seconds FROM stream_days ORDER BY day"))
    .rows;

describe("a silent channel", () => {
  it("is unknown after 90 seconds, with nobody counted, until it is heard again", async () => {
    await hear(0, "radio", { event: "started" }, { event: "listeners", count: 0 });
    await followSilence(LONG, at(90));
    expect(await row("radio")).toMatchObject({ status: "playing", listeners: 0 });
    await followSilence(LONG, at(91));
    expect(await row("radio")).toEqual({ status: "unknown", known_status: "playing", listeners: null });
    await hear(200, "radio", { event: "heartbeat" });
    expect(await row("radio")).toMatchObject({ status: "playing", listeners: null });
    const { rows } = await pool().query(
      "SELECT message, severity FROM activity_events WHERE type = 'stream_error' ORDER BY id",
    );
    expect(rows).toEqual([
      { message: "Nothing is heard of radio any more", severity: "warning" },
      { message: "radio is heard again", severity: "info" },
    ]);
  });

  it("is not told silent because nobody here was listening", async () => {
    await hear(0, "radio", { event: "started" });
    await followSilence(30_000, at(4 * HOUR));
    expect(await row("radio")).toMatchObject({ status: "playing" });
    await followSilence(91_000, at(4 * HOUR));
    expect(await row("radio")).toMatchObject({ status: "unknown" });
  });

  it("that has stopped stays stopped", async () => {
    await hear(0, "radio", { event: "started" }, { event: "stopped" });
    await followSilence(LONG, at(10 * HOUR));
    expect(await row("radio")).toMatchObject({ status: "stopped" });
  });

  it("of a source may miss three polls", async () => {
    const made = await pool().query(
      "INSERT INTO stream_sources (name, url, interval_seconds) VALUES ('ice', 'http://x', 10) RETURNING id",
    );
    await ingest([{ channelId: "ice:/a", event: { event: "started" }, sourceId: made.rows[0].id }], at(0));
    await followSilence(LONG, at(35));
    expect(await row("ice:/a")).toMatchObject({ status: "playing" });
    await followSilence(LONG, at(36));
    expect(await row("ice:/a")).toMatchObject({ status: "unknown" });
  });
});

describe("time that is reckoned", () => {
  it("is that for which the channel was heard, day by day", async () => {
    const midnight = 12 * HOUR;
    await hear(midnight - 60, "radio", { event: "started" }, { event: "listeners", count: 2 });
    await hear(midnight + 30, "radio", { event: "heartbeat" });
    // Then nothing is heard for a day, and nobody looks.
    await hear(midnight + 24 * HOUR, "radio", { event: "stopped" });
    expect(await days()).toEqual([
      { day: "2026-03-01", watched_seconds: 60, on_air_seconds: 60, known_seconds: 60 },
      { day: "2026-03-02", watched_seconds: 120, on_air_seconds: 120, known_seconds: 120 },
    ]);
  });

  it("goes by the times of events that come late together", async () => {
    const sent = (seconds: number, event: StreamEvent): StreamEvent => ({ ...event, ts: at(seconds) });
    await hear(0, "radio", { event: "started" }, { event: "listeners", count: 0 });
    await hear(
      60,
      "radio",
      sent(20, { event: "track_changed", track: { title: "One" } }),
      sent(30, { event: "listeners", count: 3 }),
      sent(50, { event: "track_changed", track: { title: "Two" } }),
    );
    const { plays } = await listPlays(systemActor(), "radio", { limit: 5 });
    expect(plays.at(-1)).toMatchObject({
      track: { title: "One" },
      played_seconds: 30,
      listeners_average: 2,
      listeners_peak: 3,
    });
  });

  it("is that of what was played while we were away, where that is told afterwards", async () => {
    const sent = (seconds: number, title: string): StreamEvent => ({
      ...{ event: "track_changed", track: { title } },
      ts: at(seconds),
    });
    await hear(0, "radio", { event: "started" }, { event: "track_changed", track: { title: "One" } });
    await hear(0, "off", { event: "stopped" });
    await hear(60, "radio", { event: "heartbeat" });
    await followSilence(1_000, at(400));
    await hear(405, "radio", sent(100, "Two"), sent(300, "Three"));
    await hear(405, "off", { event: "started", ts: at(80) }, sent(80, "Four"), { event: "stopped", ts: at(200) });
    const played = async (channel: string) =>
      (await listPlays(systemActor(), channel, { limit: 9 })).plays.map((play) => [
        play.track.title,
        play.played_seconds,
      ]);
    expect((await played("radio")).slice(1)).toEqual([
      ["Two", 200],
      ["One", 100],
    ]);
    expect(await played("off")).toEqual([["Four", 120]]);
  });

  it("does not hold that what had stopped stayed so while nobody was here to hear", async () => {
    await hear(0, "off", { event: "stopped" });
    await followSilence(LONG, at(10 * HOUR));
    expect((await days())[0]?.watched_seconds).toBeLessThan(200);
  });

  it("does not wait for events, and stopped channels count as watched", async () => {
    await hear(0, "radio", { event: "started" });
    await hear(30, "radio", { event: "stopped" });
    await followSilence(LONG, at(60));
    await followSilence(LONG, at(120));
    expect(await days()).toEqual([{ day: "2026-03-01", watched_seconds: 120, on_air_seconds: 30, known_seconds: 0 }]);
    expect((await channelById(systemActor(), "radio"))?.uptime_percent_7d).not.toBeUndefined();
  });
});

describe("samples", () => {
  it("say what is known at a time, and nothing of what is not", async () => {
    expect(await sampleChannels(NOON)).toEqual([]);
    await hear(0, "loud", { event: "started" }, { event: "listeners", count: 5 }, { event: "queue", size: 2 });
    await hear(0, "off", { event: "stopped" });
    await hear(0, "lost", { event: "started" }, { event: "listeners", count: 9 });
    await followSilence(LONG, at(91));
    await hear(92, "loud", { event: "listeners", count: 6 });
    const batches = await sampleChannels(NOON);
    expect(batches.map(({ probe, rows }) => [probe, rows[0]?.values])).toEqual([
      ["stream", { listeners: 6, queue_size: 2, on_air: 1, bitrate: null }],
      ["stream", { listeners: null, queue_size: null, on_air: 0, bitrate: null }],
      ["streams", { active: 1, listeners: 6, queue_items: 2 }],
    ]);
    expect(batches.at(-1)?.subject).toBe(1);
  });

  it("of all together say nothing of listeners where of nobody it is known who listens", async () => {
    await hear(0, "lost", { event: "started" }, { event: "listeners", count: 9 });
    await followSilence(LONG, at(91));
    expect((await sampleChannels(NOON)).at(-1)?.rows[0]?.values).toEqual({
      active: 0,
      listeners: null,
      queue_items: null,
    });
  });

  it("have a rate only while something is sent", async () => {
    const format: StreamEvent = { event: "format", bitrate_kbps: 128, codec: "MP3" };
    await hear(0, "radio", { event: "started" }, format);
    expect((await sampleChannels(NOON))[0]?.rows[0]?.values).toMatchObject({ on_air: 1, bitrate: 128 });
    await hear(10, "radio", { event: "stopped" });
    expect((await sampleChannels(NOON))[0]?.rows[0]?.values).toMatchObject({ on_air: 0, bitrate: null });
  });
});
