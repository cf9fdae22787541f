// Settings as they hold now: what is stored, over the defaults, under what the environment fixes.
import { pool } from "../db";
import { settingOverride } from "../env";
import { parseOverride, resolveSettings } from "./parse";
import { SETTING_KEYS, type Settings } from "./schema";

const FRESH_MS = 2_000;
let known: { at: number; value: Settings } | undefined;
let asking: Promise<Settings> | undefined;

/**
 * All settings, at most 2 seconds old. While the database does not answer, the last known ones.
 * @throws the database's error when none are known yet
 */
export async function settings(): Promise<Settings> {
  if (known && performance.now() - known.at < FRESH_MS) return known.value;
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  return asking;
}

async function ask(): Promise<Settings> {
  try {
    const { rows } = await pool().query<{ key: string; value: unknown }>("SELECT key, value FROM settings");
    known = { at: performance.now(), value: resolveSettings(rows, settingOverride) };
    return known.value;
  } catch (error) {
    if (known) return known.value;
    throw error;
  }
}

/** Forgets the cached settings, so that the next reader sees a change at once. */
export function forgetSettings(): void {
  known = undefined;
}

/** One sentence for each environment variable that names a setting but does not fit it. */
export function badSettingOverrides(): string[] {
  return SETTING_KEYS.flatMap((key) => {
    const text = settingOverride(key);
    const parsed = text === undefined ? undefined : parseOverride(key, text);
    return parsed && !parsed.ok ? [`${key.toUpperCase()}: ${parsed.message}`] : [];
  });
}
