// What the environment fixes of the settings: by a variable of the setting's own name, or by what follows from another one.
import { givenEnv, settingOverride, settingVariable } from "../env";
import type { SettingKey } from "./schema";

/** Cron calls once a minute: nothing is asked, stored, or expected more often. */
const BY_CRON: Partial<Record<SettingKey, string>> = { sampling_interval_seconds: "60", collect_interval: "60" };

const byCron = (key: SettingKey): string | undefined =>
  givenEnv().CRON_SECRET === undefined ? undefined : BY_CRON[key];

/** The text by which the environment fixes a setting, or undefined. @throws StartError as `settingOverride` */
export const overrideOf = (key: SettingKey): string | undefined => settingOverride(key) ?? byCron(key);

/** The variable that fixes a setting, or undefined. */
export const overridingVariable = (key: SettingKey): string | undefined =>
  settingVariable(key) ?? (byCron(key) === undefined ? undefined : "CRON_SECRET");

/** A server's own intervals as they hold: cron comes no sooner for one server than for the others. Seconds, null for none. */
export function ownIntervals<Own extends Readonly<Record<string, number | null>>>(own: Own): Own {
  const least = (key: string) => Number(byCron(key as SettingKey) ?? 0);
  const held = Object.entries(own).map(([key, seconds]) => [key, seconds && Math.max(seconds, least(key))]);
  return Object.fromEntries(held) as Own;
}
