// A channel on air, for tests.
import type { AutoEnd, Channel } from "@/lib/streams/schema";

export const timer = (changes: Partial<AutoEnd> = {}): AutoEnd => ({
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
  ...changes,
});

export const channel = (changes: Partial<Channel> = {}): Channel => ({
  channel_id: "-1001774120",
  name: "Night Jazz",
  status: "playing",
  source: { kind: "push", id: null, name: null },
  current_track: { id: "7", title: "Late Ferry", url: null, duration_s: 310, source: null },
  position_seconds: 38,
  started_at: "2026-01-31T10:00:00.000Z",
  listeners: 12,
  peak_today: 62,
  average_listeners: 20.5,
  listener_minutes: 480,
  queue_size: 21,
  bitrate_kbps: 128,
  codec: "mp3",
  last_activity: "2026-01-31T11:59:59.000Z",
  uptime_percent_7d: 98.4,
  uptime_percent_30d: 97,
  last_error: null,
  auto_end: timer(),
  ...changes,
});
