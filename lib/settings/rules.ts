// Rules over several settings at once. Pure.
import type { FieldError } from "../errors";
import { SETTINGS, type SettingKey, type Settings } from "./schema";

/**
 * What is wrong with `settings` as a whole, at the keys that were changed: a state that the environment brought about
 * stops nobody from changing something else.
 */
export function crossRuleErrors(settings: Settings, changed: readonly SettingKey[]): FieldError[] {
  const { downsample_after_days: reduceAfter, retention_days: kept } = settings;
  if (reduceAfter <= kept) return [];
  const message = `${SETTINGS.downsample_after_days.label}: at most ${kept} days, the retention of full resolution`;
  const path = (["downsample_after_days", "retention_days"] as const).find((key) => changed.includes(key));
  return path ? [{ path, message, rule: "above_retention" }] : [];
}
