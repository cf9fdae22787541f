import { describe, expect, it } from "vitest";
import { oneLine, rowsOf } from "./rows";
import { session } from "./session.fixture";

describe("rowsOf", () => {
  it("counts ages from the moment of the answer", () => {
    const [row] = rowsOf([session(1)], 100_000);
    expect(row).toMatchObject({ key: "1@2026-11-20T10:00:00.123456Z", xactSince: 90_000, querySince: 97_000 });
  });

  it.each([
    ["without a transaction", { xact_age_s: null }, { xactSince: null, querySince: 97_000 }],
    ["idle: its last statement is over", { state: "idle", xact_age_s: null }, { xactSince: null, querySince: null }],
  ])("%s", (_, given, expected) => {
    expect(rowsOf([session(1, given)], 100_000)[0]).toMatchObject(expected);
  });

  it("leaves a row the same object while only its ages grow, even if the answer comes a little late", () => {
    const before = rowsOf([session(1), session(2)], 100_000);
    const older = { xact_age_s: 12, query_age_s: 5, state_age_s: 5 };
    const after = rowsOf([session(2, { ...older, query: "select 2" }), session(1, older)], 102_400, before);
    expect(after[1]).toBe(before[0]);
    expect(after[0]).not.toBe(before[1]);
    expect(after[0]).toMatchObject({ query: "select 2", xactSince: 90_000 });
  });

  it.each([
    ["another statement", { query_start: "2026-11-20T11:59:59.000000Z", query_age_s: 1 }, { querySince: 99_000 }],
    ["another blocker", { blocked_by: [7] }, { blocked_by: [7] }],
    ["a pid that is used again", { backend_start: "2026-11-20T11:59:00.000000Z" }, { pid: 1 }],
    ["a clock that was set", { xact_age_s: 100 }, { xactSince: 0 }],
  ])("makes another of %s", (_, given, expected) => {
    const before = rowsOf([session(1)], 100_000);
    const [after] = rowsOf([session(1, given)], 100_000, before);
    expect(after).not.toBe(before[0]);
    expect(after).toMatchObject(expected);
  });
});

describe("oneLine", () => {
  it("shows the beginning of a query without its breaks", () => {
    expect(oneLine("\n  select 1,\n\t2")).toBe("select 1, 2");
    expect(oneLine(`select ${"x".repeat(2_000)}`)).toHaveLength(300);
  });
});
