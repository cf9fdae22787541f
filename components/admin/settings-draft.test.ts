import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SETTING_KEYS, SETTINGS, type SettingDefinition, type Settings } from "@/lib/settings/schema";
import { viewSettings } from "@/lib/settings/view";
import { formBase } from "./form-base";
import {
  changesOf,
  countEdits,
  type Draft,
  draftOf,
  type FormBase,
  keepsLess,
  problemsOf,
  readProblems,
  valuesOf,
} from "./settings-draft";

const rowsOf = (values: Partial<Settings>) =>
  Object.entries(values).map(([key, value]) => ({ key, value, updatedAt: new Date(0), updatedBy: null }));
const baseOf = (values: Partial<Settings>): FormBase =>
  formBase(viewSettings(rowsOf(values), { override: () => undefined, locks: {} }));

const BASE = baseOf({ downsample_interval: "1m" });
const SAVED = BASE.values;
const DRAFT = draftOf(BASE);
const problemsWith = (change: Partial<Draft>) => problemsOf({ ...DRAFT, ...change }, BASE);

describe("problemsOf", () => {
  const numbers = SETTING_KEYS.flatMap((key) => {
    const { min, max }: SettingDefinition = SETTINGS[key];
    return min !== undefined && max !== undefined && key !== "thresholds" ? [{ key, min, max }] : [];
  });

  it.each(numbers)("holds $key between $min and $max, as the server does", ({ key, min, max }) => {
    const range = { [key]: { rule: "range", min, max } };
    for (const text of [
      "",
      "x",
      "1.5",
      "-1",
      "1e3",
      "99999999999",
      String(max + 1),
      ...(min > 0 ? [String(min - 1)] : []),
    ])
      expect(problemsWith({ [key]: text })).toEqual(range);
    for (const text of [String(min), ` ${max} `]) expect(problemsWith({ [key]: text })[key]?.rule).not.toBe("range");
  });

  it("holds reducing within the retention, once both are numbers", () => {
    const above = { downsample_after_days: { rule: "above_retention", max: 6 } };
    expect(problemsWith({ retention_days: "6" })).toEqual(above);
    expect(problemsWith({ retention_days: "7" })).toEqual({});
    expect(Object.keys(problemsWith({ retention_days: "" }))).toEqual(["retention_days"]);
  });

  it.each<[Partial<Draft>, string[]]>([
    [{ time_zone: "Europe/Moscow" }, []],
    [{ time_zone: "Mars/Olympus" }, ["time_zone"]],
    [{ perf_events_cpu_cores: "0-3,5" }, []],
    [{ perf_events_cpu_cores: "some" }, ["cores"]],
    [{ auto_end_warnings: "120,20" }, []],
    [{ auto_end_warnings: "soon" }, ["warnings"]],
    [{ "thresholds.latency_ms.critical": "600000" }, []],
    [{ "thresholds.cpu_percent.critical": "101" }, ["threshold"]],
    [{ "thresholds.cpu_percent.warning": "0" }, ["threshold"]],
    [{ "thresholds.cpu_percent.warning": "62,5" }, []],
    [{ "thresholds.cpu_percent.warning": "91" }, ["order"]],
  ])("%j: %j", (change, rules) => {
    expect(Object.values(problemsWith(change)).map(({ rule }) => rule)).toEqual(rules);
  });
});

describe("changesOf", () => {
  it("is what differs, as numbers; what is no number yet stays as saved", () => {
    const typed = { retention_days: " 40 ", retention_months: "", archive_enabled: false, language: "ru" };
    const draft = { ...DRAFT, ...typed, "thresholds.ram_percent.warning": "60,5" };
    const thresholds = { ...SAVED.thresholds, ram_percent: { warning: 60.5, critical: 85 } };
    expect(changesOf(draft, BASE)).toEqual({ retention_days: 40, archive_enabled: false, language: "ru", thresholds });
    expect(valuesOf(draft, BASE).retention_months).toBe(12);
    expect(countEdits(draft, BASE)).toBe(5);
  });

  it("is empty for what is saved, and leads there from anywhere", () => {
    const values = fc.record({
      sampling_interval_seconds: fc.integer({ min: 1, max: 60 }),
      retention_days: fc.integer({ min: 1, max: 3_650 }),
      activity_keep: fc.integer({ min: 100, max: 1_000_000 }),
      archive_enabled: fc.boolean(),
      totp_required: fc.constantFrom("off" as const, "admins" as const, "everyone" as const),
      downsample_interval: fc.constantFrom("5s" as const, "1m" as const, "5m" as const, "1h" as const),
      time_zone: fc.constantFrom("UTC", "Europe/Berlin"),
    });
    fc.assert(
      fc.property(values, values, (from, to) => {
        const base = baseOf(from);
        expect(changesOf(draftOf(base), base)).toEqual({});
        expect({ ...base.values, ...changesOf(draftOf(baseOf(to)), base) }).toEqual(baseOf(to).values);
      }),
    );
  });
});

describe("keepsLess", () => {
  it.each<[Partial<Settings>, boolean]>([
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
      { path: "nonsense", message: "…", rule: "unknown" },
    ];
    expect(readProblems(fields, BASE)).toEqual({
      retention_days: { rule: "range", min: 1, max: 3_650 },
      downsample_after_days: { rule: "above_retention", max: 30 },
      sampling_interval_seconds: { rule: "locked" },
      downsample_interval: { rule: "other" },
      collect_interval: { rule: "range", min: 5, max: 86_400 },
    });
  });
});
