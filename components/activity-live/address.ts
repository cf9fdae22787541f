// What the page of sessions shows, as its address says it.
import { SESSION_INTERVALS, type SessionInterval } from "@/lib/fleet/sessions-schema";

/** Kinds of state to choose from; a session may be of several. */
export const STATE_FILTERS = ["busy", "active", "waiting", "in_transaction", "idle", "other"] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

const NAMES = ["pid", "user", "database", "application", "client", "state"] as const;
const REST = ["wait", "transaction", "query", "blocked_by", "text"] as const;
/** The columns, by which the table can be sorted. */
export const SORTS = [...NAMES, ...REST];
export type Sort = (typeof SORTS)[number];

/** Least ages to choose from, in seconds. */
export const LEAST_AGES = [1, 5, 30, 60, 300, 3_600] as const;

export interface ActivityQuery {
  /** Seconds between two answers; 0: paused. */
  every: SessionInterval | 0;
  state: StateFilter | null;
  database: string | null;
  user: string | null;
  /** Least age in seconds of the transaction, or of a statement outside of one; 0 for any. */
  age: number;
  search: string;
  /** Whether Dozor's own sessions are listed. */
  own: boolean;
  sort: Sort;
  down: boolean;
}

const USUAL: ActivityQuery = {
  ...{ every: 2, state: null, database: null, user: null, age: 0, search: "", own: false },
  ...{ sort: "transaction", down: true },
};

/** The table as it is without filters. */
export const UNFILTERED = { state: null, database: null, user: null, age: 0, search: "" } as const;

/** Reads the address; what cannot be read is as if it were not there. */
export function readQuery(parameters: URLSearchParams): ActivityQuery {
  const text = (name: string) => parameters.get(name) ?? "";
  const sort = SORTS.find((one) => one === text("sort").replace(/^-/, ""));
  return {
    every: text("every") === "0" ? 0 : (SESSION_INTERVALS.find((one) => String(one) === text("every")) ?? USUAL.every),
    state: STATE_FILTERS.find((state) => state === text("state")) ?? null,
    database: text("database") || null,
    user: text("user") || null,
    age: LEAST_AGES.find((age) => String(age) === text("age")) ?? 0,
    search: text("q").trim(),
    own: text("own") === "1",
    sort: sort ?? USUAL.sort,
    down: sort ? text("sort").startsWith("-") : USUAL.down,
  };
}

/** The address' query with some of it changed; what the page does not know of stays. */
export function changedAddress(parameters: URLSearchParams, changes: Partial<ActivityQuery>): string {
  const query = { ...readQuery(parameters), ...changes };
  const next = new URLSearchParams(parameters);
  const usualSort = query.sort === USUAL.sort && query.down === USUAL.down;
  const written = {
    every: query.every === USUAL.every ? null : String(query.every),
    state: query.state,
    database: query.database,
    user: query.user,
    age: query.age === 0 ? null : String(query.age),
    q: query.search || null,
    own: query.own ? "1" : null,
    sort: usualSort ? null : `${query.down ? "-" : ""}${query.sort}`,
  };
  for (const [name, value] of Object.entries(written)) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  return next.toString();
}
