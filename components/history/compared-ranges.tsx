"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatTime } from "@/lib/format";
import type { TimeSpan } from "../charts/frame";
import { EarlierSwatch } from "../charts/legend";
import { useTimeZone } from "../clock";

/** Which two ranges lie over each other, by the viewer's clock. Seconds since the epoch. */
export function ComparedRanges({ shown, before, label }: { shown: TimeSpan; before: TimeSpan; label: string }) {
  const t = useTranslations("history");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const moment = (seconds: number) => formatTime(new Date(seconds * 1000), { locale, timeZone, style: "datetime" });
  const period = ({ from, to }: TimeSpan) => `${moment(from)} – ${moment(to)}`;
  return (
    <dl className="mb-2.5 flex flex-wrap gap-x-6 gap-y-1 rounded-md border bg-card px-3 py-2 text-xs">
      {[
        { name: t("shown"), text: period(shown), swatch: <span className="h-0.5 w-3 shrink-0 bg-primary-text" /> },
        { name: label, text: period(before), swatch: <EarlierSwatch /> },
      ].map(({ name, text, swatch }) => (
        <div key={name} className="flex flex-wrap items-center gap-x-2">
          <dt className="flex items-center gap-2 font-medium">
            {swatch}
            {name}
          </dt>
          <dd className="text-foreground-2" suppressHydrationWarning>
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}
