// What an event says, from its details: the key of a sentence with its values. Pure.
import type { ActivityEvent } from "@/lib/activity/schema";

/** Values of `activity.text.<key>`; each that is a name is a whole word of the sentence. */
interface Sentence {
  key: string;
  values: Record<string, string | number>;
}

type Maker = (event: ActivityEvent) => Record<string, string | number | null> | null;

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
const targetOf = ({ target }: ActivityEvent) => target?.name || null;

/** What stands behind the first colon, with it. */
function reasonOf({ message }: ActivityEvent): string {
  const at = message.indexOf(": ");
  return at < 0 ? "" : message.slice(at);
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

const ofSession: Maker = (event) => ({
  ...{ actor: event.actor, target: targetOf(event), pid: text(String(event.details.pid)) },
  ...{ user: text(event.details.user), database: text(event.details.database) },
});

/** Only of those that tell their words: `alert`, and while it fires `summary`. */
const ofAlert: Maker = (event) => {
  const summary = text(event.details.summary);
  const target = targetOf(event) ?? "";
  return {
    alert: text(event.details.alert),
    target,
    placed: target ? "yes" : "no",
    reason: summary ? `: ${summary}` : "",
  };
};

/** Why a channel stopped: a word of ours, or what a person or a streamer gave. */
const ofStop: Maker = (event) => {
  const reason = text(event.details.reason) ?? "";
  const why = reason === "" ? "none" : reason === "no_listeners" ? reason : "given";
  return { target: targetOf(event), why, reason };
};

/** What auto-end did to a channel, and why; until when people may still join it. */
const ofAutoEnd: Maker = (event) => {
  const { event: what, why, reason, deadline } = event.details;
  const until = text(deadline)?.slice(11, 19);
  return {
    event: text(what),
    target: targetOf(event),
    why: text(what === "armed" ? why : reason),
    until: what === "armed" ? (until ? `${until} UTC` : null) : "",
  };
};

const byActor: Maker = (event) => ({ actor: event.actor, target: targetOf(event) });

const MAKERS: Readonly<Record<string, Maker>> = {
  server_down: (event) => ({ target: targetOf(event), reason: reasonOf(event) }),
  server_up: (event) => ({ target: targetOf(event) }),
  server_added: byActor,
  server_removed: byActor,
  server_paused: byActor,
  server_resumed: byActor,
  session_cancelled: ofSession,
  session_ended: ofSession,
  alert_fired: ofAlert,
  alert_resolved: ofAlert,
  stream_started: (event) => ({ target: targetOf(event) }),
  stream_stopped: ofStop,
  auto_end: ofAutoEnd,
  user_login: ({ actor }) => ({ actor }),
  user_registered: (event) => ({ target: targetOf(event) }),
  user_approved: byActor,
  user_rejected: byActor,
  history_cleanup: ({ actor, details }) => ({
    actor,
    deleted: number(details.deleted_count),
    reduced: number(details.downsampled_count),
  }),
  samples_lost: ({ details }) => ({ lost: number(details.samples_lost), kept: number(details.samples_kept) }),
  database_back: ({ details }) => ({ seconds: number(details.away_seconds), kept: number(details.samples_kept) }),
};

/** The sentence, or null where an event's own message has to do: an unknown kind, or details that are not there. */
export function sentenceOf(event: ActivityEvent): Sentence | null {
  const values = Object.hasOwn(MAKERS, event.type) ? MAKERS[event.type]?.(event) : null;
  if (!values || Object.values(values).includes(null)) return null;
  return { key: event.type, values: values as Sentence["values"] };
}

/** A setting before and after; null for what one word does not say. */
export interface ChangedSetting {
  key: string;
  before: string | number | boolean | null;
  after: string | number | boolean | null;
}

/** Which settings an event changed. */
export function changesOf({ type, details }: ActivityEvent): ChangedSetting[] {
  if (type !== "settings_changed") return [];
  const plain = (value: unknown) =>
    typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
  return Object.entries(details).map(([key, diff]) => {
    const { old, new: after } = (diff ?? {}) as { old?: unknown; new?: unknown };
    return { key, before: plain(old), after: plain(after) };
  });
}
