import { describe, expect, it } from "vitest";
import { type CriteriaBase, draftOf, readDraft, readProblems } from "./criteria-draft";

const base: CriteriaBase = {
  static_days: { min: 1, max: 90, initial: 30, locked: null },
  inactive_days: { min: 1, max: 365, initial: 30, locked: null },
  low_connections: { min: 1, max: 20, initial: 2, locked: null },
};
const criteria = { static_days: 30, inactive_days: 60, low_connections: 2 };

describe("readDraft", () => {
  it("reads back what it was made of", () => {
    expect(readDraft(draftOf(criteria), base)).toEqual({ criteria });
  });

  it.each(["", "0", "91", "1.5", "-3", "1e1", "ten", "0x10"])("names the field that holds %j", (static_days) => {
    expect(readDraft({ ...draftOf(criteria), static_days }, base)).toEqual({ problems: { static_days: "range" } });
  });

  it("takes both ends of a range, and blanks around a number", () => {
    const draft = { static_days: " 90 ", inactive_days: "365", low_connections: "1" };
    expect(readDraft(draft, base)).toEqual({
      criteria: { static_days: 90, inactive_days: 365, low_connections: 1 },
    });
  });
});

describe("readProblems", () => {
  it.each([
    [{ path: "static_days", message: "From 1 to 90 days" }, { static_days: "other" }],
    [{ path: "inactive_days", message: "", rule: "range" }, { inactive_days: "range" }],
    [{ path: "low_connections", message: "", rule: "locked" }, { low_connections: "locked" }],
    [{ path: "elsewhere", message: "" }, {}],
  ])("%j is %j", (field, expected) => {
    expect(readProblems([field])).toEqual(expected);
  });
});
