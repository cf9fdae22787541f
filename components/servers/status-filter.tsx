import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { SERVER_STATUSES } from "@/lib/fleet/schema";
import { formatNumber } from "@/lib/format";
import { StatusIcon } from "../status-badge";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { type Arranged, type ListQuery, listHref } from "./arrange";

interface StatusFilterProps {
  query: ListQuery;
  arranged: Pick<Arranged, "counts" | "found">;
}

/** All, or the servers of one status, each with its count; a status that no server has is left out. */
export function StatusFilter({ query, arranged: { counts, found } }: StatusFilterProps) {
  const t = useTranslations();
  const locale = useLocale();
  const shown = SERVER_STATUSES.filter((status) => counts[status] > 0 || query.status === status);
  const count = (value: number) => (
    <span className="font-normal text-muted-foreground">{formatNumber(value, locale, 0)}</span>
  );
  return (
    <div className="min-w-0 max-w-full overflow-x-auto max-md:order-last max-md:w-full">
      <Segmented aria-label={t("servers.statusFilter")}>
        <SegmentedItem asChild active={query.status === null}>
          <Link href={listHref(query, { status: null })} scroll={false} prefetch={false}>
            {t("servers.all")} {count(found)}
          </Link>
        </SegmentedItem>
        {shown.map((status) => (
          <SegmentedItem asChild key={status} active={query.status === status}>
            <Link href={listHref(query, { status })} scroll={false} prefetch={false}>
              <StatusIcon status={status} className="icon-12" />
              {t(`status.${status}`)} {count(counts[status])}
            </Link>
          </SegmentedItem>
        ))}
      </Segmented>
    </div>
  );
}
