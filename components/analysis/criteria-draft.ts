// The form of the criteria as data: what was typed, and what is wrong with it. Pure.
import type { FieldError } from "@/lib/errors";
import type { Criteria } from "@/lib/fleet/analysis-schema";

export type CriterionName = keyof Criteria;
export const CRITERIA: readonly CriterionName[] = ["static_days", "inactive_days", "low_connections"];

/** What a criterion may be, and what decides it instead of people. */
export interface Criterion {
  min: number;
  max: number;
  initial: number;
  /** The environment variable that fixes it. */
  locked: string | null;
}
export type CriteriaBase = Readonly<Record<CriterionName, Criterion>>;

/** As it was typed. */
export type Draft = Readonly<Record<CriterionName, string>>;
export type Problem = "range" | "locked" | "other";
export type Problems = Partial<Record<CriterionName, Problem>>;

export const draftOf = (criteria: Criteria): Draft => ({
  static_days: String(criteria.static_days),
  inactive_days: String(criteria.inactive_days),
  low_connections: String(criteria.low_connections),
});

/** The criteria, if every number is within its range; else the fields that are not. */
export function readDraft(draft: Draft, base: CriteriaBase): { criteria: Criteria } | { problems: Problems } {
  const problems: Problems = {};
  for (const name of CRITERIA) {
    const text = draft[name].trim();
    const { min, max } = base[name];
    if (!/^\d{1,4}$/.test(text) || Number(text) < min || Number(text) > max) problems[name] = "range";
  }
  if (Object.keys(problems).length > 0) return { problems };
  const { static_days, inactive_days, low_connections } = draft;
  return {
    criteria: {
      static_days: Number(static_days),
      inactive_days: Number(inactive_days),
      low_connections: Number(low_connections),
    },
  };
}

/** What the server refused, by field. */
export function readProblems(fields: readonly FieldError[]): Problems {
  const found = fields.flatMap(({ path, rule }): [CriterionName, Problem][] => {
    const name = CRITERIA.find((known) => known === path);
    return name ? [[name, rule === "locked" || rule === "range" ? rule : "other"]] : [];
  });
  return Object.fromEntries(found);
}
