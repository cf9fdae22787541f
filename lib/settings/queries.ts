// Settings as they hold now: what is stored, over the defaults, under what the environment fixes.
import { pool, prisma, type Transaction } from "../db";
import { settingOverride } from "../env";
import { hears, isHeard } from "../remembered";
import { type Actor, requirePermission } from "../users/permissions";
import { overrideOf, overridingVariable } from "./overrides";
import { parseOverride, resolveSettings } from "./parse";
import { SETTING_KEYS, type SettingKey, type Settings } from "./schema";
import { type SettingsView, viewSettings } from "./view";

const CHANNEL = "dozor_settings";
/** Of a process that does not hear of changes. */
const FRESH_MS = 2_000;
/** What nobody tells of, such as a hand in the database, is noticed after this long. */
const MOST_AGE_MS = 10_000;

interface Cache {
  known?: { at: number; value: Settings };
  asking?: Promise<Settings>;
  /** Grows with each change that was heard of: an answer to a question from before is not kept. */
  changes: number;
}

// Pages, collector and our server each have a copy of this module in one process; what one hears of, all must know.
const shared = globalThis as { dozorSettings?: Cache };
shared.dozorSettings ??= { changes: 0 };
const cache = shared.dozorSettings;

hears("settings", { drop: (channel) => void ((channel ?? CHANNEL) === CHANNEL && forgetSettings()) });

/**
 * All settings, as they were changed last as far as this process hears, at most 10 seconds old; at most 2 where it
 * does not. While the database does not answer, the last known ones.
 * @throws the database's error when none are known yet
 */
export async function settings(): Promise<Settings> {
  const freshMs = isHeard() ? MOST_AGE_MS : FRESH_MS;
  if (cache.known && performance.now() - cache.known.at < freshMs) return cache.known.value;
  cache.asking ??= ask(cache.changes);
  return cache.asking;
}

async function ask(changes: number): Promise<Settings> {
  try {
    const { rows } = await pool().query<{ key: string; value: unknown }>("SELECT key, value FROM settings");
    if (changes !== cache.changes) return settings();
    cache.known = { at: performance.now(), value: resolveSettings(rows, overrideOf) };
    return cache.known.value;
  } catch (error) {
    if (cache.known) return cache.known.value;
    throw error;
  } finally {
    if (changes === cache.changes) cache.asking = undefined;
  }
}

/** Makes the next reader in this process ask anew, so that it sees a change at once. */
export function forgetSettings(): void {
  cache.changes += 1;
  cache.asking = undefined;
  if (cache.known) cache.known.at = Number.NEGATIVE_INFINITY;
}

/** As they stand for a transaction, which so needs no second connection. */
export const settingsWithin = async (transaction: Transaction): Promise<Settings> =>
  resolveSettings(await transaction.setting.findMany({ select: { key: true, value: true } }), overrideOf);

/** Every setting with all that is known of it, as it is stored now. @throws AppError when the actor may not read settings */
export async function readSettings(actor: Actor | null): Promise<SettingsView> {
  requirePermission(actor, "settings:read");
  return viewSettings(await prisma().setting.findMany(), { override: overrideOf, locks: settingLocks() });
}

/** Which settings the environment fixes: key → the variable that does. */
export function settingLocks(): Partial<Record<SettingKey, string>> {
  return Object.fromEntries(
    SETTING_KEYS.flatMap((key) => {
      const variable = overridingVariable(key);
      return variable === undefined ? [] : [[key, variable]];
    }),
  );
}

/** One sentence for each environment variable that names a setting but does not fit it. */
export function badSettingOverrides(): string[] {
  return SETTING_KEYS.flatMap((key) => {
    const text = settingOverride(key);
    const parsed = text === undefined ? undefined : parseOverride(key, text);
    return parsed && !parsed.ok ? [`${key.toUpperCase()}: ${parsed.message}`] : [];
  });
}
