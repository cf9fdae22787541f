import { Search } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { ActiveFilters } from "../active-filters";
import { PageSteps } from "../page-steps";
import { Empty } from "../ui/empty";
import { type AnalysisQuery, analysisHref, clearedHref, PAGE_SIZES } from "./address";
import type { Arranged } from "./arrange";

interface PagerProps {
  server: string;
  query: AnalysisQuery;
  arranged: Pick<Arranged, "page" | "pages" | "matching">;
}

/** How many databases there are, and the way to the rest where one page does not hold them. */
export function AnalysisPager({ server, query, arranged: { page, pages, matching } }: PagerProps) {
  const t = useTranslations("analysis");
  const locale = useLocale();
  const number = (value: number) => formatNumber(value, locale, 0);
  const href = (change: Partial<AnalysisQuery>) => analysisHref(server, query, change);
  const first = (page - 1) * query.size + 1;
  return (
    <div className="flex h-[38px] items-center gap-3 border-t px-3 text-muted-foreground text-xs max-md:h-12">
      {t("count", { count: matching })}
      {matching > PAGE_SIZES[0] && (
        <span className="flex items-center gap-1.5 max-md:hidden">
          {t("rows")}
          {PAGE_SIZES.map((size) => (
            <Link
              key={size}
              href={href({ size })}
              aria-current={size === query.size ? "true" : undefined}
              prefetch={false}
              scroll={false}
              className={cn(
                "rounded-sm px-1 hover:text-foreground",
                size === query.size && "font-medium text-foreground",
              )}
            >
              {size}
            </Link>
          ))}
        </span>
      )}
      {pages > 1 && (
        <PageSteps
          label={t("pages")}
          range={t("range", {
            first: number(first),
            last: number(Math.min(matching, first + query.size - 1)),
            of: number(matching),
          })}
          previous={{ label: t("previous"), href: page > 1 ? href({ page: page - 1 }) : null }}
          next={{ label: t("next"), href: page < pages ? href({ page: page + 1 }) : null }}
        />
      )}
    </div>
  );
}

/** Nothing fits search and filter: they stay in sight, each can be taken away. */
export function NoMatch({ server, query }: Pick<PagerProps, "server" | "query">) {
  const t = useTranslations("analysis");
  const filters: { text: string; without: Partial<AnalysisQuery> }[] = [
    ...(query.verdict
      ? [{ text: t("verdictIs", { verdict: t(`verdict.${query.verdict}`) }), without: { verdict: null } }]
      : []),
    ...(query.search
      ? [
          {
            text: t(`searchIs.${query.mode}`, { search: query.search }),
            without: { search: "", mode: "contains" as const },
          },
        ]
      : []),
  ];
  return (
    <Empty icon={Search} title={t("noMatch")}>
      <ActiveFilters
        filters={filters.map(({ text, without }) => ({
          text,
          label: t("removeFilter", { filter: text }),
          href: analysisHref(server, query, without),
        }))}
        clear={{ text: t("clearFilters"), href: clearedHref(server, query) }}
      />
    </Empty>
  );
}
