import { useLocale, useTranslations } from "next-intl";
import type { DatabaseVerdict } from "@/lib/fleet/analysis-schema";
import { formatNumber } from "@/lib/format";
import { Age } from "../age";
import { useReasonText } from "./reason";

/** Marks a verdict that does not follow from counted sessions; the note under the table says why. */
function EstimateMark() {
  const t = useTranslations("analysis");
  return (
    <span
      title={t("estimateNote")}
      className="ml-1.5 whitespace-nowrap rounded-sm border border-idle-line bg-idle-soft px-1 text-2xs text-idle-text"
    >
      {t("estimate")}
    </span>
  );
}

/** Why the verdict is so, and whether it is an estimate. */
export function Reason({ of: { reason, estimate } }: { of: DatabaseVerdict }) {
  const text = useReasonText();
  return (
    <>
      {text(reason)}
      {estimate && <EstimateMark />}
    </>
  );
}

/** An average that was rounded to 0 although there were connections is not shown as none. */
export function Average({ of: { verdict, average_connections: average } }: { of: DatabaseVerdict }) {
  const locale = useLocale();
  const tiny = average === 0 && verdict === "low";
  return tiny ? `< ${formatNumber(0.01, locale)}` : formatNumber(average, locale);
}

/** When somebody else than Dozor was seen last. */
export function LastUsed({ of: { last_used_at, history_since }, asOf }: { of: DatabaseVerdict; asOf: number }) {
  const t = useTranslations("analysis");
  if (last_used_at !== null) return <Age since={last_used_at} asOf={asOf} ago />;
  return history_since === null ? t("notKnown") : t("neverUsed");
}
