// Which sessions show, in which order, and what there is to count.
import type { ActivityQuery, Sort, StateFilter } from "./address";
import type { SessionRow } from "./rows";

/** Whether it waits for a lock that others hold. */
export const waitsForLock = ({ blocked_by, wait_event_type }: SessionRow): boolean =>
  blocked_by.length > 0 || wait_event_type === "Lock";

/** Whether it holds a transaction open and does nothing. */
export const isIdleInTransaction = ({ state }: SessionRow): boolean =>
  state?.startsWith("idle in transaction") === true;

const isOf: Record<StateFilter, (session: SessionRow) => boolean> = {
  busy: ({ state }) => state !== "idle",
  active: ({ state }) => state === "active",
  waiting: waitsForLock,
  in_transaction: isIdleInTransaction,
  idle: ({ state }) => state === "idle",
  other: (session) => session.state !== "active" && session.state !== "idle" && !isIdleInTransaction(session),
};

/** Since when it holds a transaction open, or runs a statement outside of one; null for a session that does neither. */
const busySince = ({ state, xactSince, querySince }: SessionRow): number | null =>
  xactSince ?? (state === "active" ? querySince : null);

/** What is written in the column, for sorting; ages by the start, which does not move. */
const VALUES: Record<Sort, (session: SessionRow) => string | number | null> = {
  pid: ({ pid }) => pid,
  user: ({ usename }) => usename,
  database: ({ datname }) => datname,
  application: ({ application_name }) => application_name,
  client: ({ client_addr }) => client_addr,
  state: (session) => (waitsForLock(session) ? "" : session.state),
  wait: ({ wait_event_type, wait_event }) => wait_event_type && `${wait_event_type} ${wait_event}`,
  transaction: ({ xactSince }) => xactSince && -xactSince,
  query: ({ querySince }) => querySince && -querySince,
  blocked_by: ({ blocked_by }) => blocked_by[0] ?? null,
  text: ({ query }) => query,
};

/**
 * The sessions that fit, sorted; what has no value in the column comes last in either direction.
 * @param asOf when the server told them, by the browser's clock (ms)
 */
export function arrange(sessions: readonly SessionRow[], query: ActivityQuery, asOf: number): SessionRow[] {
  const words = query.search.toLowerCase();
  const kept = sessions.filter(
    (session) => fits(session, query, asOf) && (words === "" || textOf(session).includes(words)),
  );
  const order = new Intl.Collator("en", { numeric: true }).compare;
  const value = VALUES[query.sort];
  const compared = (a: SessionRow, b: SessionRow): number => {
    const [left, right] = [value(a), value(b)];
    if (left === right) return 0;
    if (left === null) return 1;
    if (right === null) return -1;
    const way = typeof left === "number" && typeof right === "number" ? left - right : order(`${left}`, `${right}`);
    return query.down ? -way : way;
  };
  return kept.sort((a, b) => compared(a, b) || a.pid - b.pid);
}

function fits(session: SessionRow, query: ActivityQuery, asOf: number): boolean {
  if (session.own && !query.own) return false;
  if (query.state !== null && !isOf[query.state](session)) return false;
  if (query.database !== null && session.datname !== query.database) return false;
  if (query.user !== null && session.usename !== query.user) return false;
  return query.age === 0 || asOf - (busySince(session) ?? asOf) >= query.age * 1_000;
}

function textOf(session: SessionRow): string {
  const { pid, usename, datname, application_name, client_addr, wait_event_type, wait_event, query } = session;
  return [pid, usename, datname, application_name, client_addr, wait_event_type, wait_event, query]
    .filter((part) => part !== null)
    .join("\n")
    .toLowerCase();
}

/** How many sessions are of each kind. */
export function countStates(sessions: readonly SessionRow[]): Record<StateFilter, number> {
  const count = (state: StateFilter) => sessions.filter(isOf[state]).length;
  return {
    ...{ busy: count("busy"), active: count("active"), waiting: count("waiting") },
    ...{ in_transaction: count("in_transaction"), idle: count("idle"), other: count("other") },
  };
}

/** The values of a column with their counts, by name; the chosen one is there even if no session has it now. */
export function countValues(
  sessions: readonly SessionRow[],
  column: "datname" | "usename",
  chosen: string | null,
): { value: string; count: number }[] {
  const counts = new Map<string, number>(chosen === null ? [] : [[chosen, 0]]);
  for (const { [column]: value } of sessions) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => a.value.localeCompare(b.value, "en"));
}

/** The session with the oldest transaction, or the one whose statement runs longest; Dozor's own do not count. */
export function longest(sessions: readonly SessionRow[], of: "transaction" | "query"): SessionRow | null {
  const since = ({ own, state, xactSince, querySince }: SessionRow): number => {
    const its = of === "transaction" ? xactSince : state === "active" ? querySince : null;
    return own ? Number.POSITIVE_INFINITY : (its ?? Number.POSITIVE_INFINITY);
  };
  let found: SessionRow | null = null;
  for (const session of sessions) {
    if (since(session) < (found ? since(found) : Number.POSITIVE_INFINITY)) found = session;
  }
  return found;
}
