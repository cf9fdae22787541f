// What the timers of channels say: how much is left, and which of them need somebody's eye. Pure.
import type { AutoEnd, Channel } from "@/lib/streams/schema";

/** The last minute, which a bar shows. */
export const LAST_SECONDS = 60;

/** Whole seconds until the end, never below 0; null while nothing counts. @param now ms of the server's clock */
export function secondsLeft({ state, deadline, remaining_seconds }: AutoEnd, now: number): number | null {
  if (state === "armed" && deadline !== null) return Math.max(0, Math.ceil((Date.parse(deadline) - now) / 1_000));
  return remaining_seconds === null ? null : Math.max(0, Math.ceil(remaining_seconds));
}

/** `41` → `0:41`, `3661` → `1:01:01`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export interface RunningTimers {
  /** About to end: soonest first. */
  ending: Channel[];
  /** Held up with time left, or with the stop on its way. */
  waiting: Channel[];
}

/** Timers that a page shows above its list. @param now ms of the server's clock */
export function runningTimers(channels: readonly Channel[], now: number): RunningTimers {
  const left = ({ auto_end }: Pick<Channel, "auto_end">) => secondsLeft(auto_end, now) ?? Number.POSITIVE_INFINITY;
  const warned = ({ auto_end }: Channel) =>
    auto_end.state === "armed" && (auto_end.warnings_sent.length > 0 || left({ auto_end }) <= LAST_SECONDS);
  return {
    ending: channels.filter(warned).sort((a, b) => left(a) - left(b)),
    waiting: channels.filter(({ auto_end: { state } }) => state === "suspended" || state === "ending"),
  };
}

/** How long a track has played. @param known when the position was told, ms of the same clock as `now` */
export function positionAt(channel: Channel, { known, now }: { known: number; now: number }): number | null {
  const { status, position_seconds, current_track } = channel;
  if (position_seconds === null) return null;
  const moved = status === "playing" ? position_seconds + Math.max(0, now - known) / 1_000 : position_seconds;
  const length = current_track?.duration_s ?? null;
  return length === null ? moved : Math.min(length, moved);
}
