import { describe, expect, it } from "vitest";
import type { Notice, StreamUpdateMessage } from "@/lib/live/messages";
import type { Channel } from "@/lib/streams/schema";
import { CHANNEL, counting } from "../../tests/support/channel";
import { fromSnapshot, NO_STREAMS, type StreamState, withNotice, withUpdates } from "./stream-state";

const SOON = "2026-01-01T00:01:00.000Z";
const LATER = "2026-01-01T00:02:00.000Z";

const named = (channel_id: string, change: Partial<Channel> = {}): Channel => ({ ...CHANNEL, channel_id, ...change });
const update = (channel: Channel, event: StreamUpdateMessage["event"] = "changed"): StreamUpdateMessage => ({
  channel_id: channel.channel_id,
  event,
  current_track: channel.current_track,
  listeners: channel.listeners,
  status: channel.status,
  channel: event === "removed" ? null : channel,
});
const warned = (channel_id: string, deadline: string): Notice => ({
  type: "auto_end_warning",
  data: { channel_id, seconds_remaining: 60, deadline, reason: "no_listeners", can_cancel: true },
});
const ids = (list: readonly { channel_id: string }[]) => list.map(({ channel_id }) => channel_id);
const running = ({ warnings }: StreamState) => ids(warnings);

describe("channels", () => {
  it("are those of the snapshot, changed and joined by what is told, and gone when removed", () => {
    const before = fromSnapshot([named("a"), named("b")], 1);
    const after = withUpdates(before, [update(named("c")), update(named("a", { listeners: 9 }))], 2);
    expect(ids(after.channels)).toEqual(["a", "b", "c"]);
    expect(after.channels[0]).toMatchObject({ listeners: 9, receivedAt: 2 });
    expect(after.channels[1]).toBe(before.channels[1]);
    expect(ids(withUpdates(after, [update(named("b"), "removed")], 3).channels)).toEqual(["a", "c"]);
  });
});

describe("warnings", () => {
  it("come with a snapshot where a timer has warned and counts", () => {
    const silent = { ...counting(290, LATER), warnings_sent: [] };
    const channels = [named("a", { auto_end: counting(40, SOON) }), named("b", { auto_end: silent }), named("c")];
    expect(fromSnapshot(channels, 7).warnings).toMatchObject([
      { channel_id: "a", seconds_remaining: 40, receivedAt: 7 },
    ]);
  });

  it("are there from the notice on, the soonest first, each channel once", () => {
    const state = [warned("late", LATER), warned("soon", SOON), warned("soon", SOON)].reduce(
      (before, notice) => withNotice(before, notice, 5),
      NO_STREAMS,
    );
    expect(running(state)).toEqual(["soon", "late"]);
  });

  it.each<Notice["type"]>(["auto_end_cancelled", "auto_end_triggered"])("end with %s", (type) => {
    const state = [warned("a", SOON), warned("b", LATER)].reduce(
      (before, one) => withNotice(before, one, 5),
      NO_STREAMS,
    );
    const ended = { type, data: { channel_id: "a", reason: "listener_joined" } } as Notice;
    expect(running(withNotice(state, ended, 6))).toEqual(["b"]);
  });

  it("follow the channel, whatever notice was missed", () => {
    const counted = withUpdates(NO_STREAMS, [update(named("a", { auto_end: counting(30, SOON) }))], 1);
    expect(counted.warnings).toMatchObject([{ channel_id: "a", seconds_remaining: 30 }]);
    const extended = withUpdates(counted, [update(named("a", { auto_end: counting(330, LATER) }))], 2);
    expect(extended.warnings).toMatchObject([{ deadline: LATER, receivedAt: 2 }]);
    expect(running(withUpdates(extended, [update(named("a"))], 3))).toEqual([]);
    expect(running(withUpdates(extended, [update(named("a"), "removed")], 3))).toEqual([]);
  });

  it("keep their identity while channels without one change", () => {
    const before = withNotice(NO_STREAMS, warned("a", SOON), 1);
    expect(withUpdates(before, [update(named("b"))], 2).warnings).toBe(before.warnings);
  });
});
