"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { asNumber, rowsOf } from "./locate";
import type { Probes } from "./newest";
import { useLatest } from "./use-latest";

/** What watching the server costs it, as Dozor measures it; nothing while that is not known. */
export function WatchingCost({ server, initial }: { server: string; initial: Probes }) {
  const t = useTranslations("server");
  const locale = useLocale();
  const rows = rowsOf(useLatest(server, initial).cost?.data);
  const values = rows.find(({ labels }) => Object.keys(labels).length === 0)?.values;
  const [queries, ms, connections] = ["queries_per_min", "ms_per_min", "connections"].map((name) =>
    asNumber(values?.[name]),
  );
  if (!queries || ms == null) return null;
  const number = (value: number) => formatNumber(value, locale, 0);
  return (
    <p className="mt-2.5 text-muted-foreground text-xs" title={t("watchingHelp")}>
      {t("watchingCost", { queries: number(queries), ms: number(ms), connections: connections ?? 0 })}
    </p>
  );
}
