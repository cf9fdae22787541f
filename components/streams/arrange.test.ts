import { describe, expect, it } from "vitest";
import { arrangeChannels, readStreamsQuery, streamsAddress, totalsOf, UNFILTERED } from "./arrange";
import { channel } from "./channel.fixture";

const CHANNELS = [
  channel({ channel_id: "a", name: "Deep Focus", listeners: 512, queue_size: 38 }),
  channel({ channel_id: "b", name: "Классика 24/7", listeners: null, status: "unknown", queue_size: null }),
  channel({ channel_id: "c", name: "Ambient Sleep", listeners: 48, status: "placeholder", current_track: null }),
  channel({ channel_id: "d", name: "Morning Hits", listeners: 0, status: "paused" }),
  channel({ channel_id: "radio:/rock.mp3", name: "Rock", listeners: 9, status: "stopped", queue_size: 400 }),
];
const ids = (channels: readonly { channel_id: string }[]) => channels.map(({ channel_id }) => channel_id);

describe("arrangeChannels", () => {
  it("puts the stopped ones apart, most listeners first, unknown ones last", () => {
    const { cards, stopped, counts, found } = arrangeChannels(CHANNELS, UNFILTERED);
    expect(ids(cards)).toEqual(["a", "c", "d", "b"]);
    expect(ids(stopped)).toEqual(["radio:/rock.mp3"]);
    expect(counts).toEqual({ on_air: 2, paused: 1, unknown: 1, stopped: 1 });
    expect(found).toBe(5);
  });

  it("finds by name, id, track and source, whatever the letters' size, and counts what it found", () => {
    const search = (text: string) => arrangeChannels(CHANNELS, { ...UNFILTERED, search: text });
    expect(ids(search("КЛАССИКА").cards)).toEqual(["b"]);
    expect(ids(search("/rock.mp3").stopped)).toEqual(["radio:/rock.mp3"]);
    expect(ids(search("late ferry").cards)).toEqual(["a", "d", "b"]);
    expect(search("deep").counts).toEqual({ on_air: 1, paused: 0, unknown: 0, stopped: 0 });
  });

  it("leaves one group, and sorts by name", () => {
    expect(ids(arrangeChannels(CHANNELS, { search: "", status: "on_air", sort: "name" }).cards)).toEqual(["c", "a"]);
    expect(arrangeChannels(CHANNELS, { ...UNFILTERED, status: "stopped" }).cards).toEqual([]);
  });
});

describe("the address", () => {
  it("keeps what was chosen, and nothing of the usual", () => {
    const chosen = { search: "a&b", status: "paused", sort: "name" } as const;
    expect(streamsAddress(UNFILTERED)).toBe("");
    expect(readStreamsQuery(new URLSearchParams(streamsAddress(chosen)))).toEqual(chosen);
    expect(readStreamsQuery(new URLSearchParams("status=none&sort=-1&q=%20"))).toEqual(UNFILTERED);
  });
});

describe("totalsOf", () => {
  it("adds what is known of those on air", () => {
    expect(totalsOf(CHANNELS)).toEqual({ onAir: 2, all: 5, placeholder: 1, unknown: 1, listeners: 560, queue: 59 });
  });
});
