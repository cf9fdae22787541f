// What an event makes of a channel. Pure: the row, the event and the times come in, another row and what to tell go out.

import type { ActivityEntry } from "../activity/append";
import type { Prisma } from "../db";
import type { StreamEvent } from "./events-schema";
import type { ChannelRow, StateKind } from "./rows";
import type { ChannelStatus, StreamUpdate } from "./schema";

/** What is told of a channel in the activity feed. */
export type Note = Pick<ActivityEntry, "type" | "severity" | "message"> & { details?: Prisma.InputJsonObject };

/** What one event did. */
export interface Step {
  row: ChannelRow;
  updates: StreamUpdate[];
  notes: Note[];
  /** The channel began a new run. */
  restarted: boolean;
  /** Another track began or the last one ended: whatever played is over. */
  trackEnded: boolean;
}

export interface Times {
  /** When it happened, not after `now`. */
  at: Date;
  /** When it was heard of, by our clock. */
  now: Date;
}

/** From an unknown status, and to it, everything is allowed. */
const ALLOWED: Readonly<Record<ChannelStatus, readonly ChannelStatus[]>> = {
  stopped: ["playing", "placeholder"],
  playing: ["paused", "stopped", "placeholder"],
  paused: ["playing", "stopped"],
  placeholder: ["playing", "stopped"],
  unknown: ["playing", "paused", "stopped", "placeholder"],
};

/** What people call it. */
export const channelName = ({ name, channelId }: Pick<ChannelRow, "name" | "channelId">): string => name ?? channelId;

/**
 * Applies an event. Of each kind of state the newest event counts: an older one changes nothing of that kind; of two at the
 * same time the later heard wins. Whatever is heard ends silence.
 */
export function applyEvent(row: ChannelRow, event: StreamEvent, times: Times): Step {
  const heard = hear(row, times.now);
  const step = EFFECTS[event.event](heard.row, event as never, times.at, row.status);
  return {
    row: step.row ?? heard.row,
    updates: [...new Set([...heard.updates, ...(step.updates ?? [])])],
    notes: [...heard.notes, ...(step.notes ?? [])],
    restarted: step.restarted ?? false,
    trackEnded: step.trackEnded ?? false,
  };
}

/** A channel of which nothing has been heard for too long: what it does, and who listens, is not known any more. */
export function fallSilent(row: ChannelRow): Step {
  const message = `Nothing is heard of ${channelName(row)} any more`;
  return {
    row: { ...row, status: "unknown", knownStatus: row.status, listeners: null },
    updates: ["changed"],
    notes: [{ type: "stream_error", severity: "warning", message }],
    restarted: false,
    trackEnded: false,
  };
}

function hear(row: ChannelRow, now: Date): Pick<Step, "row" | "updates" | "notes"> {
  const heardAt = now > row.heardAt ? now : row.heardAt;
  if (row.status !== "unknown") return { row: { ...row, heardAt }, updates: [], notes: [] };
  const message = `${channelName(row)} is heard again`;
  return {
    row: { ...row, heardAt, status: row.knownStatus },
    updates: ["changed"],
    notes: [{ type: "stream_error", severity: "info", message }],
  };
}

type Partly = Partial<Step>;
type Effects = {
  [Type in StreamEvent["event"]]: (
    row: ChannelRow,
    event: Extract<StreamEvent, { event: Type }>,
    at: Date,
    /** Status before the event was heard. */
    shown: ChannelStatus,
  ) => Partly;
};

