// Light or dark: the choices, and how one gets onto the page before it is painted. Pure.

/** What a viewer can choose; `system` follows the device. */
export const THEMES = ["light", "dark", "system"] as const;
export type Theme = (typeof THEMES)[number];

/** Keeps the choice of somebody who is not signed in, or who never made one in their profile. */
export const THEME_COOKIE = "theme";

/** The first of some choices, in order of their weight, that is one; else the device's. */
export function firstTheme(...choices: readonly (string | null | undefined)[]): Theme {
  const known = choices.map((choice) => THEMES.find((theme) => theme === choice));
  return known.find((theme) => theme !== undefined) ?? "system";
}

/** The media query that says what the device wants. */
export const DARK_DEVICE = "(prefers-color-scheme: dark)";

/** Script that puts the theme on the document before anything is painted. */
export function themeScript(theme: Theme): string {
  const dark = theme === "system" ? `matchMedia(${JSON.stringify(DARK_DEVICE)}).matches` : String(theme === "dark");
  return `document.documentElement.classList.toggle("dark",${dark})`;
}
