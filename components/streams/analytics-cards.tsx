import { useLocale, useTranslations } from "next-intl";
import { formatNumber, NO_VALUE } from "@/lib/format";
import type { StreamSummary } from "@/lib/streams/analytics-schema";

/** What was played in the period, and how many listened lately. */
export function AnalyticsCards({ summary }: { summary: StreamSummary }) {
  const t = useTranslations("streams.analytics");
  const locale = useLocale();
  const cards = [
    { name: t("plays"), value: summary.plays, digits: 0 },
    { name: t("hours"), value: summary.hours, digits: 1 },
    { name: t("unique"), value: summary.unique_tracks, digits: 0 },
    { name: t("now"), value: summary.listeners_now, digits: 0 },
    { name: t("peakToday"), value: summary.peak_today, digits: 0 },
    { name: t("peakWeek"), value: summary.peak_week, digits: 0 },
    { name: t("averageWeek"), value: summary.average_week, digits: 1 },
  ];
  return (
    <dl className="grid grid-cols-7 gap-3 max-xl:grid-cols-4 max-md:grid-cols-2">
      {cards.map(({ name, value, digits }) => (
        <div key={name} className="rounded-lg border bg-card px-3 py-2.5 max-md:last:col-span-2">
          <dt className="text-foreground-2 text-sm">{name}</dt>
          <dd className={value === null ? "text-muted-foreground text-xl" : "font-semibold text-xl"}>
            {value === null ? NO_VALUE : formatNumber(value, locale, digits)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
