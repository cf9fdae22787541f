import { SETTING_KEYS, SETTINGS, type SettingKey, type Settings } from "./schema";

export type ParsedSetting = { ok: true; value: unknown } | { ok: false; message: string };

/** Checks a value against its setting; the message never repeats the value. */
export function parseSetting(key: SettingKey, value: unknown): ParsedSetting {
  const parsed = SETTINGS[key].schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, message: parsed.error.issues[0]?.message ?? `${SETTINGS[key].label}: not valid` };
}

/** The same for the text of an environment variable: numbers, true/false (also 1/0, yes/no, on/off) and JSON objects. */
export function parseOverride(key: SettingKey, text: string): ParsedSetting {
  return parseSetting(key, fromText(typeof SETTINGS[key].default, text.trim()));
}

function fromText(type: string, text: string): unknown {
  if (type === "number") return text === "" ? Number.NaN : Number(text);
  if (type === "boolean") {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    return /^(false|0|no|off)$/i.test(text) ? false : text;
  }
  if (type !== "object") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Stored rows over defaults, overrides over both; what does not fit its schema is passed over. Pure. */
export function resolveSettings(
  rows: readonly { key: string; value: unknown }[],
  override: (key: SettingKey) => string | undefined,
): Settings {
  const stored = new Map(rows.map((row) => [row.key, row.value]));
  const resolved = SETTING_KEYS.map((key) => {
    const text = override(key);
    const candidates = [
      text === undefined ? undefined : parseOverride(key, text),
      stored.has(key) ? parseSetting(key, stored.get(key)) : undefined,
    ];
    const fitting = candidates.find((candidate) => candidate?.ok);
    return [key, fitting?.ok ? fitting.value : SETTINGS[key].default];
  });
  return Object.fromEntries(resolved);
}
