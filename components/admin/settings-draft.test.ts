import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changesOf,
  countEdits,
  draftOf,
  type FormValues,
  keepsLess,
  problemsOf,
  readProblems,
  valuesOf,
} from "./settings-draft";

const SAVED: FormValues = {
  sampling_interval_seconds: 5,
  downsample_after_days: 7,
  retention_days: 30,
  retention_months: 12,
  cleanup_interval_minutes: 60,
  archive_enabled: true,
  cleanup_enabled: true,
  downsample_interval: "1m",
};
const RANGES = {
  sampling_interval_seconds: { min: 1, max: 60 },
  downsample_after_days: { min: 0, max: 3_650 },
  retention_days: { min: 1, max: 3_650 },
  retention_months: { min: 1, max: 120 },
  cleanup_interval_minutes: { min: 1, max: 10_080 },
};
const BASE = { values: SAVED, ranges: RANGES };
const DRAFT = draftOf(SAVED);

describe("problemsOf", () => {
  it.each(["", "x", "0", "61", "1.5", "-1", "1e3", "99999999999"])("refuses %j seconds, with the range", (text) => {
    expect(problemsOf({ ...DRAFT, sampling_interval_seconds: text }, RANGES)).toEqual({
      sampling_interval_seconds: { rule: "range", min: 1, max: 60 },
    });
  });

  it("holds reducing within the retention, once both are numbers", () => {
    const above = { downsample_after_days: { rule: "above_retention", max: 6 } };
    expect(problemsOf({ ...DRAFT, retention_days: "6" }, RANGES)).toEqual(above);
    expect(problemsOf({ ...DRAFT, retention_days: "7" }, RANGES)).toEqual({});
    expect(Object.keys(problemsOf({ ...DRAFT, retention_days: "" }, RANGES))).toEqual(["retention_days"]);
  });
});

describe("changesOf", () => {
  it("is what differs, as numbers; what is no number yet stays as saved", () => {
    const draft = { ...DRAFT, retention_days: " 40 ", retention_months: "", archive_enabled: false };
    expect(changesOf(draft, BASE)).toEqual({ retention_days: 40, archive_enabled: false });
    expect(valuesOf(draft, BASE).retention_months).toBe(12);
    expect(countEdits(draft, SAVED)).toBe(3);
  });

  it("is empty for what is saved, and leads there from anywhere", () => {
    const values = fc.record({
      sampling_interval_seconds: fc.integer({ min: 1, max: 60 }),
      downsample_after_days: fc.integer({ min: 0, max: 3_650 }),
      retention_days: fc.integer({ min: 1, max: 3_650 }),
      retention_months: fc.integer({ min: 1, max: 120 }),
      cleanup_interval_minutes: fc.integer({ min: 1, max: 10_080 }),
      archive_enabled: fc.boolean(),
      cleanup_enabled: fc.boolean(),
      downsample_interval: fc.constantFrom("5s" as const, "1m" as const, "5m" as const, "1h" as const),
    });
    fc.assert(
      fc.property(values, values, (from, to) => {
        expect(changesOf(draftOf(from), { values: from, ranges: RANGES })).toEqual({});
        expect({ ...from, ...changesOf(draftOf(to), { values: from, ranges: RANGES }) }).toEqual(to);
      }),
    );
  });
});

describe("keepsLess", () => {
  it.each<[Partial<FormValues>, boolean]>([
    [{}, false],
    [{ retention_days: 29 }, true],
    [{ retention_days: 31 }, false],
    [{ retention_months: 11, retention_days: 60 }, true],
    [{ downsample_after_days: 6 }, true],
    [{ downsample_interval: "5m" }, true],
    [{ downsample_interval: "5s" }, false],
    [{ archive_enabled: false, retention_days: 1 }, false],
    [{ sampling_interval_seconds: 60, cleanup_enabled: false }, false],
  ])("%j: %s", (change, expected) => {
    expect(keepsLess({ ...SAVED, ...change }, SAVED)).toBe(expected);
  });

  it("is so when deleting begins at all", () => {
    expect(keepsLess(SAVED, { ...SAVED, archive_enabled: false })).toBe(true);
  });
});

describe("readProblems", () => {
  it("puts each refusal beside its field and passes over those of others", () => {
    const fields = [
      { path: "retention_days", message: "…", rule: "range" },
      { path: "downsample_after_days", message: "…", rule: "above_retention" },
      { path: "sampling_interval_seconds", message: "…", rule: "locked" },
      { path: "downsample_interval", message: "…", rule: "range" },
      { path: "collect_interval", message: "…", rule: "range" },
    ];
    expect(readProblems(fields, BASE)).toEqual({
      retention_days: { rule: "range", min: 1, max: 3_650 },
      downsample_after_days: { rule: "above_retention", max: 30 },
      sampling_interval_seconds: { rule: "locked" },
      downsample_interval: { rule: "other" },
    });
  });
});
