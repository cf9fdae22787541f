import { ChevronLeft, ChevronRight, type LucideIcon, Search, X } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { Button } from "../ui/button";
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
        <nav aria-label={t("pages")} className="ml-auto flex items-center gap-2">
          {t("range", { first: number(first), last: number(Math.min(total, first + pageSize - 1)), of: number(total) })}
          <Step
            icon={ChevronLeft}
            label={t("previous")}
            href={page > 1 ? usersHref(query, { page: page - 1 }) : null}
          />
          <Step
            icon={ChevronRight}
            label={t("next")}
            href={page < pages ? usersHref(query, { page: page + 1 }) : null}
          />
        </nav>
      )}
    </div>
  );
}

function Step({ icon: Icon, label, href }: { icon: LucideIcon; label: string; href: string | null }) {
  if (href === null) {
    return (
      <Button size="icon-sm" aria-label={label} disabled>
        <Icon aria-hidden />
      </Button>
    );
  }
  return (
    <Button size="icon-sm" asChild>
      <Link href={href} aria-label={label}>
        <Icon aria-hidden />
      </Link>
    </Button>
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
      {filters.map(({ text, without }) => (
        <Link
          key={text}
          href={usersHref(query, without)}
          aria-label={t("users.removeFilter", { filter: text })}
          className="inline-flex h-[26px] items-center gap-1.5 rounded-md border border-primary-line bg-primary-soft px-2 text-xs font-medium text-primary-text max-md:h-9"
        >
          {text}
          <X aria-hidden className="icon-12" />
        </Link>
      ))}
      <Button asChild size="sm">
        <Link href="/admin/users">{t("users.clearFilters")}</Link>
      </Button>
    </Empty>
  );
}
