import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { Analysis, Verdict } from "@/lib/fleet/analysis-schema";
import { formatBytes, formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { type AnalysisQuery, analysisHref } from "./address";
import { SHOWN_VERDICTS } from "./arrange";
import { VerdictIcon } from "./verdict";

interface KpiCardsProps {
  analysis: Pick<Analysis, "server" | "summary">;
  query: AnalysisQuery;
}

/** How many databases got each verdict and what they take up; a click filters, a second one takes the filter away. */
export function KpiCards({ analysis: { server, summary }, query }: KpiCardsProps) {
  const t = useTranslations("analysis");
  const shown = SHOWN_VERDICTS.filter((verdict) => verdict !== "insufficient" || summary[verdict].count > 0);
  return (
    <nav
      aria-label={t("kpi")}
      className={cn(
        "mb-3 grid gap-3 max-md:gap-0 max-md:divide-y max-md:overflow-hidden max-md:rounded-lg max-md:border max-md:bg-card",
        shown.length === 5 ? "md:grid-cols-5" : "md:grid-cols-4",
      )}
    >
      {shown.map((verdict) => (
        <KpiCard
          key={verdict}
          verdict={verdict}
          of={summary[verdict]}
          chosen={query.verdict === verdict}
          href={analysisHref(server, query, { verdict: query.verdict === verdict ? null : verdict })}
        />
      ))}
    </nav>
  );
}

interface KpiCardProps {
  verdict: Verdict;
  of: Analysis["summary"][Verdict];
  chosen: boolean;
  href: string;
}

function KpiCard({ verdict, of: { count, size_bytes }, chosen, href }: KpiCardProps) {
  const t = useTranslations("analysis");
  const locale = useLocale();
  const size = size_bytes === null ? t("sizeUnknown") : formatBytes(size_bytes, locale);
  return (
    <Link
      href={href}
      scroll={false}
      prefetch={false}
      aria-current={chosen ? "true" : undefined}
      aria-label={t("kpiOf", { verdict: t(`verdict.${verdict}`), count, size })}
      className={cn(
        "grid gap-1 bg-card px-3 py-2.5 transition-colors hover:bg-hover max-md:flex max-md:h-11 max-md:items-center max-md:py-0 md:rounded-lg md:border",
        chosen && "border-primary-line bg-selected",
      )}
    >
      <span className="flex min-w-0 items-center gap-1.5 font-semibold text-sm max-md:flex-1">
        <VerdictIcon verdict={verdict} />
        <span className="truncate">{t(`verdict.${verdict}`)}</span>
      </span>
      <span className="flex items-baseline justify-between gap-2 max-md:contents">
        <span className={cn("font-semibold text-xl max-md:text-lg", count === 0 && "text-muted-foreground")}>
          {formatNumber(count, locale, 0)}
        </span>
        <span className="shrink-0 text-muted-foreground text-sm max-md:w-20 max-md:text-right">
          {count > 0 && size}
        </span>
      </span>
      <span className="truncate text-muted-foreground text-xs max-md:hidden">{t(`means.${verdict}`)}</span>
    </Link>
  );
}
