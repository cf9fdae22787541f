// Which timers have warned and still count, as their channels tell. Pure.
import type { Channel } from "../streams/schema";
import type { AutoEndWarning } from "./messages";

/** The running warning of a channel; null where there is none. */
export function warningOf({ channel_id, auto_end }: Channel): AutoEndWarning | null {
  const { is_active, deadline, remaining_seconds, warnings_sent } = auto_end;
  if (!is_active || deadline === null || remaining_seconds === null || warnings_sent.length === 0) return null;
  return { channel_id, seconds_remaining: remaining_seconds, deadline, reason: "no_listeners", can_cancel: true };
}

/** The running warnings of channels. */
export const warningsOf = (channels: readonly Channel[]): AutoEndWarning[] =>
  channels.flatMap((channel) => warningOf(channel) ?? []);
