// The settings page's form as data: what was typed, what is wrong with it, what of it is to be saved. Pure.
import type { FieldError } from "@/lib/errors";
import { policyOf } from "@/lib/retention/cost";
import type { Settings } from "@/lib/settings/schema";

export const NUMBER_KEYS = [
  "sampling_interval_seconds",
  "downsample_after_days",
  "retention_days",
  "retention_months",
  "cleanup_interval_minutes",
] as const;
export type NumberKey = (typeof NUMBER_KEYS)[number];
export const STEPS = ["5s", "1m", "5m", "1h"] as const satisfies readonly Settings["downsample_interval"][];
const CHOICE_KEYS = ["archive_enabled", "cleanup_enabled", "downsample_interval"] as const;
const KEYS = [...NUMBER_KEYS, ...CHOICE_KEYS] as const;
export type FormKey = (typeof KEYS)[number];
export type FormValues = Pick<Settings, FormKey>;

/** What holds on the server, and what its numbers may be: the schemas themselves would be a heavy load for a browser. */
export interface FormBase {
  values: FormValues;
  ranges: Record<NumberKey, { min: number; max: number }>;
}
type Ranges = FormBase["ranges"];

/** Numbers as they were typed. */
export type Draft = Record<NumberKey, string> & Pick<FormValues, (typeof CHOICE_KEYS)[number]>;

export type Problem =
  | { rule: "range"; min: number; max: number }
  | { rule: "above_retention"; max: number }
  | { rule: "locked" | "other" };
export type Problems = Partial<Record<FormKey, Problem>>;

/** Only what the form knows, so that no other setting travels to the browser. */
export function formValues(settings: Settings): FormValues {
  return Object.fromEntries(KEYS.map((key) => [key, settings[key]])) as FormValues;
}

export function draftOf(values: FormValues): Draft {
  const typed = Object.fromEntries(NUMBER_KEYS.map((key) => [key, String(values[key])])) as Record<NumberKey, string>;
  return { ...values, ...typed };
}

function numberOf(draft: Draft, key: NumberKey, ranges: Ranges): number | null {
  const text = draft[key].trim();
  const { min, max } = ranges[key];
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : null;
}

/** What the server would refuse, told before it is asked. */
export function problemsOf(draft: Draft, ranges: Ranges): Problems {
  const bad = NUMBER_KEYS.filter((key) => numberOf(draft, key, ranges) === null);
  const problems: Problems = Object.fromEntries(bad.map((key) => [key, { rule: "range", ...ranges[key] }]));
  const reduceAfter = numberOf(draft, "downsample_after_days", ranges);
  const kept = numberOf(draft, "retention_days", ranges);
  if (reduceAfter !== null && kept !== null && reduceAfter > kept) {
    problems.downsample_after_days = { rule: "above_retention", max: kept };
  }
  return problems;
}

/** The form's values; a number that is not one yet stays as it is saved. */
export function valuesOf(draft: Draft, { values, ranges }: FormBase): FormValues {
  const numbers = NUMBER_KEYS.map((key) => [key, numberOf(draft, key, ranges) ?? values[key]]);
  const { archive_enabled, cleanup_enabled, downsample_interval } = draft;
  return { ...Object.fromEntries(numbers), archive_enabled, cleanup_enabled, downsample_interval };
}

/** What was changed, and so is to be saved. */
export function changesOf(draft: Draft, base: FormBase): Partial<FormValues> {
  const values = valuesOf(draft, base);
  return Object.fromEntries(KEYS.flatMap((key) => (values[key] === base.values[key] ? [] : [[key, values[key]]])));
}

/** Fields whose content differs from what is saved, right or wrong. */
export function countEdits(draft: Draft, saved: FormValues): number {
  const before = draftOf(saved);
  return KEYS.filter((key) => draft[key] !== before[key]).length;
}

/** Whether less history would be left than under the policy that holds. */
export function keepsLess(values: FormValues, saved: FormValues): boolean {
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
  const found = fields.flatMap(({ path, rule }): [FormKey, Problem][] => {
    const key = KEYS.find((known) => known === path);
    return key ? [[key, problemFrom(key, rule, base)]] : [];
  });
  return Object.fromEntries(found);
}

function problemFrom(key: FormKey, rule: string | undefined, { values, ranges }: FormBase): Problem {
  const number = NUMBER_KEYS.find((known) => known === key);
  if (rule === "range" && number) return { rule: "range", ...ranges[number] };
  if (rule === "above_retention") return { rule: "above_retention", max: values.retention_days };
  return { rule: rule === "locked" ? "locked" : "other" };
}
