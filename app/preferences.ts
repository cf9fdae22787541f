"use server";
import { cookies } from "next/headers";
import { z } from "zod";
import { refreshSeconds } from "@/components/refresh";
import { columnsText } from "@/components/servers/columns";
import { publicAction } from "@/lib/http/action";
import { currentActor } from "@/lib/http/actor";
import { LOCALE_COOKIE, LOCALES } from "@/lib/i18n/locales";
import { THEME_COOKIE, THEMES } from "@/lib/theme";
import { keepPreferences, type Preferences } from "@/lib/users/profile";

const YEAR_SECONDS = 365 * 86_400;

/** Remembers the language in the browser and the profile; the page is rendered anew in it. */
export async function saveLanguage(locale: string): Promise<void> {
  await languageAction({ language: locale });
}

const languageAction = publicAction(z.object({ language: z.enum(LOCALES) }), async (_client, choice) => {
  await remember(LOCALE_COOKIE, choice.language);
  await keepInProfile(choice);
});

/** Remembers the theme in the browser and the profile. */
export async function saveTheme(theme: string): Promise<void> {
  await themeAction({ theme });
}

const themeAction = publicAction(z.object({ theme: z.enum(THEMES) }), async (_client, choice) => {
  await remember(THEME_COOKIE, choice.theme);
  await keepInProfile(choice);
});

async function keepInProfile(choice: Preferences): Promise<void> {
  const actor = await currentActor();
  if (actor) await keepPreferences(actor, choice);
}

/** Remembers whether the sidebar shows icons only. */
export async function saveSidebar(collapsed: boolean): Promise<void> {
  await remember("sidebar", collapsed === true ? "icons" : "full");
}

/** Remembers how often lists refresh, in seconds; other choices than ours are dropped. */
export async function saveRefresh(seconds: number): Promise<void> {
  await remember("refresh", String(refreshSeconds(typeof seconds === "number" ? String(seconds) : "")));
}

/** Remembers which columns of the list of servers are hidden; other names than ours are dropped. */
export async function saveColumns(hidden: string[]): Promise<void> {
  await remember("columns", columnsText(Array.isArray(hidden) ? hidden : []));
}

async function remember(name: string, value: string): Promise<void> {
  (await cookies()).set(name, value, { maxAge: YEAR_SECONDS, path: "/", sameSite: "lax", httpOnly: true });
}
