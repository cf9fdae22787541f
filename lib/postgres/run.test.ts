import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProbeError, type SqlRow, type SqlSession } from "../probe";
import type { PostgresProbe } from "./probe";
import { askSql, nothingToAsk, sqlFor, toNumber, toReading } from "./run";

const [OFF, HIDDEN] = ["The server does not measure it: timing is off", "No database has a limit of its own"] as const;
const probe: PostgresProbe = {
  name: "shop",
  facet: "postgres",
  interval: "collect_interval",
  timeoutMs: 1_000,
  labels: ["database", "state"],
  resetBy: "stats_reset",
  facts: ["version"],
  sql: { 10: "ten", 14: "fourteen", 17: "seventeen" },
  metrics: {
    sessions: { kind: "gauge", unit: "count", help: "Sessions" },
    commits: {
      kind: "counter",
      unit: "count",
      help: "Commits",
      rate: { name: "commits_per_sec", unit: "1/s", help: "" },
    },
    reads: {
      kind: "counter",
      unit: "count",
      help: "Reads",
      stored: true,
      rate: { name: "reads_per_sec", unit: "1/s", help: "" },
    },
    doubled: { kind: "gauge", unit: "count", help: "Derived" },
  },
  derived: { doubled: ({ sessions }) => (sessions == null ? null : sessions * 2) },
  whenNull: { commits: OFF, version: HIDDEN },
};

const read = (rows: SqlRow[], before?: SqlRow[], elapsedSeconds = 10) => {
  const then = before && toReading(probe, before, { before: undefined, elapsedSeconds: 0 }).counters;
  return toReading(probe, rows, { before: then, elapsedSeconds });
};

function sessionOf(version: number, answer: (sql: string) => SqlRow[] | Error): SqlSession & { asked: string[] } {
  const asked: string[] = [];
  return {
    version,
    asked,
    async query(sql) {
      asked.push(sql);
      const given = answer(sql);
      if (given instanceof Error) throw given;
      return given;
    },
  };
}

const refused = (state: string) =>
  new ProbeError("sql", state, { cause: Object.assign(new Error("refused"), { severity: "ERROR", code: state }) });

describe("choice of SQL", () => {
  it.each([
    [9, []],
    [10, ["ten"]],
    [13, ["ten"]],
    [14, ["fourteen", "ten"]],
    [16, ["fourteen", "ten"]],
    [17, ["seventeen", "fourteen", "ten"]],
    [25, ["seventeen", "fourteen", "ten"]],
  ])("version %i may understand %j", (version, expected) => {
    expect(sqlFor(probe, version)).toEqual(expected);
  });

  it("has nothing to ask of a version that is too old, and says so", async () => {
    expect(nothingToAsk(probe, 18)).toBeNull();
    expect(nothingToAsk(probe, 9)).toBe("shop needs PostgreSQL 10 or newer; this server has 9");
    await expect(
      askSql(
        probe,
        sessionOf(9, () => []),
      ),
    ).rejects.toThrow("needs PostgreSQL 10");
  });

  it("asks once, with the newest that the server understands", async () => {
    const session = sessionOf(18, () => [{ sessions: 1 }]);
    expect(await askSql(probe, session)).toEqual([{ sessions: 1 }]);
    expect(session.asked).toEqual(["seventeen"]);
  });

  it("falls back to older SQL where a newer server has lost a column", async () => {
    const session = sessionOf(25, (sql) => (sql === "ten" ? [{ sessions: 1 }] : refused("42703")));
    expect(await askSql(probe, session)).toEqual([{ sessions: 1 }]);
    expect(session.asked).toEqual(["seventeen", "fourteen", "ten"]);
  });

  it("does not ask again after any other refusal, and tells the first where none helps", async () => {
    const denied = sessionOf(18, () => refused("42501"));
    await expect(askSql(probe, denied)).rejects.toThrow("42501");
    expect(denied.asked).toEqual(["seventeen"]);
    const gone = sessionOf(18, (sql) => refused(sql === "seventeen" ? "42703" : "42P01"));
    await expect(askSql(probe, gone)).rejects.toThrow("42703");
  });
});

