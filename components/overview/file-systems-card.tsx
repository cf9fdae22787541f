import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatPercent } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import { Bar, LEVEL_TEXT, levelOf } from "../bar";
import { Card, CardHead } from "../ui/card";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";

export interface FileSystem {
  mount: string;
  device: string | null;
  fstype: string | null;
  usedBytes: number | null;
  /** What an ordinary user may still write. */
  freeBytes: number | null;
  totalBytes: number | null;
  percent: number | null;
}

interface FileSystemsCardProps {
  /** The fullest first. */
  fileSystems: readonly FileSystem[];
  thresholds: Thresholds["disk_percent"];
}

export function FileSystemsCard({ fileSystems, thresholds }: FileSystemsCardProps) {
  const t = useTranslations("overview.fileSystems");
  return (
    <Card>
      <CardHead title={t("title")} meta={t("meta")} />
      {fileSystems.length === 0 ? (
        <p className="p-3 text-sm text-muted-foreground">{t("none")}</p>
      ) : (
        <Table aria-label={t("title")}>
          <TableHead>
            <tr>
              <TableHeader>{t("mount")}</TableHeader>
              <TableHeader className="w-32">{t("used")}</TableHeader>
              <TableHeader className="w-40 text-right">{t("size")}</TableHeader>
            </tr>
          </TableHead>
          <tbody>
            {fileSystems.map((fileSystem) => (
              <FileSystemRow key={fileSystem.mount} fileSystem={fileSystem} thresholds={thresholds} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

function FileSystemRow({ fileSystem, thresholds }: { fileSystem: FileSystem; thresholds: Thresholds["disk_percent"] }) {
  const locale = useLocale();
  const t = useTranslations("common");
  const { mount, device, fstype, percent, usedBytes, totalBytes } = fileSystem;
  const level = levelOf(percent, thresholds);
  return (
    <TableRow>
      <TableCell className="mono max-w-0 truncate" title={[mount, fstype, device].filter(Boolean).join(", ")}>
        {mount}
      </TableCell>
      <TableCell>
        {percent === null ? (
          <span className="text-xs text-muted-foreground">{t("noData")}</span>
        ) : (
          <span className="flex items-center gap-2.5">
            <Bar parts={[percent]} {...thresholds} />
            <span className={cn("ml-auto", LEVEL_TEXT[level], level !== "normal" && "font-medium")}>
              {formatPercent(percent, locale, 0)}
            </span>
          </span>
        )}
      </TableCell>
      <TableCell className="text-right text-muted-foreground">
        {`${formatBytes(usedBytes, locale)} / ${formatBytes(totalBytes, locale)}`}
      </TableCell>
    </TableRow>
  );
}
