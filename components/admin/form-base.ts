// What the settings form needs to know of the settings, made on the server, where their schemas are.
import {
  SETTING_KEYS,
  SETTINGS,
  type SettingDefinition,
  type SettingKey,
  type Settings,
  THRESHOLD_LIMITS,
} from "@/lib/settings/schema";
import type { SettingsView } from "@/lib/settings/view";
import type { FormBase, FormSetting } from "./settings-draft";

/** What holds, and what may be put in its place. */
export function formBase(view: SettingsView): FormBase {
  const settings = SETTING_KEYS.map((key): [SettingKey, FormSetting] => {
    const { value: _value, label: _label, description: _description, key: _key, ...rest } = view[key];
    const { pattern }: SettingDefinition = SETTINGS[key];
    return [key, { ...rest, pattern: pattern?.source ?? null }];
  });
  const values = Object.fromEntries(SETTING_KEYS.map((key) => [key, view[key].value])) as Settings;
  return { values, settings: Object.fromEntries(settings) as FormBase["settings"], limits: THRESHOLD_LIMITS };
}
