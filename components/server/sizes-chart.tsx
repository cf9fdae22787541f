import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { linesBy } from "./lines";

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
      lines={linesBy(sizes, "sizes.size_bytes", { label: "database", others: t("others") })}
      className={className}
    />
  );
}
