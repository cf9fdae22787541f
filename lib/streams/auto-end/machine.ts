// Auto-end as a state machine: what becomes of a timer. Pure; times and facts are given.
import { isOnAir } from "../schema";
import type { Armed, CancelReason, Ending, Scene, Step, Timer, TimerInput } from "./timer";

/** Later than this, and nobody was there at the deadline: people get their warning before it ends. */
export const LATE_MS = 5_000;
export const GRACE_MS = 60_000;
/** How long a stop may take until it is sent again, and then again until it is reported. */
export const CONFIRM_MS = 30_000;
/** From the first stop on. */
export const GIVE_UP_MS = 10 * 60_000;
const MINUTE_MS = 60_000;

/**
 * One step: what the channel is now comes first, then what was asked or is due.
 * A request that has no meaning in this state changes nothing; see `refusalOf`.
 */
export function step(timer: Timer | null, input: TimerInput, scene: Scene): Step {
  const seen = settle(rebased(timer, scene.now), scene, input.do === "look" && input.restarted);
  const done = follow(seen, respond(seen.timer, input, scene));
  return warned(follow(done, settle(done.timer, scene, false)), scene);
}

/** Why a request makes no sense for a channel in this state; null where it does. */
export function refusalOf(timer: Timer | null, asked: TimerInput["do"], { status, enabled }: Scene): string | null {
  if (status === "stopped") return "The channel is stopped.";
  const state = timer?.state ?? "idle";
  if (state === "ending" && asked !== "cancel") return "The channel is being stopped already.";
  const counts =
    state === "armed" || state === "suspended" || (timer?.state === "paused" && timer.remainingMs !== null);
  if (asked === "extend" && !counts) return "Nothing counts down that could be put off.";
  if (asked === "cancel" && !counts && state !== "held" && state !== "ending")
    return "Nothing counts down that could be cancelled.";
  if (asked === "pause" && !enabled) return "Auto-end of this channel is switched off.";
  if (asked === "resume" && state !== "paused") return "Auto-end of this channel is not paused.";
  return null;
}

/** The clock was set back: what counted counts anew rather than for hours. */
function rebased(timer: Timer | null, now: number): Timer | null {
  if (timer?.state !== "armed" && timer?.state !== "ending") return timer;
  if (timer.armedAt <= now + LATE_MS) return timer;
  return { ...timer, armedAt: now, deadline: now + (timer.deadline - timer.armedAt) };
}

const known = ({ status, listeners }: Scene): number | null => (status === "unknown" ? null : listeners);

/** What the channel itself makes of its timer, whatever else is asked. */
function settle(timer: Timer | null, scene: Scene, restarted: boolean): Step {
  if (timer && scene.status === "stopped") return left(timer, "channel_stopped");
  if (timer && restarted) {
    const gone = left(timer, "restarted");
    return follow(gone, settle(null, scene, false));
  }
  const listeners = known(scene);
  switch (timer?.state) {
    case undefined:
      return mayArm(scene) ? armed(scene) : stays(null);
    case "armed":
    case "suspended":
      return settleCounting(timer, scene);
    case "paused":
      if (!scene.enabled) return left(timer, "switched_off");
      return stays(pausedWhile(timer, { isHeard: (listeners ?? 0) > 0, isPaused: scene.status === "paused" }));
    case "held":
      if (!scene.enabled) return stays(null);
      if (timer.hadListener && mayArm(scene)) return armed(scene);
      return stays((listeners ?? 0) > 0 ? { ...timer, hadListener: true } : timer);
    case "ending":
      return !timer.wanted && (listeners ?? 0) > 0 ? calledOff(null, "listener_joined") : stays(timer);
  }
}

function pausedWhile(
  timer: Extract<Timer, { state: "paused" }>,
  { isHeard, isPaused }: { isHeard: boolean; isPaused: boolean },
): Timer {
  if (isHeard) return { ...timer, remainingMs: null, held: false };
  return isPaused ? { ...timer, remainingMs: null } : timer;
}

