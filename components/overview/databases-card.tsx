import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatNumber, formatPercent } from "@/lib/format";
import type { DatabaseRow } from "./machine-rows";
import { SmallTable } from "./small-table";

/** The databases of this machine's PostgreSQL. @param server the server that holds them */
export function DatabasesCard({ rows, server }: { rows: readonly DatabaseRow[]; server: string }) {
  const t = useTranslations("overview.databases");
  const locale = useLocale();
  return (
    <SmallTable
      title={t("title")}
      meta={t("meta", { server })}
      none={t("none")}
      columns={[
        { label: t("name"), className: "font-medium" },
        { label: t("tps"), width: "w-16", numeric: true },
        { label: t("hits"), width: "w-24", numeric: true },
        { label: t("size"), width: "w-24", numeric: true },
      ]}
      rows={rows.map(({ name, transactionsPerSec, cacheHitPercent, sizeBytes }) => ({
        key: name,
        cells: [
          name,
          formatNumber(transactionsPerSec, locale),
          formatPercent(cacheHitPercent, locale),
          formatBytes(sizeBytes, locale),
        ],
      }))}
    />
  );
}
