import Link from "next/link";
import { useLocale } from "next-intl";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { PageSteps } from "./page-steps";

/** What its texts are called in the namespace of each list. */
type PagerText = (
  key: "count" | "rows" | "pages" | "range" | "previous" | "next",
  values?: Record<string, string | number>,
) => string;

interface ListPagerProps<Size extends number> {
  t: PagerText;
  sizes: readonly [Size, ...Size[]];
  size: Size;
  page: number;
  pages: number;
  /** Rows on all pages together. */
  matching: number;
  href(change: { size?: Size; page?: number }): string;
}

/** How many rows there are, and the way to the rest where one page does not hold them. */
export function ListPager<Size extends number>(props: ListPagerProps<Size>) {
  const { t, sizes, size, page, pages, matching, href } = props;
  const locale = useLocale();
  const number = (value: number) => formatNumber(value, locale, 0);
  const first = (page - 1) * size + 1;
  return (
    <div className="flex h-[38px] items-center gap-3 border-t px-3 text-muted-foreground text-xs max-md:h-12">
      {t("count", { count: matching })}
      {matching > sizes[0] && (
        <span className="flex items-center gap-1.5 max-md:hidden">
          {t("rows")}
          {sizes.map((one) => (
            <Link
              key={one}
              href={href({ size: one })}
              aria-current={one === size ? "true" : undefined}
              prefetch={false}
              scroll={false}
              className={cn("rounded-sm px-1 hover:text-foreground", one === size && "font-medium text-foreground")}
            >
              {one}
            </Link>
          ))}
        </span>
      )}
      {pages > 1 && (
        <PageSteps
          label={t("pages")}
          range={t("range", {
            first: number(first),
            last: number(Math.min(matching, first + size - 1)),
            of: number(matching),
          })}
          previous={{ label: t("previous"), href: page > 1 ? href({ page: page - 1 }) : null }}
          next={{ label: t("next"), href: page < pages ? href({ page: page + 1 }) : null }}
        />
      )}
    </div>
  );
}
