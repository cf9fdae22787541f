import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatPercent } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import { Bar, LEVEL_TEXT, levelOf } from "../bar";
import type { FileSystem } from "./machine-rows";
import { SmallTable } from "./small-table";

type Marks = Thresholds["disk_percent"];

/** How full the file systems of this machine are. */
export function FileSystemsCard({ rows, thresholds }: { rows: readonly FileSystem[]; thresholds: Marks }) {
  const t = useTranslations("overview.fileSystems");
  const locale = useLocale();
  return (
    <SmallTable
      title={t("title")}
      meta={t("meta")}
      none={t("none")}
      columns={[
        { label: t("mount"), className: "mono" },
        { label: t("used"), width: "w-32" },
        { label: t("size"), width: "w-36", className: "text-foreground-2", numeric: true },
      ]}
      rows={rows.map(({ mount, percent, usedBytes, totalBytes }) => ({
        key: mount,
        cells: [
          mount,
          <Used key="used" percent={percent} thresholds={thresholds} />,
          `${formatBytes(usedBytes, locale)} / ${formatBytes(totalBytes, locale)}`,
        ],
      }))}
    />
  );
}

function Used({ percent, thresholds }: { percent: number | null; thresholds: Marks }) {
  const t = useTranslations("common");
  const locale = useLocale();
  if (percent === null) return <span className="text-xs text-muted-foreground">{t("noData")}</span>;
  const level = levelOf(percent, thresholds);
  return (
    <span className="flex items-center gap-2.5">
      <Bar parts={[percent]} {...thresholds} />
      <span className={cn("ml-auto", LEVEL_TEXT[level], level !== "normal" && "font-medium")}>
        {formatPercent(percent, locale, 0)}
      </span>
    </span>
  );
}
