import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActiveFilters } from "../active-filters";
import { ListPager } from "../list-pager";
import { Empty } from "../ui/empty";
import { type AnalysisQuery, analysisHref, clearedHref, PAGE_SIZES } from "./address";
import type { Arranged } from "./arrange";

interface PagerProps {
  server: string;
  query: AnalysisQuery;
  arranged: Pick<Arranged, "page" | "pages" | "matching">;
}

/** How many databases there are, and the way to the rest. */
export function AnalysisPager({ server, query, arranged: { page, pages, matching } }: PagerProps) {
  const t = useTranslations("analysis");
  const href = (change: Partial<AnalysisQuery>) => analysisHref(server, query, change);
  return <ListPager t={t} sizes={PAGE_SIZES} size={query.size} {...{ page, pages, matching, href }} />;
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
