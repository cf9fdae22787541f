// Channels as metrics: what is stored of them, as far as it still holds.
import { pool } from "../db";
import { LONGEST_SILENCE_MS } from "../streams/reckon";
import type { Exposed, Family, Sample } from "./format";

/** Channels are made by whoever reports: no label of theirs has more values than this. */
export const MOST_CHANNELS = 1_000;

const OF_CHANNEL = { type: "gauge", most: MOST_CHANNELS } as const;

export const STREAM_FAMILIES = {
  active: { name: "dozor_active_streams", type: "gauge", help: "Channels on air" },
  listeners: { ...OF_CHANNEL, name: "dozor_stream_listeners", help: "Listeners of a channel" },
  queue: { ...OF_CHANNEL, name: "dozor_queue_size", help: "Tracks that wait in the queue of a channel" },
  timer: {
    ...{ ...OF_CHANNEL, name: "dozor_auto_end_timer_active" },
    help: "Whether time runs out for a channel that nobody listens to: 1 or 0",
  },
  events: {
    ...{ name: "dozor_auto_end_events_total", type: "counter", most: MOST_CHANNELS },
    help: "What became of auto-end timers, by reason",
  },
} as const satisfies Record<string, Family>;

interface ChannelNow {
  channel_id: string;
  on_air: boolean;
  listeners: number | null;
  queue_size: number | null;
  timer: boolean;
}

/** Families of all channels, those on air first. What was not heard for longer than any source may be silent is not known. */
export async function streamFamilies(now: Date): Promise<Exposed[]> {
  const [{ rows }, { rows: counts }] = await Promise.all([
    pool().query<ChannelNow>(CHANNELS, [now.toISOString(), LONGEST_SILENCE_MS / 1_000]),
    pool().query<{ channel_id: string; reason: string; count: number }>(COUNTS),
  ]);
  const of = (pick: (row: ChannelNow) => number | null): Sample[] =>
    rows.flatMap((row) => {
      const value = pick(row);
      return value === null ? [] : [{ labels: { channel_id: row.channel_id }, value }];
    });
  const { active, listeners, queue, timer, events } = STREAM_FAMILIES;
  return [
    { ...active, samples: [{ labels: {}, value: rows.filter(({ on_air }) => on_air).length }] },
    { ...listeners, samples: of((row) => row.listeners) },
    { ...queue, samples: of((row) => row.queue_size) },
    { ...timer, samples: of((row) => Number(row.timer)) },
    { ...events, samples: counts.map(({ count, ...labels }) => ({ labels, value: count })) },
  ];
}

/** A channel that has stopped stays so without a word. */
const CHANNELS = `SELECT c.channel_id, c.status IN ('playing', 'placeholder') AS on_air, c.listeners, c.queue_size,
    coalesce(a.state IN ('armed', 'suspended', 'ending'), false) AS timer
  FROM channels c LEFT JOIN auto_end a ON a.channel = c.id
  WHERE c.status = 'stopped'
    OR c.status <> 'unknown' AND c.heard_at >= $1::timestamptz - make_interval(secs => $2::float8)
  ORDER BY on_air DESC, c.id`;

const COUNTS = `SELECT c.channel_id, n.reason, n.count::float8 AS count
  FROM auto_end_counts n JOIN channels c ON c.id = n.channel ORDER BY c.id, n.reason`;
