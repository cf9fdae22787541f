import { ScrollText, Search } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { AuditPage } from "@/lib/audit/schema";
import { formatNumber } from "@/lib/format";
import { ActiveFilters } from "../active-filters";
import { PageSteps } from "../page-steps";
import { Empty } from "../ui/empty";
import { type AuditPageQuery, auditHref, FILTERS, type Filter, PAGE_SIZE } from "./audit-query";
import { useEventName } from "./event-name";

/** Counting ends there. */
const MOST_COUNTED = 100_000;

/** How many entries there are, and the way to the older ones. */
export function AuditPager({ query, items, total, offset }: AuditPage & { query: AuditPageQuery }) {
  const t = useTranslations("audit");
  const locale = useLocale();
  const number = (value: number) => formatNumber(value, locale, 0);
  const counted = total < MOST_COUNTED;
  const further = counted ? offset + items.length < total : items.length === PAGE_SIZE;
  const range = { first: number(offset + 1), last: number(offset + items.length) };
  return (
    <div className="flex h-[38px] items-center gap-3 border-t px-3 text-muted-foreground text-xs max-md:h-12">
      <span className="max-md:hidden">
        {counted ? t("count", { count: total }) : t("countMore", { count: number(total) })}
      </span>
      <PageSteps
        label={t("pages")}
        range={t("range", { ...range, of: counted ? number(total) : `${number(total)}+` })}
        previous={{
          label: t("previous"),
          href: query.page > 1 ? auditHref(query, { page: query.page - 1 }) : null,
        }}
        next={{ label: t("next"), href: further ? auditHref(query, { page: query.page + 1 }) : null }}
      />
    </div>
  );
}

const NAMES: Record<Filter, "user" | "type" | "from" | "to" | "ip"> = {
  ...{ username: "user", event_type: "type", date_from: "from", date_to: "to", ip: "ip" },
};

/** No entry fits the filters, which can be taken away, or there is none at all. */
export function NoEntries({ query }: { query: AuditPageQuery }) {
  const t = useTranslations("audit");
  const nameOf = useEventName();
  const active = FILTERS.filter((name) => query[name] !== "");
  if (active.length === 0) return <Empty icon={ScrollText} title={t("emptyTitle")} text={t("empty")} />;
  return (
    <Empty icon={Search} title={t("noMatch")} text={t("noMatchHint")}>
      <ActiveFilters
        filters={active.map((name) => {
          const value = name === "event_type" ? nameOf(query[name]) : query[name];
          const text = t("filterIs", { name: t(NAMES[name]), value });
          return { text, label: t("removeFilter", { filter: text }), href: auditHref(query, { [name]: "" }) };
        })}
        clear={{ text: t("clearFilters"), href: "/admin/audit" }}
      />
    </Empty>
  );
}