function settleCounting(timer: Extract<Timer, { state: "armed" | "suspended" }>, scene: Scene): Step {
  const listeners = known(scene);
  if (!scene.enabled) return left(timer, "switched_off");
  if (scene.status === "paused") return left(timer, "channel_paused");
  if (listeners !== null && listeners > 0) return left(timer, "listener_joined");
  if (timer.state === "armed" && listeners === null) return stays(suspended(timer, scene.now));
  if (timer.state === "suspended" && listeners === 0) {
    const { now } = scene;
    return stays({ ...counting(now, now + timer.remainingMs), warningsSent: timer.warningsSent });
  }
  return stays(timer);
}

function suspended({ deadline, armedAt, warningsSent }: Armed, now: number): Timer {
  const remainingMs = deadline - now;
  // Nobody may have been told of what passed meanwhile.
  if (remainingMs <= 0) return { state: "suspended", armedAt, remainingMs: GRACE_MS, warningsSent: [] };
  return { state: "suspended", armedAt, remainingMs, warningsSent };
}

function respond(timer: Timer | null, input: TimerInput, scene: Scene): Step {
  switch (input.do) {
    case "look":
      return stays(timer);
    case "tick":
      return passed(timer, scene, input);
    case "cancel":
      return cancelled(timer, scene.now);
    case "extend":
      return extended(timer, input.minutes * MINUTE_MS, scene.now);
    case "pause":
      return paused(timer, scene);
    case "resume":
      return resumed(timer, scene);
    case "end":
      return ended(scene, { reason: input.reason, wanted: true });
  }
}

/** What is due. Whoever was away at the deadline may not have warned, or not have heard who joined: that brings a minute of grace. */
function passed(timer: Timer | null, scene: Scene, looked: { since?: number; lateMs?: number }): Step {
  const { now } = scene;
  const { since = Number.NEGATIVE_INFINITY, lateMs = LATE_MS } = looked;
  if (timer?.state === "ending" && now >= timer.deadline) return unconfirmed(timer, scene);
  if (timer?.state !== "armed" || now < timer.deadline) return stays(timer);
  const isInTime = since <= timer.deadline && now - timer.deadline <= lateMs;
  if (isInTime) return ended(scene, { reason: "no_listeners", wanted: false });
  const deadline = now + GRACE_MS;
  return { timer: counting(now, deadline), effects: [{ effect: "armed", deadline, why: "grace" }] };
}

function unconfirmed(timer: Ending, scene: Scene): Step {
  const { retries, reason } = timer;
  if (retries === 0) {
    const deadline = scene.now + CONFIRM_MS;
    return { timer: { ...timer, retries: 1, deadline }, effects: [{ effect: "repeated", reason }] };
  }
  if (retries === 1) {
    const deadline = Math.max(timer.armedAt + GIVE_UP_MS, scene.now + CONFIRM_MS);
    return { timer: { ...timer, retries: 2, deadline }, effects: [{ effect: "unconfirmed" }] };
  }
  // It still plays to nobody: from the beginning, with warnings.
  return follow({ timer: null, effects: [{ effect: "withdrawn" }] }, settle(null, scene, false));
}

function cancelled(timer: Timer | null, now: number): Step {
  const held: Timer = { state: "held", armedAt: now, hadListener: false };
  if (timer?.state === "ending") return calledOff(held, "cancelled");
  if (timer?.state === "armed" || timer?.state === "suspended" || timer?.state === "paused")
    return { timer: held, effects: [{ effect: "cancelled", reason: "cancelled" }] };
  // Cancelled once more: who listened before does not count.
  return stays(timer?.state === "held" ? { ...timer, hadListener: false } : timer);
}