const EFFECTS: Effects = {
  started: (row, _event, at, shown) => turn(row, { to: "playing", at, shown, isStart: true }),
  stopped: (row, { reason }, at, shown) => turn(row, { to: "stopped", at, shown, reason }),
  paused: (row, _event, at, shown) => turn(row, { to: "paused", at, shown }),
  resumed: (row, _event, at, shown) => turn(row, { to: "playing", at, shown }),
  placeholder(row, { on }, at, shown) {
    if (on) return turn(row, { to: "placeholder", at, shown });
    // Of one that has stopped meanwhile it is the end of nothing.
    return row.status === "placeholder" ? turn(row, { to: "playing", at, shown }) : {};
  },
  track_changed(row, { track }, at) {
    if (!isNewest(row, "track", at)) return {};
    const { id = null, title, url = null, duration_s = null, source = null } = track;
    const playing = write(row, "track", at, { track: { id, title, url, duration_s, source } });
    return { row: positioned(playing, 0, at), updates: ["track_changed"], trackEnded: true };
  },
  listeners(row, { count }, at) {
    if (!isNewest(row, "listeners", at)) return {};
    return {
      row: write(row, "listeners", at, { listeners: count }),
      updates: row.listeners === count ? [] : ["listeners"],
    };
  },
  position(row, { seconds }, at) {
    if (!isNewest(row, "position", at)) return {};
    const expected = positionAt(row, at);
    const jumped = expected === null || Math.abs(expected - seconds) > JUMP_SECONDS;
    return { row: positioned(row, seconds, at), updates: jumped ? ["changed"] : [] };
  },
  queue(row, { size }, at) {
    if (!isNewest(row, "queue", at)) return {};
    return { row: write(row, "queue", at, { queueSize: size }), updates: row.queueSize === size ? [] : ["queue"] };
  },
  queue_operation: (row, event) => ({ notes: queueNotes(row, event) }),
  error(row, { message }, at) {
    const isNewer = row.errorAt === null || at >= row.errorAt;
    return {
      ...(isNewer && { row: { ...row, error: message, errorAt: at } }),
      updates: ["changed"],
      notes: [{ type: "stream_error", severity: "error", message: `${channelName(row)}: ${message}` }],
    };
  },
  heartbeat: () => ({}),
  format(row, { bitrate_kbps, codec }, at) {
    if (!isNewest(row, "format", at)) return {};
    const isSame = row.bitrateKbps === bitrate_kbps && row.codec === codec;
    const known = write(row, "format", at, { bitrateKbps: bitrate_kbps, codec });
    return { row: known, updates: isSame ? [] : ["changed"] };
  },
};

/** Clients go on counting by themselves; they are told where that would be wrong by more than this. */
const JUMP_SECONDS = 2;

const isNewest = ({ newest }: ChannelRow, kind: StateKind, at: Date): boolean => at.getTime() >= (newest[kind] ?? 0);

const write = (row: ChannelRow, kind: StateKind, at: Date, values: Partial<ChannelRow>): ChannelRow => ({
  ...row,
  ...values,
  newest: { ...row.newest, [kind]: at.getTime() },
});

/** Writes what a turn of the status ends, unless something newer was told of it. */
const clear = (row: ChannelRow, kind: StateKind, at: Date, values: Partial<ChannelRow>): ChannelRow =>
  isNewest(row, kind, at) ? write(row, kind, at, values) : row;

const positioned = (row: ChannelRow, seconds: number, at: Date): ChannelRow =>
  clear(row, "position", at, { positionSeconds: seconds, positionAt: at });

/** Seconds into the track at a time: it goes on while the channel plays. Null where it is not known. */
export function positionAt(row: ChannelRow, at: Date): number | null {
  if (row.positionSeconds === null || row.positionAt === null || row.status === "unknown") return null;
  if (row.status !== "playing") return row.positionSeconds;
  const position = row.positionSeconds + Math.max(0, at.getTime() - row.positionAt.getTime()) / 1_000;
  return row.track?.duration_s ? Math.min(position, Math.max(row.track.duration_s, row.positionSeconds)) : position;
}

interface Turn {
  to: ChannelStatus;
  at: Date;
  shown: ChannelStatus;
  isStart?: boolean;
  reason?: string | undefined;
}

