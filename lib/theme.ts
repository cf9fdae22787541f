// Light or dark: the choices, and how one gets onto the page before it is painted. Pure.

/** What a viewer can choose; `system` follows the device. */
export const THEMES = ["light", "dark", "system"] as const;
export type Theme = (typeof THEMES)[number];

/** Keeps the choice of somebody who is not signed in, or who never made one in their profile. */
export const THEME_COOKIE = "theme";

/** The first of some choices, in order of their weight, that is one; null where none is. */
export function knownTheme(...choices: readonly (string | null | undefined)[]): Theme | null {
  const known = choices.map((choice) => THEMES.find((theme) => theme === choice));
  return known.find((theme) => theme !== undefined) ?? null;
}

/** The same; where none is, the device's. */
export const firstTheme = (...choices: readonly (string | null | undefined)[]): Theme =>
  knownTheme(...choices) ?? "system";

/** Script that tells next-themes, whose own one follows and reads the browser's storage, what the server knows. */
export const themeSeed = (theme: Theme): string => `try{localStorage.setItem("theme",${JSON.stringify(theme)})}catch{}`;