function extended(timer: Timer | null, moreMs: number, now: number): Step {
  if (timer?.state === "armed") {
    const deadline = Math.max(timer.deadline, now) + moreMs;
    return {
      timer: counting(now, deadline),
      effects: [
        { effect: "cancelled", reason: "extended" },
        { effect: "armed", deadline, why: "extended" },
      ],
    };
  }
  if (timer?.state === "suspended")
    return stays({ ...timer, remainingMs: timer.remainingMs + moreMs, warningsSent: [] });
  if (timer?.state === "paused" && timer.remainingMs !== null)
    return stays({ ...timer, remainingMs: timer.remainingMs + moreMs });
  return stays(timer);
}

function paused(timer: Timer | null, { now }: Scene): Step {
  if (timer?.state === "ending" || timer?.state === "paused") return stays(timer);
  const left =
    timer?.state === "armed" ? timer.deadline - now : timer?.state === "suspended" ? timer.remainingMs : null;
  const remainingMs = left !== null && left <= 0 ? GRACE_MS : left;
  return {
    timer: { state: "paused", armedAt: now, remainingMs, held: timer?.state === "held" && !timer.hadListener },
    effects: left === null ? [] : [{ effect: "cancelled", reason: "paused" }],
  };
}

/** Counts on with what was left; warnings begin anew, since people were told that it does not count. */
function resumed(timer: Timer | null, scene: Scene): Step {
  if (timer?.state !== "paused") return stays(timer);
  const { now } = scene;
  if (timer.held) return stays({ state: "held", armedAt: now, hadListener: false });
  if (timer.remainingMs === null) return settle(null, scene, false);
  if (known(scene) === null)
    return stays({ state: "suspended", armedAt: now, remainingMs: timer.remainingMs, warningsSent: [] });
  const deadline = now + timer.remainingMs;
  return { timer: counting(now, deadline), effects: [{ effect: "armed", deadline, why: "resumed" }] };
}

const ended = ({ now }: Scene, { reason, wanted }: { reason: string; wanted: boolean }): Step => ({
  timer: { state: "ending", armedAt: now, deadline: now + CONFIRM_MS, reason, wanted, retries: 0 },
  effects: [{ effect: "ended", reason, wanted }],
});

/** The nearest warning that is due: of several that were missed one is enough. */
function warned({ timer, effects }: Step, { now, warnings }: Scene): Step {
  if (timer?.state !== "armed" || now >= timer.deadline) return { timer, effects };
  const leftMs = timer.deadline - now;
  const due = Math.min(...warnings.filter((seconds) => leftMs <= 1_000 * seconds));
  if (due >= Math.min(Number.POSITIVE_INFINITY, ...timer.warningsSent)) return { timer, effects };
  const secondsRemaining = Math.max(1, Math.round(leftMs / 1_000));
  return {
    timer: { ...timer, warningsSent: [...timer.warningsSent, due] },
    effects: [...effects, { effect: "warned", deadline: timer.deadline, secondsRemaining }],
  };
}

const mayArm = (scene: Scene): boolean => scene.enabled && isOnAir(scene.status) && scene.listeners === 0;

function armed({ now, timeoutMs }: Scene): Step {
  const deadline = now + timeoutMs;
  return { timer: counting(now, deadline), effects: [{ effect: "armed", deadline, why: "no_listeners" }] };
}

const counting = (now: number, deadline: number): Armed => ({
  state: "armed",
  armedAt: now,
  deadline,
  warningsSent: [],
});

const stays = (timer: Timer | null): Step => ({ timer, effects: [] });

/** The end that was sent is not wanted any more. */
const calledOff = (timer: Timer | null, reason: CancelReason): Step => ({
  timer,
  effects: [{ effect: "withdrawn" }, { effect: "cancelled", reason }],
});

/** What follows when the timer is gone: a countdown is cancelled, a stop is confirmed. */
function left(timer: Timer, reason: CancelReason): Step {
  if (timer.state === "ending") return { timer: null, effects: [{ effect: "withdrawn" }] };
  const counted = timer.state === "armed" || timer.state === "suspended";
  return { timer: null, effects: counted ? [{ effect: "cancelled", reason }] : [] };
}

const follow = (first: Step, { timer, effects }: Step): Step => ({ timer, effects: [...first.effects, ...effects] });
