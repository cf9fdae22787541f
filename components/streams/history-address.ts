// How the history of channels is asked for. Pure.

/** Charts of a channel's page. */
export const CHANNEL_METRICS = ["stream.listeners", "stream.queue_size", "stream.on_air", "stream.bitrate"];

/** Address of a question to the history of one channel. Times are seconds since the epoch. */
export function channelQueryAddress(
  channelId: string,
  { from, to, points }: { from: number; to: number; points: number },
): string {
  const parameters = new URLSearchParams({
    channel: channelId,
    metrics: CHANNEL_METRICS.join(","),
    from: String(Math.floor(from)),
    to: String(Math.ceil(to)),
    points: String(points),
  });
  return `/api/query?${parameters}`;
}
