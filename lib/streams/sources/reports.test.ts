import { describe, expect, it } from "vitest";
import type { ChannelRow } from "../rows";
import { type Polled, reportsOf, type Seen } from "./reports";
import { channelIdOf } from "./rows";
import type { Mount } from "./status";

const source = { id: 7, name: "radio", intervalSeconds: 5 };
const now = new Date("2026-11-22T12:00:00.000Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);

const mountOf = (more: Partial<Mount> = {}): Mount => ({
  ...{ path: "/live", onAir: true, startedAt: ago(3_600), title: "One", listeners: 2, peak: 4 },
  ...{ bitrateKbps: 128, codec: "MP3" },
  ...more,
});

/** As the mount of `mountOf` leaves it. */
const channelOf = (more: Partial<ChannelRow> = {}): ChannelRow => ({
  ...{ id: 1, channelId: "radio:/live", name: null, sourceId: 7, status: "playing", knownStatus: "playing" },
  ...{ newest: { status: ago(3_600).getTime() }, positionSeconds: null, positionAt: null, startedAt: ago(3_600) },
  ...{ track: { id: null, title: "One", url: null, duration_s: null, source: null }, listeners: 2, queueSize: null },
  ...{ bitrateKbps: 128, codec: "MP3", heardAt: ago(5), reckonedAt: ago(5), error: null, errorAt: null },
  ...{ webhookUrl: null, webhookSecret: null, autoEndEnabled: null, autoEndTimeoutSeconds: null, autoEndWarnings: [] },
  ...{ createdAt: ago(9_999), updatedAt: ago(5) },
  ...more,
});

interface Case {
  mounts?: Mount[];
  channels?: ChannelRow[];
  seen?: Seen;
  complete?: boolean;
  date?: Date | null;
}

function told({ mounts = [mountOf()], channels = [channelOf()], seen, complete = true, date = now }: Case = {}) {
  const answer: Polled["answer"] = { server: null, mounts, complete, date };
  const byId = new Map(channels.map((row) => [row.channelId, row]));
  return reportsOf({ source, answer, channels: byId, seen, now }).map(
    ({ channelId, event: { event, ts, ...data } }) => ({
      ...{ channelId, event, ...data },
      secondsAgo: ts && (now.getTime() - ts.getTime()) / 1_000,
    }),
  );
}

const seenOf = (mount: Mount): Seen => new Map([[mount.path, mount]]);
const names = (events: { event: string }[]) => events.map(({ event }) => event);

describe("what a poll tells", () => {
  it("of a new mount is everything, with the start by our clock although Icecast's is another", () => {
    const elsewhere = new Date(now.getTime() + 7_200_000);
    const startedAt = new Date(elsewhere.getTime() - 90_000);
    expect(told({ channels: [], mounts: [mountOf({ startedAt })], date: elsewhere })).toEqual([
      { channelId: "radio:/live", event: "started", secondsAgo: 90 },
      { channelId: "radio:/live", event: "format", bitrate_kbps: 128, codec: "MP3", secondsAgo: 0 },
      { channelId: "radio:/live", event: "track_changed", track: { title: "One" }, secondsAgo: 0 },
      { channelId: "radio:/live", event: "listeners", count: 2, peak: 4, secondsAgo: 0 },
    ]);
  });

  it("of a start that it cannot date is that it is on air now", () => {
    for (const given of [{ date: null }, { mounts: [mountOf({ startedAt: null })] }, { date: ago(9_999) }])
      expect(told({ channels: [], ...given })[0]).toMatchObject({ event: "started", secondsAgo: 0 });
  });

  it("of a mount as it was is that it lives", () => {
    expect(told()).toEqual([{ channelId: "radio:/live", event: "heartbeat", secondsAgo: 0 }]);
    expect(names(told({ channels: [channelOf({ status: "unknown" })] }))).toEqual(["heartbeat"]);
  });

  it.each([
    [{ title: "Two" }, "track_changed"],
    [{ listeners: 3 }, "listeners"],
    [{ bitrateKbps: 64 }, "format"],
    [{ codec: null }, "format"],
    [{ title: null }, "heartbeat"],
  ])("of a mount with %j is that alone", (more, event) => {
    expect(names(told({ mounts: [mountOf(more)] }))).toEqual([event]);
  });

  it("of one whose listeners are not told is nothing, so that it falls silent; it has not stopped either", () => {
    expect(told({ mounts: [mountOf({ listeners: null })] })).toEqual([]);
  });

  it("of a mount that is not listed is its end, but not where the answer broke off, and not of others' channels", () => {
    expect(told({ mounts: [] })).toMatchObject([{ event: "stopped", reason: "the source left", secondsAgo: 0 }]);
    expect(told({ mounts: [mountOf({ onAir: false })] })).toMatchObject([{ event: "stopped" }]);
    expect(told({ mounts: [], complete: false })).toEqual([]);
    expect(told({ mounts: [], channels: [channelOf({ sourceId: null })] })).toEqual([]);
    expect(told({ mounts: [], channels: [channelOf({ status: "stopped", knownStatus: "stopped" })] })).toEqual([]);
    expect(told({ mounts: [], channels: [channelOf({ status: "unknown" })] })).toMatchObject([{ event: "stopped" }]);
  });

  it("of a source that connected anew is an end and a start, not before what was told last", () => {
    const mounts = [mountOf({ startedAt: ago(2), listeners: 0, peak: 0 })];
    const again = ["stopped", "started", "track_changed", "listeners"];
    expect(names(told({ mounts, seen: seenOf(mountOf()) }))).toEqual(again);
    // A poll that begins anew, as after a restart of ours, knows only when the channel started.
    expect(names(told({ mounts }))).toEqual(again);
    const late = channelOf({ newest: { status: ago(1).getTime() } });
    const [stopped, started] = told({ mounts, channels: [late] });
    expect([stopped?.secondsAgo, started?.secondsAgo]).toEqual([0.999, 0.998]);
  });

  it("of a start that is told a little otherwise than before is no new start", () => {
    const mounts = [mountOf({ startedAt: ago(3_590) })];
    expect(names(told({ mounts }))).toEqual(["heartbeat"]);
    expect(names(told({ mounts: [mountOf({ startedAt: null })], seen: seenOf(mountOf()) }))).toEqual(["heartbeat"]);
  });

  it("of listeners that came and went in between is their most, once", () => {
    const seen = seenOf(mountOf());
    const mounts = [mountOf({ peak: 9 })];
    expect(told({ mounts, seen })).toMatchObject([
      { event: "listeners", count: 9 },
      { event: "listeners", count: 2, peak: 9 },
    ]);
    expect(names(told({ mounts, seen: seenOf(mountOf({ peak: 9 })) }))).toEqual(["heartbeat"]);
    // A most of a time that nobody watched is not of now.
    expect(names(told({ mounts }))).toEqual(["heartbeat"]);
    // Those who came and went before the first poll of a run did so just now.
    const stopped = channelOf({ status: "stopped", knownStatus: "stopped", listeners: null });
    expect(
      told({ mounts, channels: [stopped], seen: new Map() }).filter(({ event }) => event === "listeners"),
    ).toHaveLength(2);
  });
});

describe("the id of a mount's channel", () => {
  it.each([
    ["/live.mp3", "radio:/live.mp3"],
    ["/two words\t", "radio:/two%20words%09"],
    ["/Песня", "radio:/Песня"],
    ["/half\ud83d", "radio:/half\ufffd"],
    [`/${"x".repeat(121)}`, `radio:/${"x".repeat(121)}`],
  ])("of %j is %j", (mount, id) => {
    expect(channelIdOf("radio", mount)).toBe(id);
  });

  it("of a long one is its beginning and a digest", () => {
    const [one, other] = ["a", "b"].map((end) => channelIdOf("radio", `/${"x".repeat(500)}${end}`));
    expect(one).toMatch(/^radio:\/x{108}~[\da-f]{12}$/);
    expect(one).not.toBe(other);
  });
});
