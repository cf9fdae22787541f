// Settings as people and API clients see them: the value with all that is known of it. Pure.
import { z } from "zod";
import { resolveSettings } from "./parse";
import { SETTING_KEYS, SETTINGS, type SettingDefinition, type SettingKey } from "./schema";

export const settingViewSchema = z.object({
  key: z.string(),
  value: z.unknown(),
  value_type: z.enum(["int", "bool", "string", "json"]),
  description: z.string(),
  updated_at: z.iso.datetime().nullable().describe("Null while it has its default value"),
  updated_by: z.string().nullable(),
  default: z.unknown(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  unit: z.string().nullable(),
  options: z.array(z.string()).nullable().describe("What it may be, where that is a short list"),
  label: z.string(),
  locked: z.string().nullable().describe("The environment variable that fixes it"),
});
export type SettingView = z.infer<typeof settingViewSchema>;
export type SettingsView = Record<SettingKey, SettingView>;

const fields = Object.fromEntries(SETTING_KEYS.map((key) => [key, settingViewSchema]));
export const settingsViewSchema = z.object(fields as Record<SettingKey, typeof settingViewSchema>);

export interface StoredSetting {
  key: string;
  value: unknown;
  updatedAt: Date;
  updatedBy: string | null;
}

interface Surroundings {
  /** The environment's text for a key. */
  override(key: SettingKey): string | undefined;
  locks: Partial<Record<SettingKey, string>>;
}

const TYPES = { number: "int", boolean: "bool", string: "string" } as const;
const typeOf = (value: unknown): SettingView["value_type"] => TYPES[typeof value as keyof typeof TYPES] ?? "json";

/** Every setting by its key. */
export function viewSettings(rows: readonly StoredSetting[], { override, locks }: Surroundings): SettingsView {
  const values = resolveSettings(rows, override);
  const stored = new Map(rows.map((row) => [row.key, row]));
  const views = SETTING_KEYS.map((key): [SettingKey, SettingView] => {
    const { label, description, default: initial, min, max, unit, options }: SettingDefinition = SETTINGS[key];
    const row = stored.get(key);
    const view = {
      ...{ key, value: values[key], value_type: typeOf(initial), description },
      ...{ updated_at: row?.updatedAt.toISOString() ?? null, updated_by: row?.updatedBy ?? null },
      ...{ default: initial, min: min ?? null, max: max ?? null, unit: unit ?? null },
      ...{ options: options ? [...options] : null, label, locked: locks[key] ?? null },
    };
    return [key, view];
  });
  return Object.fromEntries(views) as SettingsView;
}

/**
 * Changes as clients send them, to values by key: `{key: value}`, or `{key: {value, …}}` as it was read.
 * No setting's own value has a field `value`.
 */
export function changesFrom(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([key, given]) => [key, isView(given) ? given.value : given] as const),
  );
}

const isView = (given: unknown): given is { value: unknown } =>
  typeof given === "object" && given !== null && "value" in given;
