// The settings page's form as data: what was typed, what is wrong with it, what of it is to be saved. Pure.
import type { FieldError } from "@/lib/errors";
import type { Thresholds } from "@/lib/health/schema";
import { policyOf } from "@/lib/retention/cost";
import type { SettingKey, Settings } from "@/lib/settings/schema";
import { isTimeZone } from "@/lib/time";

export const STEPS = ["5s", "1m", "5m", "1h"] as const satisfies readonly Settings["downsample_interval"][];

/** What is known of a setting without its schema: the schemas themselves would be a heavy load for a browser. */
export interface FormSetting {
  value_type: "int" | "bool" | "string" | "json";
  default: unknown;
  min: number | null;
  max: number | null;
  unit: string | null;
  options: readonly string[] | null;
  /** Source of the regular expression that a text fits. */
  pattern: string | null;
  /** The environment variable that fixes it. */
  locked: string | null;
  updated_at: string | null;
  updated_by: string | null;
}

/** What holds on the server, and what may be put in its place. */
export interface FormBase {
  values: Settings;
  settings: Readonly<Record<SettingKey, FormSetting>>;
  /** The largest number of each threshold. */
  limits: Readonly<Record<keyof Thresholds, number>>;
}

export type ThresholdName = keyof Thresholds;
export type ThresholdLevel = "warning" | "critical";
export type ThresholdField = `thresholds.${ThresholdName}.${ThresholdLevel}`;
/** What can be typed into; a threshold is a field of its own. */
export type FieldName = Exclude<SettingKey, "thresholds"> | ThresholdField;
/** Numbers and texts as they were typed, switches as they stand. */
export type Draft = Readonly<Record<FieldName, string | boolean>>;

export type Problem =
  | { rule: "range"; min: number; max: number }
  | { rule: "above_retention" | "threshold"; max: number }
  | { rule: "locked" | "order" | "time_zone" | "cores" | "warnings" | "other" };
export type Problems = Partial<Record<FieldName, Problem>>;

export const LEVELS = ["warning", "critical"] as const;
export const thresholdField = (name: ThresholdName, level: ThresholdLevel): ThresholdField =>
  `thresholds.${name}.${level}`;
const namesOf = ({ limits }: FormBase) => Object.keys(limits) as ThresholdName[];
const keysOf = ({ settings }: FormBase) =>
  (Object.keys(settings) as SettingKey[]).filter((key) => key !== "thresholds") as Exclude<SettingKey, "thresholds">[];

/** The form as it is when nothing was typed. */
export function draftOf(base: FormBase): Draft {
  const { values } = base;
  const plain = keysOf(base).map((key) => {
    const value = values[key];
    return [key, typeof value === "boolean" ? value : String(value)] as const;
  });
  const thresholds = namesOf(base).flatMap((name) =>
    LEVELS.map((level) => [thresholdField(name, level), String(values.thresholds[name][level])] as const),
  );
  return Object.fromEntries([...plain, ...thresholds]) as unknown as Draft;
}

const textOf = (draft: Draft, field: FieldName): string => String(draft[field]).trim();

/** The number in a field; null for none, or one beyond its range. */
function wholeOf(draft: Draft, key: SettingKey, { settings }: FormBase): number | null {
  const text = textOf(draft, key as FieldName);
  const { min, max } = settings[key];
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= (min ?? 0) && value <= (max ?? 0) ? value : null;
}

function thresholdOf(draft: Draft, name: ThresholdName, level: ThresholdLevel, { limits }: FormBase): number | null {
  const text = textOf(draft, thresholdField(name, level)).replace(",", ".");
  const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value <= limits[name] ? value : null;
}

/** What the server would refuse, told before it is asked. */
export function problemsOf(draft: Draft, base: FormBase): Problems {
  const problems: Problems = {};
  for (const key of keysOf(base)) {
    const problem = problemOf(draft, key, base);
    if (problem) problems[key] = problem;
  }
  const reduceAfter = wholeOf(draft, "downsample_after_days", base);
  const kept = wholeOf(draft, "retention_days", base);
  if (reduceAfter !== null && kept !== null && reduceAfter > kept) {
    problems.downsample_after_days = { rule: "above_retention", max: kept };
  }
  return { ...problems, ...thresholdProblems(draft, base) };
}

