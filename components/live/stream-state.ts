// What the browser knows of channels and of timers that are about to end them. Pure.
import type { AutoEndWarning, Notice, StreamUpdateMessage } from "@/lib/live/messages";
import { warningOf, warningsOf } from "@/lib/live/warnings";
import type { Channel } from "@/lib/streams/schema";

/** A channel, and when it was told so, ms since the epoch by this clock: its position and its timer go on from then. */
export type LiveChannel = Channel & { receivedAt: number };

/** A warning, and when its remaining seconds were told, by this clock: it needs no clock that is right. */
export type LiveWarning = AutoEndWarning & { receivedAt: number };

export interface StreamState {
  /** In the order in which they were told. */
  channels: readonly LiveChannel[];
  warnings: readonly LiveWarning[];
}

export const NO_STREAMS: StreamState = { channels: [], warnings: [] };

/** The state that a snapshot tells. */
export function fromSnapshot(channels: readonly Channel[], now: number): StreamState {
  return {
    channels: channels.map((channel) => ({ ...channel, receivedAt: now })),
    warnings: warningsOf(channels).map((warning) => ({ ...warning, receivedAt: now })),
  };
}

/** The state after messages in their order; channels that they do not name keep their identity. */
export function withUpdates(state: StreamState, updates: readonly StreamUpdateMessage[], now: number): StreamState {
  const channels = new Map(state.channels.map((channel) => [channel.channel_id, channel]));
  let { warnings } = state;
  for (const { channel_id, channel } of updates) {
    if (channel) channels.set(channel_id, { ...channel, receivedAt: now });
    else channels.delete(channel_id);
    warnings = replaced(warnings, channel_id, channel && warningOf(channel), now);
  }
  return { channels: [...channels.values()], warnings };
}

/** The state after a notice: a warning is there until it is called off or its channel is ended. */
export function withNotice(state: StreamState, { type, data }: Notice, now: number): StreamState {
  const warning = type === "auto_end_warning" ? data : null;
  return { ...state, warnings: replaced(state.warnings, data.channel_id, warning, now) };
}

/** The soonest first. */
function replaced(
  warnings: readonly LiveWarning[],
  channelId: string,
  warning: AutoEndWarning | null,
  now: number,
): readonly LiveWarning[] {
  const others = warnings.filter(({ channel_id }) => channel_id !== channelId);
  if (!warning) return others.length === warnings.length ? warnings : others;
  return [...others, { ...warning, receivedAt: now }].toSorted((a, b) => (a.deadline < b.deadline ? -1 : 1));
}