/** Turns the status: the reported one wins, and where the way there is none that should be, that is told. */
function turn(row: ChannelRow, { to, at, shown, isStart = false, reason }: Turn): Partly {
  // A late one still ends what it came after.
  if (!isNewest(row, "status", at)) return tracked(row, over(row, to, at), ["changed"]);
  const from = row.status;
  const began = to !== "stopped" && (from === "stopped" || (isStart && row.startedAt?.getTime() !== at.getTime()));
  const frozen = to === from || row.positionAt === null ? {} : { positionSeconds: positionAt(row, at), positionAt: at };
  const turned = write(row, "status", at, { status: to, knownStatus: to, ...frozen, ...(began && { startedAt: at }) });
  return {
    ...tracked(row, over(to === "stopped" ? ended(turned) : turned, to, at), []),
    updates: updateOf({ from, to, began }),
    notes: [...strange(row, shown, to), ...(began ? [startNote(row)] : []), ...stopNotes(row, to, reason)],
    restarted: began,
  };
}

/** A change that may have taken the track away. */
const tracked = (before: ChannelRow, row: ChannelRow, updates: StreamUpdate[]): Partly =>
  row === before ? {} : { row, updates, trackEnded: before.track !== null && row.track === null };

/** What is over with a turn, unless something newer was told of it. Nobody listens to what has ended, but nobody counted either. */
function over(row: ChannelRow, to: ChannelStatus, at: Date): ChannelRow {
  if (to !== "stopped" && to !== "placeholder") return row;
  const silent = clear(row, "position", at, { positionSeconds: null, positionAt: null });
  const empty = clear(silent, "track", at, { track: null });
  return to === "stopped" ? clear(empty, "listeners", at, { listeners: null }) : empty;
}

/** An error of an earlier run is none of this end. */
function ended(row: ChannelRow): ChannelRow {
  const isOld = row.errorAt !== null && row.startedAt !== null && row.errorAt < row.startedAt;
  return { ...row, startedAt: null, ...(isOld && { error: null, errorAt: null }) };
}

function updateOf({ from, to, began }: { from: ChannelStatus; to: ChannelStatus; began: boolean }): StreamUpdate[] {
  if (began) return ["started"];
  if (from === to) return [];
  if (to === "stopped" || to === "paused") return [to];
  return [from === "paused" && to === "playing" ? "resumed" : "changed"];
}

function strange(row: ChannelRow, from: ChannelStatus, to: ChannelStatus): Note[] {
  if (from === to || ALLOWED[from].includes(to)) return [];
  const message = `${channelName(row)} went from ${from} to ${to}, which it should not`;
  return [{ type: "system_warning", severity: "warning", message, details: { from, to } }];
}

const startNote = (row: ChannelRow): Note => ({
  type: "stream_started",
  severity: "info",
  message: `${channelName(row)} started`,
});

function stopNotes(row: ChannelRow, to: ChannelStatus, reason: string | undefined): Note[] {
  if (to !== "stopped" || row.status === "stopped") return [];
  const why = reason === "no_listeners" ? "nobody listened" : reason;
  const message = `${channelName(row)} stopped${why ? `: ${why}` : ""}`;
  return [{ type: "stream_stopped", severity: "info", message, ...(reason && { details: { reason } }) }];
}

const QUEUE_NOTES = {
  add: "track_added",
  priority_add: "track_added",
  remove: "track_removed",
  clear: "track_removed",
} as const;

function queueNotes(
  row: ChannelRow,
  { operation, track, source, reason }: Extract<StreamEvent, { event: "queue_operation" }>,
): Note[] {
  if (operation === "move" || operation === "skip") return [];
  const type = QUEUE_NOTES[operation];
  const what = operation === "clear" ? "The queue" : (track?.title ?? "A track");
  const verb = { add: "was queued", priority_add: "was queued first", remove: "was removed", clear: "was cleared" }[
    operation
  ];
  const details = {
    operation,
    ...(track && { title: track.title }),
    ...(source && { source }),
    ...(reason && { reason }),
  };
  return [{ type, severity: "info", message: `${what} ${verb} on ${channelName(row)}`, details }];
}

/** Whether a timer that waits for listeners has to look at what became of a channel. */
export const concernsTimer = (
  before: ChannelRow | null,
  { row, restarted }: Pick<Step, "row" | "restarted">,
): boolean => before === null || restarted || before.status !== row.status || before.listeners !== row.listeners;
