// A real Icecast with sources and listeners that come and go.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../../tests/support/database";
import { ADMIN, type Icecast, startIcecast, storeSource } from "../../../tests/support/icecast";
import { pool } from "../../db";
import { encrypt } from "../../secrets";
import { checkAdmin, killSource, readStatus } from "./icecast";
import { passwordPlace, type SourceRow } from "./rows";
import { pollSource, stopThroughSource } from "./turn";

useDatabase();
let icecast: Icecast;
beforeAll(async () => {
  icecast = await startIcecast();
});
afterAll(() => icecast.remove());

let source: SourceRow;
let count = 0;
beforeEach(async () => {
  count += 1;
  source = await storeSource(`radio${count}`, icecast);
});

interface Shown {
  status: string;
  title: string | null;
  listeners: number | null;
  codec: string | null;
  bitrate_kbps: number | null;
  started_at: Date | null;
}

async function channel(mount: string): Promise<Shown | undefined> {
  const { rows } = await pool().query<Shown>(
    `SELECT status, track->>'title' AS title, listeners, codec, bitrate_kbps, started_at FROM channels WHERE channel_id = $1`,
    [`${source.name}:${mount}`],
  );
  return rows[0];
}

/** Polls until the channel is as it should be: Icecast takes a moment to notice what comes and goes. */
const becomes = (mount: string, shown: Partial<Shown>) =>
  vi.waitFor(
    async () => {
      await pollSource(source);
      expect(await channel(mount)).toMatchObject(shown);
    },
    { timeout: 10_000, interval: 50 },
  );

const eventsOf = async (mount: string) => {
  const { rows } = await pool().query<{ event: string; data: Record<string, unknown> }>(
    `SELECT event, data FROM stream_events e JOIN channels c ON c.id = e.channel WHERE c.channel_id = $1 ORDER BY e.id`,
    [`${source.name}:${mount}`],
  );
  return rows;
};

