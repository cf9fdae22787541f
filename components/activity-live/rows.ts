// Sessions as rows that stay what they are from answer to answer, so that only what changed is drawn anew.
import type { LiveSession } from "@/lib/fleet/sessions-schema";

/** What grows with each answer though nothing changes. */
type Ages = "xact_age_s" | "query_age_s" | "state_age_s";

export interface SessionRow extends Omit<LiveSession, Ages> {
  /** A pid is used again, a pid with its start is not. */
  key: string;
  /** By the browser's clock (ms): ages count on from here. Null without a transaction. */
  xactSince: number | null;
  /** Null for an idle session, too: its last statement is over. */
  querySince: number | null;
}

/** Answers come a little early or late; nobody's age jumps for that. */
const JITTER_MS = 1_000;
/**
 * The rows of an answer; those in which nothing changed are the objects of `before`.
 * @param asked when the server told it, by the browser's clock (ms)
 */
export function rowsOf(
  sessions: readonly LiveSession[],
  asked: number,
  before: readonly SessionRow[] = [],
): SessionRow[] {
  const known = new Map(before.map((row) => [row.key, row]));
  return sessions.map(({ xact_age_s, query_age_s, state_age_s: _, ...session }) => {
    const key = `${session.pid}@${session.backend_start ?? ""}`;
    const since = (age: number | null) => (age === null ? null : asked - age * 1_000);
    const old = known.get(key);
    const queryAge = session.state === "idle" ? null : query_age_s;
    const row = {
      ...session,
      key,
      xactSince: steady(since(xact_age_s), old?.xact_start === session.xact_start ? old.xactSince : null),
      querySince: steady(since(queryAge), old?.query_start === session.query_start ? old.querySince : null),
    };
    return old && isSame(old, row) ? old : row;
  });
}

const steady = (now: number | null, before: number | null): number | null =>
  now !== null && before !== null && Math.abs(now - before) < JITTER_MS ? before : now;

function isSame(a: SessionRow, b: SessionRow): boolean {
  return (Object.keys(b) as (keyof SessionRow)[]).every((field) =>
    field === "blocked_by" ? a.blocked_by.join() === b.blocked_by.join() : a[field] === b[field],
  );
}

/** `Lock: relation`. */
export const waitOf = ({ wait_event_type, wait_event }: SessionRow): string | null =>
  wait_event_type && `${wait_event_type}: ${wait_event ?? ""}`;

/** As much of a query as one line can show. */
const LINE = 300;

/** The beginning of a query in one line. */
export const oneLine = (query: string): string =>
  query
    .slice(0, 2 * LINE)
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LINE);
