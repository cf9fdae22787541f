import { useLocale, useTranslations } from "next-intl";
import { formatPercent, formatRate } from "@/lib/format";
import type { DiskRow } from "./machine-rows";
import { SmallTable } from "./small-table";

/** What the disks of this machine do. */
export function DisksCard({ rows }: { rows: readonly DiskRow[] }) {
  const t = useTranslations("overview.disks");
  const locale = useLocale();
  return (
    <SmallTable
      title={t("title")}
      meta={t("meta")}
      none={t("none")}
      columns={[
        { label: t("device"), className: "mono" },
        { label: t("read"), width: "w-24", numeric: true },
        { label: t("write"), width: "w-24", numeric: true },
        { label: t("busy"), width: "w-16", numeric: true },
      ]}
      rows={rows.map(({ device, readPerSec, writePerSec, busyPercent }) => ({
        key: device,
        cells: [
          device,
          formatRate(readPerSec, locale, "bytes"),
          formatRate(writePerSec, locale, "bytes"),
          formatPercent(busyPercent, locale),
        ],
      }))}
    />
  );
}
