import { endpoint } from "@/lib/http/endpoint";
import { streamStatsSchema } from "@/lib/streams/analytics-schema";
import { streamTotals } from "@/lib/streams/queries";

/** `2d 5h 30m`; only minutes within the first hour. */
function uptimeText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const parts = [
    [Math.floor(minutes / 1_440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "m"],
  ] as const;
  const first = parts.findIndex(([count, unit]) => count > 0 || unit === "m");
  return parts
    .slice(first)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}

export const GET = endpoint({
  summary: "Streams in numbers, and how long Dozor runs",
  allow: "streams:read",
  repeated: true,
  response: streamStatsSchema,
  async run({ actor }) {
    const uptime_seconds = Math.floor(process.uptime());
    return { ...(await streamTotals(actor)), uptime: uptimeText(uptime_seconds), uptime_seconds };
  },
});
