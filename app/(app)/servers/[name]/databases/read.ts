// What the form of the criteria knows of the settings that keep them.
import { CRITERIA, type CriteriaBase } from "@/components/analysis/criteria-draft";
import { settingLocks } from "@/lib/settings/queries";
import { SETTINGS } from "@/lib/settings/schema";

/** Range, default and lock of each criterion. */
export function criteriaBase(): CriteriaBase {
  const locks = settingLocks();
  const entries = CRITERIA.map((name) => {
    const key = `analysis_${name}` as const;
    const { min = 1, max = 1, default: initial } = SETTINGS[key];
    return [name, { min, max, initial, locked: locks[key] ?? null }];
  });
  return Object.fromEntries(entries);
}
