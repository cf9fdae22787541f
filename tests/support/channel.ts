// A channel as clients are told of it, for tests that need any.
import type { Channel } from "../../lib/streams/schema";

export const CHANNEL: Channel = {
  channel_id: "radio",
  name: "Radio",
  status: "playing",
  source: { kind: "push", id: null, name: null },
  current_track: { id: "1", title: "Lark", url: null, duration_s: 180, source: null },
  position_seconds: 10,
  started_at: "2026-01-01T00:00:00.000Z",
  listeners: 3,
  peak_today: 5,
  average_listeners: 2.5,
  listener_minutes: 40,
  queue_size: 2,
  bitrate_kbps: 128,
  codec: "mp3",
  last_activity: "2026-01-01T00:00:10.000Z",
  uptime_percent_7d: 99,
  uptime_percent_30d: null,
  last_error: null,
  auto_end: {
    is_active: false,
    state: "idle",
    remaining_seconds: null,
    deadline: null,
    paused: false,
    warnings_sent: [],
    enabled: true,
    timeout_seconds: 300,
    warnings: [60, 30, 10],
    own: { enabled: null, timeout_seconds: null, warnings: null },
  },
};

/** The timer of a channel that has warned and still counts. */
export const counting = (seconds: number, deadline: string): Channel["auto_end"] => ({
  ...CHANNEL.auto_end,
  is_active: true,
  state: "armed",
  remaining_seconds: seconds,
  deadline,
  warnings_sent: [60],
});