describe("a real Icecast", () => {
  it("makes channels of its mounts, and ends those that it lists no more", async () => {
    const live = await icecast.send("/live.mp3");
    const talk = await icecast.send("/two%20words.aac", { type: "audio/aac", bitrate: 64 });
    await becomes("/live.mp3", { status: "playing", listeners: 0, codec: "MP3", bitrate_kbps: 128, title: null });
    await becomes("/two%20words.aac", { status: "playing", listeners: 0, codec: "AAC", bitrate_kbps: 64 });
    const began = (await channel("/live.mp3"))?.started_at?.getTime() ?? 0;
    expect(Math.abs(Date.now() - began)).toBeLessThan(60_000);
    await talk.close();
    await becomes("/two%20words.aac", { status: "stopped", listeners: null });
    await becomes("/live.mp3", { status: "playing", started_at: new Date(began) });
    await live.close();
    await becomes("/live.mp3", { status: "stopped" });
    expect((await eventsOf("/live.mp3")).map(({ event }) => event)).toEqual(["started", "listeners", "stopped"]);
  });

  it("counts listeners that come and go, and knows the most of them", async () => {
    const live = await icecast.send("/count.mp3");
    await becomes("/count.mp3", { listeners: 0 });
    const one = await icecast.listen("/count.mp3");
    const other = await icecast.listen("/count.mp3");
    await becomes("/count.mp3", { listeners: 2 });
    await one.close();
    await becomes("/count.mp3", { listeners: 1 });
    // These come and go between two polls.
    const three = await Promise.all([1, 2, 3].map(() => icecast.listen("/count.mp3")));
    await Promise.all(three.map((listener) => listener.close()));
    await vi.waitFor(async () => {
      const { mounts } = await readStatus(icecast.url);
      expect(mounts.find(({ path }) => path === "/count.mp3")).toMatchObject({ listeners: 1, peak: 4 });
    }, 10_000);
    await pollSource(source);
    const counts = (await eventsOf("/count.mp3")).filter(({ event }) => event === "listeners");
    expect(counts.map(({ data }) => data.count).slice(-2)).toEqual([4, 1]);
    const { rows } = await pool().query("SELECT max(peak) AS peak FROM stream_days");
    expect(rows[0]).toEqual({ peak: 4 });
    await Promise.all([other.close(), live.close()]);
  });

  it("follows titles, whatever is in them", async () => {
    const live = await icecast.send("/titles.mp3");
    const titles: [title: string | Buffer, shown: string, charset?: string][] = [
      ["Песня — 😀", "Песня — 😀"],
      ["Песня", "Песня", "ISO-8859-1"],
      [Buffer.from("Café", "latin1"), "Café", "ISO-8859-1"],
      ["a\u0001b\u001bc\td\ne", "a b c d e"],
      ['q"uote \\ back \\x', 'q"uote \\ back \\x'],
      ["1.0", "1.0"],
      ["-", "-"],
      ["true", "true"],
    ];
    for (const [title, shown, charset] of titles) {
      await icecast.title("/titles.mp3", title, charset);
      await becomes("/titles.mp3", { title: shown, status: "playing", listeners: 0 });
    }
    const changes = (await eventsOf("/titles.mp3")).filter(({ event }) => event === "track_changed");
    expect(changes).toHaveLength(titles.length);
    await live.close();
  });

  it("notices that a source connected anew between two polls", async () => {
    const first = await icecast.send("/again.mp3");
    await becomes("/again.mp3", { status: "playing" });
    const before = (await mountOf("/again.mp3"))?.startedAt;
    await first.close();
    // Icecast tells whole seconds, and takes a moment to see that the first one has gone.
    const second = await vi.waitFor(async () => {
      const sender = await icecast.send("/again.mp3");
      const startedAt = await vi.waitFor(async () => {
        const mount = await mountOf("/again.mp3");
        if (!mount?.startedAt) throw new Error("not listed yet");
        return mount.startedAt;
      });
      if (startedAt.getTime() !== before?.getTime()) return sender;
      await sender.close();
      throw new Error("within the same second");
    }, 10_000);
    await pollSource(source);
    expect((await eventsOf("/again.mp3")).map(({ event }) => event)).toEqual([
      "started",
      "listeners",
      "stopped",
      "started",
      "listeners",
    ]);
    await second.close();
  });

  it("takes a source that sends nothing for one that has ended, once Icecast does", async () => {
    const mute = await icecast.send("/mute.mp3", { packets: 4 });
    await becomes("/mute.mp3", { status: "playing" });
    await becomes("/mute.mp3", { status: "stopped" });
    expect(mute.isConnected).toBe(false);
  });

  it("keeps what is known while Icecast does not answer, says why, and goes on afterwards", async () => {
    const other = await startIcecast();
    source = { ...source, url: other.url };
    await pool().query("UPDATE stream_sources SET url = $2 WHERE id = $1", [source.id, other.url]);
    const live = await other.send("/live.mp3");
    await becomes("/live.mp3", { status: "playing" });
    await other.stop();
    for (const _ of [1, 2, 3]) await pollSource(source);
    expect(await channel("/live.mp3")).toMatchObject({ status: "playing" });
    const state = async () =>
      (await pool().query("SELECT failures, error, error_code FROM stream_sources WHERE id = $1", [source.id])).rows[0];
    expect(await state()).toEqual({
      failures: 3,
      error: expect.stringMatching(/^127.0.0.1:\d+ refuses connections/),
      error_code: "refused",
    });
    await other.start();
    await becomes("/live.mp3", { status: "stopped" });
    expect(await state()).toEqual({ failures: 0, error: null, error_code: null });
    expect(live.isConnected).toBe(false);
    await other.remove();
  });

  it("really ends a source, and only that one", async () => {
    const [doomed, spared] = [await icecast.send("/end me.mp3".replace(" ", "%20")), await icecast.send("/stay.mp3")];
    await becomes("/end%20me.mp3", { status: "playing" });
    const stop = { channelId: `${source.name}:/end%20me.mp3`, sourceId: source.id, reason: "no_listeners" };
    await stopThroughSource(stop);
    await vi.waitFor(() => expect(doomed.isConnected).toBe(false), 10_000);
    await becomes("/end%20me.mp3", { status: "stopped" });
    expect(spared.isConnected).toBe(true);
    await becomes("/stay.mp3", { status: "playing" });
    // What has ended already needs no end.
    await stopThroughSource(stop);
    await killSource(source, "/end me.mp3");
    await spared.close();
  });

  it("ends nothing that somebody began to listen to since the last poll, unless somebody wants it ended", async () => {
    const live = await icecast.send("/heard.mp3");
    await becomes("/heard.mp3", { listeners: 0 });
    const late = await icecast.listen("/heard.mp3");
    await vi.waitFor(async () => expect(await mountOf("/heard.mp3")).toMatchObject({ listeners: 1 }), 10_000);
    const stop = { channelId: `${source.name}:/heard.mp3`, sourceId: source.id };
    await expect(stopThroughSource({ ...stop, reason: "no_listeners" })).rejects.toThrow(/Somebody listens/);
    expect(live.isConnected).toBe(true);
    // The loop knows at once.
    const { rows } = await pool().query("SELECT polled_at FROM stream_sources WHERE id = $1", [source.id]);
    expect(rows).toEqual([{ polled_at: null }]);
    await stopThroughSource({ ...stop, reason: "manual" });
    await vi.waitFor(() => expect(live.isConnected).toBe(false), 10_000);
    await late.close();
  });

  it("ends nothing without the right user", async () => {
    const live = await icecast.send("/safe.mp3");
    const wrong = { ...source, password: encrypt("wrong", passwordPlace(source.id)) };
    await expect(killSource(wrong, "/safe.mp3")).rejects.toMatchObject({ code: "auth" });
    await expect(killSource({ ...source, password: null }, "/safe.mp3")).rejects.toMatchObject({ code: "auth" });
    expect(await checkAdmin(icecast.url, { username: "admin", password: "wrong" })).toBe("refused");
    expect(await checkAdmin(icecast.url, ADMIN)).toBe("ok");
    expect(live.isConnected).toBe(true);
    await live.close();
  });
});

const mountOf = async (path: string) => (await readStatus(icecast.url)).mounts.find((mount) => mount.path === path);