describe("toNumber", () => {
  it.each([
    [1.5, 1.5],
    ["1e300", null],
    [-1e300, null],
    ["42", 42],
    ["-0.25", -0.25],
    ["9007199254740993", 9007199254740992],
    ["18446744073709551615", 2 ** 64],
    [9007199254740993n, 9007199254740992],
    [true, 1],
    [false, 0],
    [null, null],
    [undefined, null],
    ["", null],
    [" ", null],
    ["NaN", null],
    ["Infinity", null],
    ["1e999", null],
    [Number.NaN, null],
    [Number.NEGATIVE_INFINITY, null],
    ["12 kB", null],
    [[3], null],
    [{}, null],
    [new Date(0), null],
  ])("%s is %s", (value, expected) => {
    expect(toNumber(value)).toBe(expected);
  });
});

describe("toReading", () => {
  const before = [{ database: "a", stats_reset: "t0", commits: 100, reads: 7 }];

  it("gives gauges at once, rates from the second reading on, and a stored counter as well", () => {
    const now = [{ database: "a", stats_reset: "t0", sessions: 3, commits: "150", reads: 7 }];
    expect(read(now).reading.rows).toEqual([
      { labels: { database: "a" }, values: { sessions: 3, reads: 7, doubled: 6 } },
    ]);
    expect(read(now, before).reading.rows).toEqual([
      {
        labels: { database: "a" },
        values: { sessions: 3, commits_per_sec: 5, reads: 7, reads_per_sec: 0, doubled: 6 },
      },
    ]);
  });

  it.each([
    ["the time of the last reset changed", { stats_reset: "t1", commits: 200, reads: 8 }, 10],
    ["it was never reset before", { stats_reset: null, commits: 200, reads: 8 }, 10],
    ["a counter fell", { stats_reset: "t0", commits: 99, reads: 7 }, 10],
    ["another counter of the row fell", { stats_reset: "t0", commits: 200, reads: 0 }, 10],
    ["no time has passed", { stats_reset: "t0", commits: 200, reads: 8 }, 0],
    ["it is another row", { database: "b", stats_reset: "t0", commits: 200, reads: 8 }, 10],
  ])("gives no rate when %s", (_, row, elapsed) => {
    const { rows } = read([{ database: "a", ...row }], before, elapsed).reading;
    expect(rows[0]?.values).toEqual({ reads: row.reads });
  });

  it("gives no rate that is beyond every double", () => {
    const { rows } = read([{ database: "a", commits: 1.5e308 }], [{ database: "a", commits: -1.5e308 }]).reading;
    expect(rows).toEqual([]);
  });

  it("gives a rate again in the reading after a reset", () => {
    const first = read([{ database: "a", stats_reset: "t1", commits: 5 }], before).counters;
    const rows = [{ database: "a", stats_reset: "t1", commits: 25 }];
    const { reading } = toReading(probe, rows, { before: first, elapsedSeconds: 10 });
    expect(reading.rows).toEqual([{ labels: { database: "a" }, values: { commits_per_sec: 2 } }]);
  });

  it("keeps each counter's raw value with its labels", () => {
    expect([...read(before).counters.values()]).toEqual([
      { labels: { database: "a" }, reset: "t0", values: { commits: 100, reads: 7 } },
    ]);
  });

  it("takes rows with different labels: a NULL label is absent, a NULL value no sample, an empty row nothing", () => {
    const { rows } = read([
      { database: null, state: "idle", sessions: 2 },
      { database: "__proto__", state: null, sessions: 0 },
      { database: "a", state: null, sessions: null },
      { sessions: 9 },
    ]).reading;
    expect(rows).toEqual([
      { labels: { state: "idle" }, values: { sessions: 2, doubled: 4 } },
      { labels: { database: "__proto__" }, values: { sessions: 0, doubled: 0 } },
      { labels: {}, values: { sessions: 9, doubled: 18 } },
    ]);
  });

  it("says why a value is missing", () => {
    const { unavailable } = read([
      { database: "a", sessions: 1, commits: null, version: null },
      { database: 'b"', sessions: null, commits: null, version: null, unavailable: "Dropped" },
    ]).reading;
    expect(unavailable).toEqual({
      commits_per_sec: OFF,
      reads_per_sec: "This version of PostgreSQL does not tell it",
      version: HIDDEN,
      'sessions{database="b\\""}': "Dropped",
      'commits{database="b\\""}': "Dropped",
    });
  });

  it("keeps declared facts only", () => {
    const { facts } = read([{ version: null }, { version: "18.4", secret: "x" }]).reading;
    expect(facts).toEqual({ version: "18.4" });
  });

  it("adds what is gathered from all rows to facts and reasons", () => {
    const gathering: PostgresProbe = {
      ...probe,
      gather: {
        columns: ["oid"],
        from: (rows) => ({ facts: { oids: rows.map((row) => row.oid) }, unavailable: { database: HIDDEN } }),
      },
    };
    const { reading } = toReading(gathering, [{ version: "18", commits: null, oid: 1 }, { oid: 2 }], {
      before: undefined,
      elapsedSeconds: 0,
    });
    expect(reading.facts).toEqual({ version: "18", oids: [1, 2] });
    expect(reading.unavailable).toMatchObject({ database: HIDDEN, commits_per_sec: OFF });
  });

  it("never throws and never gives NaN, an infinity or a negative rate, whatever the rows hold", () => {
    const column = fc.constantFrom(
      "database",
      "state",
      "sessions",
      "commits",
      "reads",
      "stats_reset",
      "version",
      "__proto__",
    );
    const value = fc.oneof(fc.anything(), fc.double(), fc.bigInt(), fc.maxSafeInteger().map(String), fc.constant(null));
    const rows = fc.array(fc.dictionary(column, value), { maxLength: 6 });
    fc.assert(
      fc.property(rows, rows, fc.double(), (now, then, elapsed) => {
        const { reading } = read(now, then, elapsed);
        for (const { values } of reading.rows) {
          expect(Object.values(values).every(Number.isFinite)).toBe(true);
          expect(values.commits_per_sec ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

it("a server that makes names up fills neither our disk nor a page", () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => ({ database: `${i}${"x".repeat(1_000)}`, sessions: i }));
  const { reading, counters } = read(rows);
  expect(reading.rows).toHaveLength(8_192);
  expect(reading.rows.every(({ labels }) => labels.database?.length === 256)).toBe(true);
  expect(reading.unavailable?.rows).toContain("Only the first 16384 values");
  expect(counters.size).toBe(0);
});

it("reasons of rows are few and short", () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({
    database: `d${i}`,
    sessions: null,
    unavailable: "x".repeat(5_000),
  }));
  const reasons = Object.entries(read(rows).reading.unavailable ?? {}).filter(([name]) => name.startsWith("sessions{"));
  expect(reasons).toHaveLength(1_000);
  expect(reasons.every(([, reason]) => reason.length === 500)).toBe(true);
});

describe("totals", () => {
  const summed: PostgresProbe = {
    ...probe,
    totals: { all_sessions: "sessions", all_commits_per_sec: "commits_per_sec" },
  };
  const a = { database: "a", sessions: 1, commits: 100, stats_reset: "x" };
  const b = { database: "b", sessions: 2, commits: 50, stats_reset: "y" };
  const later = (row: SqlRow, commits: number): SqlRow => ({ ...row, commits: Number(row.commits) + commits });
  const total = (rows: SqlRow[], before?: SqlRow[]) => {
    const then = before && toReading(summed, before, { before: undefined, elapsedSeconds: 0 }).counters;
    const { reading } = toReading(summed, rows, { before: then, elapsedSeconds: 10 });
    return reading.rows.find(({ labels }) => Object.keys(labels).length === 0)?.values;
  };

  it.each([
    ["sums up rates and gauges", [later(a, 10), later(b, 20)], [a, b], { all_sessions: 3, all_commits_per_sec: 3 }],
    ["has no rate in a first reading", [a, b], undefined, { all_sessions: 3 }],
    ["takes a new row from its second reading on", [later(a, 10), b], [a], { all_sessions: 3, all_commits_per_sec: 1 }],
    ["goes on without a row that is gone", [later(a, 10)], [a, b], { all_sessions: 1, all_commits_per_sec: 1 }],
    ["has a gap where one row was reset", [later(a, 10), { ...b, stats_reset: "z" }], [a, b], undefined],
    ["has a gap where a counter fell", [later(a, 10), later(b, -1)], [a, b], undefined],
    ["has nothing of no rows", [], [a, b], undefined],
  ])("%s", (_, rows, before, expected) => {
    expect(total(rows, before)).toEqual(expected);
  });
});
