// Auto-end in the activity feed.
import type { ActivityEntry } from "../../activity/append";
import type { CancelReason, Effect } from "./timer";

type Told = Pick<ActivityEntry, "type" | "severity" | "message" | "details">;

const BECAUSE: Readonly<Record<CancelReason, string>> = {
  listener_joined: "a listener joined",
  cancelled: "cancelled",
  paused: "paused",
  extended: "put off",
  channel_paused: "the channel was paused",
  channel_stopped: "the channel stopped",
  restarted: "the channel was started anew",
  switched_off: "auto-end was switched off",
};

const ARMED: Readonly<Record<Extract<Effect, { effect: "armed" }>["why"], string>> = {
  no_listeners: "Nobody listens to",
  resumed: "Auto-end goes on for",
  extended: "Auto-end was put off for",
  grace: "Dozor was away when the time was up for",
};

/**
 * The event of an effect, if people are to know of it.
 * @param login whoever wanted it
 */
export function eventOf(effect: Effect, name: string, login: string | null): Told | null {
  const by = login === null ? "" : ` by ${login}`;
  switch (effect.effect) {
    case "armed": {
      const deadline = new Date(effect.deadline).toISOString();
      return {
        ...{ type: "auto_end", severity: "info", details: { event: "armed", why: effect.why, deadline } },
        message: `${ARMED[effect.why]} ${name}: it ends at ${deadline.slice(11, 19)} UTC unless somebody joins`,
      };
    }
    case "cancelled":
      return {
        ...{ type: "auto_end", severity: "info", details: { event: "cancelled", reason: effect.reason } },
        message: `Auto-end of ${name} was called off: ${BECAUSE[effect.reason]}${by}`,
      };
    case "ended":
      return {
        ...{ type: "auto_end", severity: effect.wanted ? "info" : "warning" },
        details: { event: "ended", reason: effect.reason },
        message: effect.wanted
          ? `${name} is being stopped${by}: ${effect.reason}`
          : `${name} is being stopped, since nobody listens`,
      };
    case "unconfirmed":
      return {
        ...{ type: "stream_error", severity: "error", details: { event: "stop_unconfirmed" } },
        message: `${name} was told to stop twice and goes on`,
      };
    default:
      return null;
  }
}

/** Under which reason `dozor_auto_end_events_total` counts an effect. */
export function countedAs(effect: Effect): string | null {
  switch (effect.effect) {
    case "armed":
      return "armed";
    case "cancelled":
      return effect.reason;
    case "ended":
      return effect.wanted ? "ended_now" : "no_listeners";
    case "unconfirmed":
      return "unconfirmed";
    default:
      return null;
  }
}
