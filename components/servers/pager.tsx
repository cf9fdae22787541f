import { useTranslations } from "next-intl";
import { ListPager } from "../list-pager";
import { type Arranged, type ListQuery, listHref, PAGE_SIZES } from "./arrange";

interface PagerProps {
  query: ListQuery;
  arranged: Pick<Arranged, "page" | "pages" | "matching">;
}

/** How many servers there are, and the way to the rest. */
export function Pager({ query, arranged: { page, pages, matching } }: PagerProps) {
  const t = useTranslations("servers");
  const href = (change: Partial<ListQuery>) => listHref(query, change);
  return <ListPager t={t} sizes={PAGE_SIZES} size={query.size} {...{ page, pages, matching, href }} />;
}
