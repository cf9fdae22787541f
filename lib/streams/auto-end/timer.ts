// The timer of a channel that nobody listens to, as the machine knows it. No timer: idle.

/** Counts down to `deadline`. */
export interface Armed {
  readonly state: "armed";
  /** Since when it counts, in milliseconds since the epoch, as all times here. */
  readonly armedAt: number;
  readonly deadline: number;
  /** Thresholds in seconds, in the order in which they were told. */
  readonly warningsSent: readonly number[];
}

/** Was armed when the number of listeners became unknown; goes on with what is left. */
interface Suspended {
  readonly state: "suspended";
  readonly armedAt: number;
  readonly remainingMs: number;
  readonly warningsSent: readonly number[];
}

/** A person wants it to wait; `remainingMs` is null where nothing counted. */
interface Paused {
  readonly state: "paused";
  readonly armedAt: number;
  readonly remainingMs: number | null;
  /** It was cancelled before, and nobody has listened since: resumed, it is held again. */
  readonly held: boolean;
}

/** Cancelled by a person: zero listeners arm it only after one has come and gone. */
interface Held {
  readonly state: "held";
  readonly armedAt: number;
  readonly hadListener: boolean;
}

/** The stop was sent and is not confirmed: the channel is still there. */
export interface Ending {
  readonly state: "ending";
  readonly armedAt: number;
  /** When the next thing is due: another attempt, the report that it fails, giving up. */
  readonly deadline: number;
  readonly reason: string;
  /** A person's will: holds also if somebody listens. */
  readonly wanted: boolean;
  readonly retries: number;
}

export type Timer = Armed | Suspended | Paused | Held | Ending;

/** What the machine looks at. */
export interface Scene {
  now: number;
  status: "playing" | "paused" | "stopped" | "placeholder" | "unknown";
  /** Null: not known. */
  listeners: number | null;
  enabled: boolean;
  timeoutMs: number;
  /** Seconds before the end at which open pages are warned. */
  warnings: readonly number[];
}

export type TimerInput =
  /** The channel, or what holds for it, may have changed. */
  | { do: "look"; restarted: boolean }
  /** Time has passed; `since`: from when on somebody looked at it, without a gap; `lateMs`: at least that often. */
  | { do: "tick"; since?: number; lateMs?: number }
  | { do: "cancel" }
  | { do: "extend"; minutes: number }
  | { do: "pause" }
  | { do: "resume" }
  | { do: "end"; reason: string };

/** Why a countdown ended without an end. */
export type CancelReason =
  | "listener_joined"
  | "cancelled"
  | "paused"
  | "extended"
  | "channel_paused"
  | "channel_stopped"
  | "restarted"
  | "switched_off";

/** What is to be done in the transaction in which the timer is written. */
export type Effect =
  | { effect: "armed"; deadline: number; why: "no_listeners" | "resumed" | "extended" | "grace" }
  | { effect: "warned"; deadline: number; secondsRemaining: number }
  | { effect: "cancelled"; reason: CancelReason }
  /** Send the stop. */
  | { effect: "ended"; reason: string; wanted: boolean }
  /** Send it once more. */
  | { effect: "repeated"; reason: string }
  /** Raise that it does not help. */
  | { effect: "unconfirmed" }
  /** What was sent is not to be carried out any more. */
  | { effect: "withdrawn" };

export interface Step {
  timer: Timer | null;
  effects: Effect[];
}
