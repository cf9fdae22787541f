import { describe, expect, it } from "vitest";
import { type ActivityQuery, readQuery } from "./address";
import { arrange, countStates, countValues, longest } from "./arrange";
import { rowsOf } from "./rows";
import { session } from "./session.fixture";

const NOW = 1_000_000;
const idle = { state: "idle", xact_start: null, xact_age_s: null, query_age_s: 900 };
const rows = rowsOf(
  [
    session(1, { xact_age_s: 60, query_age_s: 50, usename: "migrator", blocked_by: [2], wait_event_type: "Lock" }),
    session(2, { xact_age_s: 90, query_age_s: 80, state: "idle in transaction", datname: "billing" }),
    session(3, { xact_start: null, xact_age_s: null, query_age_s: 30, client_addr: "10.0.0.9", query: "COPY Events" }),
    session(4, { ...idle, client_addr: "10.0.0.10", application_name: "Grafana" }),
    session(5, { own: true, xact_age_s: 500, query_age_s: 500 }),
    session(6, {
      ...idle,
      query_age_s: null,
      state: null,
      usename: null,
      datname: null,
      query: null,
      client_addr: null,
    }),
  ],
  NOW,
);
const usual = readQuery(new URLSearchParams());
const pids = (query: Partial<ActivityQuery>) => arrange(rows, { ...usual, ...query }, NOW).map(({ pid }) => pid);

describe("arrange", () => {
  it.each<[string, Partial<ActivityQuery>, number[]]>([
    ["the oldest transaction first, without Dozor's own", {}, [2, 1, 3, 4, 6]],
    ["with Dozor's own", { own: true }, [5, 2, 1, 3, 4, 6]],
    ["not idle", { state: "busy" }, [2, 1, 3, 6]],
    ["active", { state: "active" }, [1, 3]],
    ["waiting", { state: "waiting" }, [1]],
    ["idle in transaction", { state: "in_transaction" }, [2]],
    ["idle", { state: "idle" }, [4]],
    ["of another state, or of none that is told", { state: "other" }, [6]],
    ["of a database", { database: "billing" }, [2]],
    ["of a user", { user: "migrator" }, [1]],
    ["a transaction or a statement of 30 s at least", { age: 30 }, [2, 1, 3]],
    ["of a minute at least", { age: 60 }, [2, 1]],
    ["with the text anywhere, in any case", { search: "cOpY ev" }, [3]],
    ["with the text in another column", { search: "grafana" }, [4]],
    ["with a pid", { search: "6" }, [6]],
    ["by pid", { sort: "pid", down: false }, [1, 2, 3, 4, 6]],
    ["by client, numbers as numbers, the unknown last", { sort: "client", down: false }, [3, 4, 1, 2, 6]],
    ["the other way round, the unknown last still", { sort: "client", down: true }, [1, 2, 4, 3, 6]],
    ["who waits first", { sort: "state", down: false }, [1, 3, 4, 2, 6]],
    ["by blocker", { sort: "blocked_by", down: false }, [1, 2, 3, 4, 6]],
    ["the longest query first, idle ones last", { sort: "query", down: true }, [2, 1, 3, 4, 6]],
  ])("%s", (_, query, expected) => {
    expect(pids(query)).toEqual(expected);
  });

  it("goes by the transactions' ages at the answer, not by those of an older row that is kept", () => {
    const before = rowsOf([session(1)], NOW);
    const after = rowsOf([session(1, { xact_age_s: 70, query_age_s: 63 })], NOW + 60_000, before);
    expect(after[0]).toBe(before[0]);
    expect(arrange(after, { ...usual, age: 60 }, NOW + 60_000)).toHaveLength(1);
  });
});

describe("counts", () => {
  it("counts states, a session in each that it is of", () => {
    expect(countStates(rows)).toEqual({ busy: 5, active: 3, waiting: 1, in_transaction: 1, idle: 1, other: 1 });
  });

  it("keeps a chosen value to choose from though nobody has it now", () => {
    expect(countValues(rows, "datname", "gone")).toEqual([
      { value: "billing", count: 1 },
      { value: "gone", count: 0 },
      { value: "orders", count: 4 },
    ]);
  });

  it("finds the longest, Dozor's own aside, and only queries that run", () => {
    expect(longest(rows, "transaction")?.pid).toBe(2);
    expect(longest(rows, "query")?.pid).toBe(1);
    expect(longest([], "query")).toBeNull();
  });
});
