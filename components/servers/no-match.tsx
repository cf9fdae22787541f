import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActiveFilters } from "../active-filters";
import { Empty } from "../ui/empty";
import { type ListQuery, listHref } from "./arrange";

/** Nothing fits the filters: they stay in sight, each can be taken away. */
export function NoMatch({ query }: { query: ListQuery }) {
  const t = useTranslations();
  const filters = [
    query.status && { text: t("servers.statusIs", { status: t(`status.${query.status}`) }), without: { status: null } },
    ...query.labels.map((label) => ({ text: label, without: { labels: query.labels.filter((one) => one !== label) } })),
    query.search && { text: t("servers.searchIs", { search: query.search }), without: { search: "" } },
  ].filter((filter) => filter !== null && filter !== "");
  return (
    <Empty icon={Search} title={t("servers.noMatch", { count: filters.length })}>
      <ActiveFilters
        filters={filters.map(({ text, without }) => ({
          text,
          label: t("servers.removeFilter", { filter: text }),
          href: listHref(query, without),
        }))}
        clear={{ text: t("servers.clearFilters"), href: "/servers" }}
      />
    </Empty>
  );
}
