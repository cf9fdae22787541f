// What an event of a channel says besides its type. Pure.

export interface ShownEvent {
  id: number;
  event: string;
  ts: string;
  data: Readonly<Record<string, unknown>>;
}

const KNOWN = [
  "started",
  "stopped",
  "paused",
  "resumed",
  "track_changed",
  "listeners",
  "position",
  "placeholder",
  "queue",
  "queue_operation",
  "error",
  "heartbeat",
  "format",
] as const;

export const isKnownEvent = (event: string): event is (typeof KNOWN)[number] => KNOWN.some((known) => known === event);

/** Where the telling part stands, in the order in which it is shown. */
const TELLING = ["operation", "title", "message", "reason", "count", "size", "seconds", "bitrate_kbps", "codec"];

/** The telling parts of what was sent, a line. */
export function detailOf({ data }: ShownEvent): string {
  const track = typeof data.track === "object" && data.track !== null ? data.track : {};
  const values: Record<string, unknown> = { ...track, ...data };
  return TELLING.flatMap((name) => {
    const value = values[name];
    return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
  }).join(", ");
}
