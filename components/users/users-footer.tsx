import { Search } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { ActiveFilters } from "../active-filters";
import { PageSteps } from "../page-steps";
import { Empty } from "../ui/empty";
import { type UserQuery, usersHref } from "./user-query";

interface PagerProps {
  query: UserQuery;
  total: number;
  pageSize: number;
}

/** How many users there are, and the way to the rest where one page does not hold them. */
export function UsersPager({ query, total, pageSize }: PagerProps) {
  const t = useTranslations("users");
  const locale = useLocale();
  const number = (value: number) => formatNumber(value, locale, 0);
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const { page } = query;
  const first = (page - 1) * pageSize + 1;
  return (
    <div className="flex h-[38px] items-center gap-3 border-t px-3 text-xs text-muted-foreground max-md:h-12">
      {t("count", { count: total })}
      {pages > 1 && (
        <PageSteps
          label={t("pages")}
          range={t("range", {
            first: number(first),
            last: number(Math.min(total, first + pageSize - 1)),
            of: number(total),
          })}
          previous={{ label: t("previous"), href: page > 1 ? usersHref(query, { page: page - 1 }) : null }}
          next={{ label: t("next"), href: page < pages ? usersHref(query, { page: page + 1 }) : null }}
        />
      )}
    </div>
  );
}

/** Nobody fits the filters: they stay in sight, each can be taken away. */
export function NoUsers({ query }: { query: UserQuery }) {
  const t = useTranslations();
  const filters: { text: string; without: Partial<UserQuery> }[] = [
    ...(query.status
      ? [{ text: `${t("users.columns.status")}: ${t(`users.status.${query.status}`)}`, without: { status: null } }]
      : []),
    ...(query.role
      ? [{ text: `${t("users.columns.role")}: ${t(`roles.${query.role}`)}`, without: { role: null } }]
      : []),
    ...(query.search ? [{ text: t("users.searchIs", { search: query.search }), without: { search: "" } }] : []),
  ];
  return (
    <Empty icon={Search} title={t("users.noMatch")} text={t("users.noMatchHint")}>
      <ActiveFilters
        filters={filters.map(({ text, without }) => ({
          text,
          label: t("users.removeFilter", { filter: text }),
          href: usersHref(query, without),
        }))}
        clear={{ text: t("users.clearFilters"), href: "/admin/users" }}
      />
    </Empty>
  );
}
