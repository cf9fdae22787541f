import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatNumber, formatPercent, formatUnit } from "@/lib/format";
import type { SystemMetrics } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import { Sparkline } from "../charts/sparkline";
import { StatusBadge } from "../status-badge";
import { useReason } from "../use-reason";
import { type Summary, summarize } from "./hour";
import type { SystemCard } from "./system-cards";

interface HealthCardProps {
  card: SystemCard;
  metrics: SystemMetrics;
  /** Of the last hour. */
  values: (number | null)[];
  /** Of connections in percent of the limit. */
  thresholds: { warning: number; critical: number };
  freeBytes: number | null;
}

/** One number: value, what to compare it with, its hour, its thresholds. */
export function HealthCard({ card, metrics, values, thresholds, freeBytes }: HealthCardProps) {
  const t = useTranslations("overview");
  const locale = useLocale();
  const { metric, icon: Icon } = card;
  const limit = card.max === "limit" ? metrics.db_max_connections : null;
  const marks = scaled(thresholds, card.max === "limit" ? limit : 100);
  const hour = summarize(values);
  const number = (value: number) => formatNumber(value, locale, value < 10 ? 1 : 0);
  const max = card.max === "limit" ? limit : card.max;
  const name = t(`metrics.${metric}`);
  return (
    <article
      data-metric={metric}
      className="grid min-w-0 max-xl:col-span-2 max-xl:nth-[n+4]:col-span-3 max-md:col-span-1 max-md:nth-[n+4]:col-span-1 grid-cols-[minmax(0,1fr)_auto] content-start rounded-lg border bg-card px-3 pt-2.5 pb-2 max-md:h-11 max-md:grid-cols-[minmax(0,1fr)_52px_70px_92px] max-md:content-center max-md:items-center max-md:gap-x-2 max-md:rounded-none max-md:border-0 max-md:border-b max-md:py-0 max-md:last:border-b-0"
    >
      <h2 className="flex h-5 items-center gap-2 text-sm text-foreground-2">
        <Icon aria-hidden className="icon-14 text-muted-foreground max-md:hidden" />
        <span className="leading-4">{name}</span>
      </h2>
      <StatusBadge
        status={metrics.status[metric]}
        className={cn("justify-self-end max-md:order-4", metrics.status[metric] === "healthy" && "-mr-1.5")}
      />
      <p className="mt-0.5 flex items-baseline gap-1 max-md:order-3 max-md:mt-0 max-md:justify-self-end">
        <Value {...{ card, metrics, limit }} />
      </p>
      <p className="self-end justify-self-end pb-1 text-xs text-muted-foreground max-md:hidden">
        <Note {...{ card, metrics, limit, hour, freeBytes }} />
      </p>
      <div className="col-span-2 mt-1.5 max-md:order-2 max-md:col-span-1 max-md:mt-0 max-md:[&>svg]:h-[26px]">
        <Sparkline
          values={values}
          height={38}
          min={0}
          {...(max != null && { max })}
          {...marks}
          label={
            hour ? t("hourLabel", { name, min: number(hour.min), max: number(hour.max) }) : t("hourUnknown", { name })
          }
        />
      </div>
      <p className="mt-2 text-2xs text-muted-foreground max-md:hidden">
        {hour && `${number(hour.min)} – ${number(hour.max)}`}
      </p>
      <p className="mt-2 flex gap-2 justify-self-end text-2xs text-muted-foreground max-md:hidden">
        {marks && (
          <>
            <Mark label={t("warningFrom")} value={number(marks.warning)} className="text-warn" />
            <Mark label={t("criticalFrom")} value={number(marks.critical)} className="text-crit" />
          </>
        )}
      </p>
    </article>
  );
}

interface PartProps {
  card: SystemCard;
  metrics: SystemMetrics;
  /** What the metric is counted against. */
  limit: number | null;
}

function Value({ card, metrics, limit }: PartProps) {
  const t = useTranslations();
  const inWords = useReason();
  const locale = useLocale();
  const value = metrics[card.metric];
  if (value === null) {
    const reason = metrics.unavailable[card.metric];
    return (
      <span className="text-sm leading-7 text-muted-foreground" title={reason && inWords(reason)}>
        {t("common.noData")}
      </span>
    );
  }
  const shown = formatUnit(value, card.unit, locale);
  return (
    <>
      <span className="font-semibold text-xl max-md:text-lg">{shown.value}</span>
      <span className="text-muted-foreground text-sm max-md:text-xs">
        {limit === null ? shown.unit : t("overview.of", { limit: formatNumber(limit, locale, 0) })}
      </span>
    </>
  );
}

type NoteProps = PartProps & { hour: Summary | null; freeBytes: number | null };

function Note({ card, metrics, limit, hour, freeBytes }: NoteProps) {
  const t = useTranslations("overview.note");
  const locale = useLocale();
  const value = metrics[card.metric];
  if (card.note === "free") return freeBytes !== null && t("free", { size: formatBytes(freeBytes, locale) });
  if (card.note === "share") {
    return value !== null && limit !== null && t("share", { percent: formatPercent((100 * value) / limit, locale, 0) });
  }
  if (hour === null) return null;
  const number = (amount: number) => formatNumber(amount, locale, 1);
  if (card.note === "average") return t("average", { value: number(hour.average) });
  return t("change", { value: `${hour.change < 0 ? "−" : "+"}${number(Math.abs(hour.change))}` });
}

/** A threshold: its dash and its number, also when it is off the line's scale. */
function Mark({ label, value, className }: { label: string; value: string; className: string }) {
  return (
    <span className="inline-flex items-center gap-1" title={label}>
      <svg aria-hidden="true" width={12} height={2} className={className}>
        <path d="M0,1h5M7,1h5" stroke="currentColor" strokeWidth={1.5} />
      </svg>
      <span className="sr-only">{label}</span>
      {value}
    </span>
  );
}

/** Thresholds in percent become numbers of the limit; none while the limit is not known. */
function scaled(thresholds: HealthCardProps["thresholds"], whole: number | null) {
  if (whole === null) return undefined;
  return { warning: (thresholds.warning * whole) / 100, critical: (thresholds.critical * whole) / 100 };
}