function problemOf(draft: Draft, key: Exclude<SettingKey, "thresholds">, base: FormBase): Problem | null {
  const { value_type, min, max, pattern } = base.settings[key];
  if (value_type === "int") {
    return wholeOf(draft, key, base) === null ? { rule: "range", min: min ?? 0, max: max ?? 0 } : null;
  }
  if (key === "time_zone") return isTimeZone(textOf(draft, key)) ? null : { rule: "time_zone" };
  return pattern && !new RegExp(pattern).test(textOf(draft, key))
    ? { rule: key === "auto_end_warnings" ? "warnings" : "cores" }
    : null;
}

function thresholdProblems(draft: Draft, base: FormBase): Problems {
  const problems: Problems = {};
  for (const name of namesOf(base)) {
    const [warning, critical] = LEVELS.map((level) => thresholdOf(draft, name, level, base));
    for (const level of LEVELS) {
      if (thresholdOf(draft, name, level, base) === null)
        problems[thresholdField(name, level)] = { rule: "threshold", max: base.limits[name] };
    }
    if (typeof warning === "number" && typeof critical === "number" && warning > critical)
      problems[thresholdField(name, "warning")] = { rule: "order" };
  }
  return problems;
}

/** The form's values; what is wrong stays as it is saved. */
export function valuesOf(draft: Draft, base: FormBase): Settings {
  const { values, settings } = base;
  const problems = problemsOf(draft, base);
  const plain = keysOf(base).map((key) => {
    const { value_type } = settings[key];
    const wrong = problems[key] && problems[key].rule !== "above_retention";
    if (wrong) return [key, values[key]];
    if (value_type === "int") return [key, wholeOf(draft, key, base) ?? values[key]];
    return [key, value_type === "bool" ? draft[key] : textOf(draft, key)];
  });
  const thresholds = namesOf(base).map((name) => {
    const level = (which: ThresholdLevel) => thresholdOf(draft, name, which, base) ?? values.thresholds[name][which];
    return [name, { warning: level("warning"), critical: level("critical") }];
  });
  return { ...Object.fromEntries(plain), thresholds: Object.fromEntries(thresholds) } as Settings;
}

/** What was changed, and so is to be saved. */
export function changesOf(draft: Draft, base: FormBase): Partial<Settings> {
  const values = valuesOf(draft, base);
  const keys = Object.keys(base.settings) as SettingKey[];
  const same = (key: SettingKey) => JSON.stringify(values[key]) === JSON.stringify(base.values[key]);
  return Object.fromEntries(keys.flatMap((key) => (same(key) ? [] : [[key, values[key]]])));
}

/** Fields whose content differs from what is saved, right or wrong. */
export function countEdits(draft: Draft, base: FormBase): number {
  const before = draftOf(base);
  return (Object.keys(before) as FieldName[]).filter((field) => draft[field] !== before[field]).length;
}

/** Whether less history would be left than under the policy that holds. */
export function keepsLess(values: Settings, saved: Settings): boolean {
  const [next, before] = [policyOf(values), policyOf(saved)];
  if (!next.archiveEnabled) return false;
  if (!before.archiveEnabled) return true;
  const coarser = STEPS.indexOf(next.downsampleInterval) > STEPS.indexOf(before.downsampleInterval);
  const shorter = (["downsampleAfterDays", "retentionDays", "retentionMonths"] as const).some(
    (key) => next[key] < before[key],
  );
  return coarser || shorter;
}

/** What the server refused, by field. */
export function readProblems(fields: readonly FieldError[], base: FormBase): Problems {
  const found = fields.flatMap(({ path, rule }): [FieldName, Problem][] => {
    const key = keysOf(base).find((known) => known === path);
    if (key) return [[key, problemFrom(key, rule, base)]];
    return path === "thresholds"
      ? namesOf(base).map((name) => [thresholdField(name, "warning"), { rule: "other" }])
      : [];
  });
  return Object.fromEntries(found);
}

function problemFrom(key: SettingKey, rule: string | undefined, { values, settings }: FormBase): Problem {
  const { min, max } = settings[key];
  if (rule === "range" && min !== null && max !== null) return { rule: "range", min, max };
  if (rule === "above_retention") return { rule: "above_retention", max: values.retention_days };
  return { rule: rule === "locked" ? "locked" : "other" };
}
