// Samples of channels: how each is at this moment, and all together.
import { pool } from "../db";
import { CHANNEL_PROBE, CHANNELS_PROBE } from "../metrics/streams";
import type { SampleBatch } from "../metrics/write";
import { type ChannelStatus, isOnAir } from "./schema";

/** The subject that stands for Dozor itself. */
const SELF = 1;

interface Now {
  id: number;
  status: ChannelStatus;
  listeners: number | null;
  queue_size: number | null;
  bitrate_kbps: number | null;
}

/** Samples of all channels for a time in ms since the epoch. What is not known has none. */
export async function sampleChannels(ts: number): Promise<SampleBatch[]> {
  const { rows } = await pool().query<Now>(
    "SELECT id, status, listeners, queue_size, bitrate_kbps FROM channels ORDER BY id",
  );
  if (rows.length === 0) return [];
  return [...rows.filter(({ status }) => status !== "unknown").map((row) => sampleOf(row, ts)), totalOf(rows, ts)];
}

function sampleOf({ id, status, listeners, queue_size, bitrate_kbps }: Now, ts: number): SampleBatch {
  // A channel keeps what its last run had; once it has stopped nothing is sent.
  const bitrate = status === "stopped" ? null : bitrate_kbps;
  const values = { listeners, queue_size, on_air: Number(isOnAir(status)), bitrate };
  return { subject: id, probe: CHANNEL_PROBE, ts, rows: [{ labels: {}, values }] };
}

function totalOf(rows: readonly Now[], ts: number): SampleBatch {
  const active = rows.filter(({ status }) => isOnAir(status));
  const lost = rows.filter(({ status }) => status === "unknown");
  const sum = (of: "listeners" | "queue_size") => {
    const known = active.flatMap((row) => row[of] ?? []);
    // What none of several is known of is no zero.
    return known.length === 0 && active.length + lost.length > 0 ? null : known.reduce((total, n) => total + n, 0);
  };
  const values = { active: active.length, listeners: sum("listeners"), queue_items: sum("queue_size") };
  return { subject: SELF, probe: CHANNELS_PROBE, ts, rows: [{ labels: {}, values }] };
}
