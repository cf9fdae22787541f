import { Languages } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { isLocale, LOCALE_NAMES, LOCALES, type Locale } from "@/lib/i18n/locales";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { FOOTER_BUTTON } from "./footer-button";

interface LanguageChoiceProps {
  save(locale: Locale): Promise<void>;
  /** The code instead of the name. */
  short?: boolean;
}

export function LanguageChoice({ save, short }: LanguageChoiceProps) {
  const t = useTranslations("shell");
  const locale = useLocale();
  const name = isLocale(locale) ? LOCALE_NAMES[locale] : locale;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className={FOOTER_BUTTON} aria-label={`${t("language")}: ${name}`}>
        <Languages aria-hidden className="icon-14" />
        <span data-label>{short ? locale.toUpperCase() : name}</span>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        <DropdownMenuRadioGroup value={locale} onValueChange={(value) => isLocale(value) && void save(value)}>
          {LOCALES.map((value) => (
            <DropdownMenuRadioItem key={value} value={value} lang={value}>
              {LOCALE_NAMES[value]}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
