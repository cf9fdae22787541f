import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { writeSamples } from "../metrics/write";
import { ingest } from "../streams/ingest";
import { deleteChannel } from "../streams/mutations";
import { sampleChannels } from "../streams/series";
import { systemActor } from "../users/permissions";
import { MAINTENANCE_JOBS } from "./maintenance-jobs";

useDatabase();

const run = (name: string) => MAINTENANCE_JOBS.find((job) => job.name === name)?.run();
const left = async (table: string, order: string) =>
  (await pool().query(`SELECT * FROM ${table} ORDER BY ${order}`)).rows.map((row) => row[order]);

beforeAll(async () => {
  const events = [{ event: "started" as const }, { event: "listeners" as const, count: 1 }];
  await ingest(events.map((event) => ({ channelId: "radio", event })));
});

describe("maintenance of streams", () => {
  it("removes events after seven days, and the oldest of far too many", async () => {
    await pool().query("UPDATE stream_events SET received_at = now() - interval '169 hours' WHERE event = 'started'");
    expect(await run("stream_events")).toBe(1);
    expect(await left("stream_events", "event")).toEqual(["listeners"]);
    await pool().query(`INSERT INTO stream_events (id, channel, event, ts) OVERRIDING SYSTEM VALUE
      SELECT 5000000, channel, 'paused', now() FROM stream_events`);
    expect(await run("stream_events")).toBe(1);
    expect(await left("stream_events", "event")).toEqual(["paused"]);
  });

  it("removes notices after an hour, commands after a month, plays and days with the history", async () => {
    await pool().query(`
      INSERT INTO stream_notices (channel, type, data, created_at) SELECT id, 'auto_end_warning', '{}', at
        FROM channels, (VALUES (now()), (now() - interval '61 minutes')) AS t (at);
      INSERT INTO stream_commands (channel, command, reason, created_at) SELECT id, 'stop', reason, at
        FROM channels, (VALUES ('new', now()), ('old', now() - interval '31 days')) AS t (reason, at);
      INSERT INTO stream_plays (channel, track_key, track, started_at, ended_at) SELECT id, key, '{"title": "x"}', ended, ended
        FROM channels, (VALUES ('new', now()), ('old', now() - interval '30 years')) AS t (key, ended);
      INSERT INTO stream_days (channel, day) SELECT id, '1990-01-01' FROM channels`);
    expect([await run("stream_notices"), await run("stream_commands"), await run("stream_plays")]).toEqual([1, 1, 2]);
    expect(await left("stream_commands", "reason")).toEqual(["new"]);
    expect(await left("stream_plays", "track_key")).toEqual(["new"]);
  });

  it("removes the oldest of far too many plays, but none that runs", async () => {
    await pool().query(`INSERT INTO stream_plays (id, channel, track_key, track, started_at, ended_at) OVERRIDING SYSTEM VALUE
      SELECT place, id, key, '{"title": "x"}', now(), ended FROM channels,
        (VALUES (-1, 'running', NULL::timestamptz), (5000000, 'newest', now())) AS t (place, key, ended)`);
    expect(await run("stream_plays")).toBe(1);
    expect(await left("stream_plays", "track_key")).toEqual(["newest", "running"]);
  });

  it("removes the series of a channel that was removed, and its number", async () => {
    await ingest([{ channelId: "other", event: { event: "started" } }]);
    await writeSamples(await sampleChannels(Date.now()));
    await deleteChannel(systemActor(), "radio");
    await pool().query("UPDATE subject SET deleted_at = now() - interval '1 minute' WHERE deleted_at IS NOT NULL");
    await run("deleted_servers");
    const { rows } = await pool().query(`SELECT s.id, count(p.id)::int AS parts FROM subject s LEFT JOIN series_set p
      ON p.subject = s.id WHERE s.kind = 'channel' GROUP BY s.id`);
    expect(rows).toEqual([{ id: expect.any(Number), parts: 1 }]);
    expect(await left("channels", "channel_id")).toEqual(["other"]);
  });
});
