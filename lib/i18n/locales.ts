// The languages of the interface and the choice between them.

export const LOCALES = ["en", "ru"] as const;
export type Locale = (typeof LOCALES)[number];
export const DEFAULT_LOCALE: Locale = "en";

/** Each language by its own name, as a person who cannot read the current one looks for it. */
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", ru: "Русский" };

/** Remembers the choice of somebody who has not signed in. */
export const LOCALE_COOKIE = "locale";

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/**
 * The best of our languages for an Accept-Language header (RFC 9110, 12.5.4): by weight, then by order; `ru-RU` counts as `ru`.
 * Returns undefined where none is accepted.
 */
export function negotiateLocale(acceptLanguage: string | null): Locale | undefined {
  const ranges = (acceptLanguage ?? "").split(",").map((part) => {
    const [range = "", ...parameters] = part.trim().toLowerCase().split(";");
    const weight = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((q) => q !== undefined);
    return { language: range.split("-")[0], weight: weight === undefined ? 1 : Number(weight) };
  });
  const accepted = ranges.filter((range) => range.weight > 0).sort((a, b) => b.weight - a.weight);
  for (const { language } of accepted) {
    if (language === "*") return DEFAULT_LOCALE;
    if (isLocale(language)) return language;
  }
  return undefined;
}
