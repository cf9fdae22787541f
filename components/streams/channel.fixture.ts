// A channel on air, for tests.
import type { AutoEnd, Channel } from "@/lib/streams/schema";
import { CHANNEL } from "../../tests/support/channel";

export const timer = (changes: Partial<AutoEnd> = {}): AutoEnd => ({ ...CHANNEL.auto_end, ...changes });

export const channel = (changes: Partial<Channel> = {}): Channel => ({
  ...CHANNEL,
  channel_id: "-1001774120",
  name: "Night Jazz",
  current_track: { id: "7", title: "Late Ferry", url: null, duration_s: 310, source: null },
  position_seconds: 38,
  listeners: 12,
  queue_size: 21,
  ...changes,
});
