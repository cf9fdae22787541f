"use server";
import { cookies } from "next/headers";
import { refreshSeconds } from "@/components/refresh";
import { isLocale, LOCALE_COOKIE } from "@/lib/i18n/locales";

const YEAR_SECONDS = 365 * 86_400;

/** Remembers the language in the browser; the page is rendered anew in it. */
export async function saveLanguage(locale: string): Promise<void> {
  if (isLocale(locale)) await remember(LOCALE_COOKIE, locale);
}

/** Remembers whether the sidebar shows icons only. */
export async function saveSidebar(collapsed: boolean): Promise<void> {
  await remember("sidebar", collapsed === true ? "icons" : "full");
}

/** Remembers how often lists refresh, in seconds; other choices than ours are dropped. */
export async function saveRefresh(seconds: number): Promise<void> {
  await remember("refresh", String(refreshSeconds(typeof seconds === "number" ? String(seconds) : "")));
}

async function remember(name: string, value: string): Promise<void> {
  (await cookies()).set(name, value, { maxAge: YEAR_SECONDS, path: "/", sameSite: "lax", httpOnly: true });
}
