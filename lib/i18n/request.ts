// Tells next-intl the language of a request: the user's, else the cookie's, else the browser's.
import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { currentActor } from "../http/actor";
import { DEFAULT_LOCALE, isLocale, LOCALE_COOKIE, type Locale, negotiateLocale } from "./locales";

export default getRequestConfig(async () => {
  const locale = await requestLocale();
  const messages = (await import(`../../messages/${locale}.json`)).default;
  // Times are put into the viewer's zone in the browser; on the server only UTC is the same for all.
  return { locale, messages, timeZone: "UTC" };
});

async function requestLocale(): Promise<Locale> {
  // Where sessions cannot be read, the error page still has a language.
  const language = (await currentActor().catch(() => null))?.language;
  if (isLocale(language)) return language;
  const cookie = (await cookies()).get(LOCALE_COOKIE)?.value;
  if (isLocale(cookie)) return cookie;
  return negotiateLocale((await headers()).get("accept-language")) ?? DEFAULT_LOCALE;
}
