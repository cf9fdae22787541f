import Link from "next/link";
import { useTranslations } from "next-intl";
import { PERIODS, type Period } from "@/lib/streams/analytics-schema";
import { Segmented, SegmentedItem } from "../ui/segmented";

/** Of which time the analytics are; the choice is part of the address. */
export function PeriodChoice({ period }: { period: Period }) {
  const t = useTranslations("streams.analytics");
  return (
    <Segmented aria-label={t("period")}>
      {PERIODS.map((one) => (
        <SegmentedItem key={one} active={one === period} asChild>
          <Link href={one === PERIODS[0] ? "/streams/analytics" : `/streams/analytics?period=${one}`} prefetch={false}>
            {t(`periods.${one}`)}
          </Link>
        </SegmentedItem>
      ))}
    </Segmented>
  );
}
