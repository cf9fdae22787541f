import { useTranslations } from "next-intl";
import type { VerdictReason } from "@/lib/fleet/analysis-schema";

/** Why a database got its verdict, as a sentence in the viewer's language. */
export function useReasonText(): (reason: VerdictReason) => string {
  const t = useTranslations("analysis.reason");
  const span = (days: number | null) => t(days === null || days < 1 ? "lessThanDay" : "days", { days: days ?? 0 });
  // Rounded before its plural form is chosen, so that form and number agree.
  const share = (average: number) => t("average", { average: Math.round(average * 100) / 100 });

  const inUse = ({ days, average }: VerdictReason): string => {
    const used = days === null ? t("inUse") : days < 1 ? t("usedLately") : t("usedBefore", { span: span(days) });
    return average ? t("withAverage", { used, share: share(average) }) : used;
  };

  return (reason) => {
    switch (reason.code) {
      case "short_history":
        return t("shortHistory", { stored: span(reason.days), needed: t("days", { days: reason.needed ?? 0 }) });
      case "gap":
        return t("gap", { stored: span(reason.days), needed: t("days", { days: reason.needed ?? 0 }) });
      case "unchanged":
        return t("unchanged", {
          connections: t("connections", { count: reason.connections ?? 0 }),
          span: span(reason.days),
        });
      case "unused":
        return t("unused", { span: span(reason.days) });
      case "few_connections":
        return t("few", { share: share(reason.average ?? 0) });
      case "in_use":
        return inUse(reason);
    }
  };
}
