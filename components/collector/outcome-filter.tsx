import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { type ArrangedCollector, type CollectorQuery, collectorHref, SHOWN_OUTCOMES } from "./collector-query";

interface OutcomeFilterProps {
  query: CollectorQuery;
  counts: ArrangedCollector["counts"];
}

/** All probes, or those of one outcome, each with its count. */
export function OutcomeFilter({ query, counts }: OutcomeFilterProps) {
  const t = useTranslations("collector");
  const locale = useLocale();
  const shown = SHOWN_OUTCOMES.filter((outcome) => counts[outcome] > 0 || query.outcome === outcome);
  return (
    <div className="min-w-0 max-w-full overflow-x-auto max-md:order-last max-md:w-full">
      <Segmented aria-label={t("outcome")}>
        {[null, ...shown].map((outcome) => (
          <SegmentedItem asChild key={outcome ?? "all"} active={query.outcome === outcome}>
            <Link href={collectorHref(query, { outcome })} scroll={false} prefetch={false}>
              {outcome === null ? t("all") : t(`outcomes.${outcome}`)}
              {outcome !== null && (
                <span className="font-normal text-muted-foreground">{formatNumber(counts[outcome], locale, 0)}</span>
              )}
            </Link>
          </SegmentedItem>
        ))}
      </Segmented>
    </div>
  );
}
