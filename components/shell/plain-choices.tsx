"use client";
import type { Locale } from "@/lib/i18n/locales";
import { LanguageChoice } from "./language-choice";
import { ThemeChoice } from "./theme-choice";

/** Language and theme where there is no sidebar. */
export function PlainChoices({ saveLanguage }: { saveLanguage(locale: Locale): Promise<void> }) {
  return (
    <div className="flex items-center gap-2">
      <LanguageChoice save={saveLanguage} />
      <ThemeChoice />
    </div>
  );
}
