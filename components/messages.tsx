"use client";
import { NextIntlClientProvider, useLocale } from "next-intl";
import { type ReactNode, use } from "react";
import { isLocale, type Locale } from "@/lib/i18n/locales";

type Texts = Record<string, unknown>;

const FILES: Record<Locale, () => Promise<{ default: Texts }>> = {
  en: () => import("@/messages/en.json"),
  ru: () => import("@/messages/ru.json"),
};

const known = new Map<Locale, Promise<Texts>>();

function textsOf(locale: Locale): Promise<Texts> {
  const texts = known.get(locale) ?? FILES[locale]().then((file) => file.default);
  known.set(locale, texts);
  // What could not be fetched can be asked for again.
  texts.catch(() => known.delete(locale));
  return texts;
}

// A browser fetches them while it still reads the page.
const first = typeof document === "undefined" ? undefined : document.documentElement.lang;
if (isLocale(first)) void textsOf(first).catch(() => {});

/** All texts of the reader's language, as a file that browsers keep: in every page they would be a third of it. */
export function Messages({ children }: { children: ReactNode }) {
  const locale = useLocale();
  const texts = use(textsOf(isLocale(locale) ? locale : "en"));
  return (
    <NextIntlClientProvider locale={locale} messages={texts}>
      {children}
    </NextIntlClientProvider>
  );
}
