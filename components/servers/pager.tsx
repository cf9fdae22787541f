import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { PageSteps } from "../page-steps";
import { type Arranged, type ListQuery, listHref, PAGE_SIZES } from "./arrange";

interface PagerProps {
  query: ListQuery;
  arranged: Pick<Arranged, "page" | "pages" | "matching">;
}

/** How many servers there are, and the way to the rest where one page does not hold them. */
export function Pager({ query, arranged: { page, pages, matching } }: PagerProps) {
  const t = useTranslations("servers");
  const locale = useLocale();
  const number = (value: number) => formatNumber(value, locale, 0);
  const first = (page - 1) * query.size + 1;
  return (
    <div className="flex h-[38px] items-center gap-3 border-t px-3 text-xs text-muted-foreground max-md:h-12">
      {t("count", { count: matching })}
      {matching > PAGE_SIZES[0] && (
        <span className="flex items-center gap-1.5 max-md:hidden">
          {t("rows")}
          {PAGE_SIZES.map((size) => (
            <Link
              key={size}
              href={listHref(query, { size })}
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
          previous={{ label: t("previous"), href: page > 1 ? listHref(query, { page: page - 1 }) : null }}
          next={{ label: t("next"), href: page < pages ? listHref(query, { page: page + 1 }) : null }}
        />
      )}
    </div>
  );
}
