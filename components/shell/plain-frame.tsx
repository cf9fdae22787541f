import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Locale } from "@/lib/i18n/locales";
import { VERSION } from "@/lib/version";
import { Mark } from "../brand";
import { PlainChoices } from "./plain-choices";

interface PlainFrameProps {
  saveLanguage(locale: Locale): Promise<void>;
  children: ReactNode;
  /** A line under the card. */
  hint?: string;
}

/** A single card before or without a session, on the mark drawn huge. */
export function PlainFrame({ saveLanguage, children, hint }: PlainFrameProps) {
  const t = useTranslations("login");
  return (
    <div className="flex min-h-dvh flex-col">
      <main className="relative flex flex-1 items-center justify-center overflow-hidden p-4">
        <HugeMark />
        <div className="relative w-full max-w-[352px]">
          <p className="mb-4 flex items-center gap-3 pl-0.5 text-[20px] font-semibold leading-6" translate="no">
            <Mark />
            {"Dozor"}
          </p>
          <div className="rounded-lg border bg-card p-5">{children}</div>
          {hint !== undefined && <p className="mt-3 pl-0.5 text-xs text-muted-foreground">{hint}</p>}
        </div>
      </main>
      <footer className="flex h-12 items-center justify-between border-t px-4 text-xs text-muted-foreground max-md:px-3">
        {t("version", { version: VERSION })}
        <PlainChoices saveLanguage={saveLanguage} />
      </footer>
    </div>
  );
}

const ARCS = [
  { radius: 481, opacity: 1 },
  { radius: 574, opacity: 0.8 },
  { radius: 677, opacity: 0.6 },
  { radius: 793, opacity: 0.45 },
  { radius: 921, opacity: 0.3 },
];

function HugeMark() {
  return (
    <svg
      aria-hidden="true"
      width={1}
      height={1}
      fill="none"
      className="absolute top-1/2 left-1/2 -ml-[224px] overflow-visible stroke-border-strong max-md:left-2 max-md:ml-0"
      strokeWidth={1.25}
    >
      <path d="M0-3000V3000" />
      {ARCS.map(({ radius, opacity }) => (
        <path key={radius} d={`M0,${-radius}A${radius},${radius} 0 0 1 0,${radius}`} opacity={opacity} />
      ))}
    </svg>
  );
}
