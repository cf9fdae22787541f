// Which controls a timer has in which state; the verbs themselves decide again. Pure.
import type { AutoEnd, Channel } from "@/lib/streams/schema";

/** What one press of "extend" adds. */
export const MORE_MINUTES = 5;

/** States in which it may be cancelled; a stop that was sent, as long as the streamer has not taken it. */
export const CANCELLED: ReadonlySet<AutoEnd["state"]> = new Set(["armed", "suspended", "ending"]);

/** Whether there is a timer to be held up. */
export const mayPause = ({ status, auto_end: { enabled, state } }: Pick<Channel, "status" | "auto_end">): boolean =>
  enabled && status !== "stopped" && state !== "paused" && state !== "ending";
