import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { leadingLines } from "./leading";

/** How large each database is; fed by the query `sizes`. */
export function SizesChart({ sizes, className }: { sizes: QueryResult["series"]; className: string }) {
  const t = useTranslations("server");
  return (
    <TimeSeries
      id="sizes"
      query="sizes"
      title={t("sizes")}
      detail={t("perDatabase")}
      unit="bytes"
      kind="stacked"
      total={t("total")}
      lines={leadingLines(sizes, {
        ...{ metric: "sizes.size_bytes", label: "database", whole: ["sizes.all_bytes"] },
        names: { others: t("others"), total: t("total") },
      })}
      className={className}
    />
  );
}
