"use client";
import { HardDrive } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { Forecast } from "@/lib/fleet/forecast";
import { formatBytes, formatPercent, NO_VALUE } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import { Bar, LEVEL_TEXT, levelOf } from "../bar";
import { Card, CardHead } from "../ui/card";
import { Empty } from "../ui/empty";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { useReason } from "../use-reason";
import { FullIn } from "./full-in-cell";
import { type FileSystem, fileSystems, type Probes } from "./newest";
import { useLatest } from "./use-latest";

interface FileSystemsProps {
  server: string;
  initial: Probes;
  /** By mount point. */
  forecasts: Readonly<Record<string, Forecast>>;
  thresholds: Thresholds["disk_percent"];
  className?: string;
}

/** How full each file system is, the fullest first, and when it will be. */
export function FileSystems({ server, initial, forecasts, thresholds, className }: FileSystemsProps) {
  const t = useTranslations("server");
  const list = fileSystems(useLatest(server, initial));
  return (
    <Card className={className}>
      <CardHead title={t("fileSystems")} meta={t("fileSystemsMeta")} />
      {list.length === 0 ? (
        <Empty icon={HardDrive} title={t("noFileSystems")} text={t("soon")} />
      ) : (
        <Table reachable aria-label={t("fileSystems")}>
          <TableHead>
            <tr>
              <TableHeader>{t("mount")}</TableHeader>
              <TableHeader className="max-md:hidden">{t("typeDevice")}</TableHeader>
              <TableHeader>{t("used")}</TableHeader>
              <TableHeader className="text-right max-md:hidden">{t("sizeOf")}</TableHeader>
              <TableHeader className="text-right">{t("fullIn")}</TableHeader>
              <TableHeader className="text-right max-md:hidden">{t("inodes")}</TableHeader>
            </tr>
          </TableHead>
          <tbody>
            {list.map((one) => (
              <FileSystemRow key={one.mount} one={one} forecast={forecasts[one.mount]} thresholds={thresholds} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

interface FileSystemRowProps {
  one: FileSystem;
  forecast: Forecast | undefined;
  thresholds: Thresholds["disk_percent"];
}

function FileSystemRow({ one, forecast, thresholds }: FileSystemRowProps) {
  const t = useTranslations("server");
  const locale = useLocale();
  const inWords = useReason();
  const reason = one.reason && inWords(one.reason);
  const tone = LEVEL_TEXT[levelOf(one.usedPercent, thresholds)];
  return (
    <TableRow>
      <TableCell className="mono max-w-56 truncate" title={one.mount}>
        {one.mount}
      </TableCell>
      <TableCell className="text-foreground-2 max-md:hidden">
        {[one.type, one.device].filter(Boolean).join(", ")}
      </TableCell>
      <TableCell>
        <span className="flex items-center gap-2">
          {one.usedPercent === null ? (
            <span className="text-muted-foreground" title={reason}>
              {t("unknown")}
              {reason && <span className="sr-only">: {reason}</span>}
            </span>
          ) : (
            <>
              <Bar parts={[one.usedPercent]} {...thresholds} className="w-28 max-md:w-14" />
              <span className={cn("w-12 text-right font-medium", tone)}>
                {formatPercent(one.usedPercent, locale, 0)}
              </span>
            </>
          )}
        </span>
      </TableCell>
      <TableCell className="text-right text-foreground-2 max-md:hidden">
        {one.usedBytes === null
          ? NO_VALUE
          : `${formatBytes(one.usedBytes, locale)} / ${formatBytes(one.totalBytes, locale)}`}
      </TableCell>
      <TableCell className="text-right">
        <FullIn forecast={forecast} />
      </TableCell>
      <TableCell className="text-right text-foreground-2 max-md:hidden">
        {formatPercent(one.inodesPercent, locale, 0)}
      </TableCell>
    </TableRow>
  );
}
