"use client";
import { useLocale, useTranslations } from "next-intl";
import type { MachineCost as Cost } from "@/lib/fleet/machine-cost";
import { formatBytes, formatNumber, formatPercent } from "@/lib/format";
import { Age } from "../age";

interface MachineCostProps {
  cost: Cost | null;
  /** The server's time when the page was made, in seconds. */
  asOf: number;
}

/** What reading the machine costs, as Dozor measures it; nothing while that is not known. */
export function MachineCost({ cost, asOf }: MachineCostProps) {
  const t = useTranslations("server");
  const locale = useLocale();
  if (!cost) return null;
  const { at, msPerMinute, cpuPercent, rssBytes } = cost;
  const known = cpuPercent !== null && rssBytes !== null;
  return (
    <p className="mt-2.5 text-muted-foreground text-xs" title={t("machineCostHelp")}>
      {t("machineCost", { ms: formatNumber(msPerMinute, locale, 0) })}
      {known &&
        ` ${t("processCost", { cpu: formatPercent(cpuPercent, locale), memory: formatBytes(rssBytes, locale) })}`}
      {" ("}
      <Age since={at} asOf={asOf * 1000} ago />
      {")"}
    </p>
  );
}
