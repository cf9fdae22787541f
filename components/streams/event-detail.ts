// What an event of a channel says besides its type. Pure.
import { clockText } from "./countdown";

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
const TELLING = ["operation", "title", "message", "reason", "count", "size", "seconds", "on", "bitrate_kbps", "codec"];

/** Codes that are told in words: of a placeholder, a queue operation, and of who is stopped since nobody listens. */
const CODES = ["on", "off", "add", "priority_add", "remove", "move", "skip", "clear", "no_listeners"] as const;

/** How values are told in the reader's language. */
export interface Telling {
  code(code: (typeof CODES)[number]): string;
  number(value: number): string;
  kbps(value: number): string;
}

/** The telling parts of what was sent, a line. */
export function detailOf({ data }: ShownEvent, telling: Telling): string {
  const track = typeof data.track === "object" && data.track !== null ? data.track : {};
  const values: Record<string, unknown> = { ...track, ...data };
  return TELLING.flatMap((name) => told(name, values[name], telling) ?? []).join(", ");
}

function told(name: string, value: unknown, { code, number, kbps }: Telling): string | null {
  if (typeof value === "boolean") return code(value ? "on" : "off");
  if (typeof value === "number") {
    if (name === "seconds") return clockText(value);
    return name === "bitrate_kbps" ? kbps(value) : number(value);
  }
  if (typeof value !== "string") return null;
  const known = name === "operation" || name === "reason" ? CODES.find((one) => one === value) : undefined;
  return known ? code(known) : value;
}
