import { Search, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Empty } from "../ui/empty";
import { type ListQuery, listHref } from "./arrange";

/** Nothing fits the filters: they stay in sight, each can be taken away. */
export function NoMatch({ query }: { query: ListQuery }) {
  const t = useTranslations();
  const filters = [
    query.status && { text: t("servers.statusIs", { status: t(`status.${query.status}`) }), without: { status: null } },
    query.search && { text: t("servers.searchIs", { search: query.search }), without: { search: "" } },
  ].filter((filter) => filter !== null && filter !== "");
  return (
    <Empty icon={Search} title={t("servers.noMatch", { count: filters.length })}>
      {filters.map(({ text, without }) => (
        <Link
          key={text}
          href={listHref(query, without)}
          aria-label={t("servers.removeFilter", { filter: text })}
          className="inline-flex h-[26px] items-center gap-1.5 rounded-md border border-primary-line bg-primary-soft px-2 text-xs font-medium text-primary-text max-md:h-9"
        >
          {text}
          <X aria-hidden className="icon-12" />
        </Link>
      ))}
      <Button asChild size="sm">
        <Link href="/servers">{t("servers.clearFilters")}</Link>
      </Button>
    </Empty>
  );
}
