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
import type { StoragePlace } from "./storage";

interface StorageTableProps {
  places: readonly StoragePlace[];
  /** By `of`. */
  forecasts: Readonly<Record<string, Forecast>>;
  thresholds: Thresholds["disk_percent"];
  className?: string;
}

/** How full the file systems of the server's directories are, and when they will be. */
export function StorageTable({ places, forecasts, thresholds, className }: StorageTableProps) {
  const t = useTranslations("server");
  return (
    <Card className={className}>
      <CardHead title={t("storageTitle")} meta={t("storageMeta")} />
      {places.length === 0 ? (
        <Empty icon={HardDrive} title={t("noFileSystems")} text={t("soon")} />
      ) : (
        <Table aria-label={t("storageTitle")} reachable>
          <TableHead>
            <tr>
              <TableHeader>{t("place")}</TableHeader>
              <TableHeader className="max-lg:hidden">{t("pathMount")}</TableHeader>
              <TableHeader>{t("used")}</TableHeader>
              <TableHeader className="text-right max-md:hidden">{t("freeOf")}</TableHeader>
              <TableHeader className="text-right">{t("fullIn")}</TableHeader>
              <TableHeader className="text-right max-md:hidden">{t("inodes")}</TableHeader>
            </tr>
          </TableHead>
          <tbody>
            {places.map((place) => (
              <PlaceRow key={place.of} place={place} forecast={forecasts[place.of]} thresholds={thresholds} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

interface PlaceRowProps {
  place: StoragePlace;
  forecast: Forecast | undefined;
  thresholds: Thresholds["disk_percent"];
}

function PlaceRow({ place, forecast, thresholds }: PlaceRowProps) {
  const t = useTranslations("server");
  const inWords = useReason();
  const locale = useLocale();
  const { of, path, mount, usedPercent, availableBytes, totalBytes, reason } = place;
  const name = of === "data" ? t("dataDirectory") : of === "wal" ? t("walDirectory") : t("tablespace", { name: of });
  return (
    <TableRow>
      <TableCell className="font-medium max-md:py-1.5">
        {name}
        {usedPercent !== null && (
          <span className="block font-normal text-muted-foreground text-xs md:hidden">
            {`${t("spaceFree")} ${formatBytes(availableBytes, locale)}`}
          </span>
        )}
      </TableCell>
      <TableCell className="mono max-w-96 truncate text-foreground-2 max-lg:hidden" title={path ?? undefined}>
        {path ?? NO_VALUE}
        {mount !== null && mount !== path && <span className="text-muted-foreground">{` (${mount})`}</span>}
      </TableCell>
      {usedPercent === null ? (
        <TableCell colSpan={4} className="max-w-md whitespace-normal py-1.5 text-muted-foreground text-xs">
          {reason === null ? t("unknown") : inWords(reason)}
        </TableCell>
      ) : (
        <>
          <TableCell>
            <span className="flex items-center gap-2">
              <Bar parts={[usedPercent]} {...thresholds} className="w-28 max-md:hidden" />
              <span className={cn("w-10 text-right font-medium", LEVEL_TEXT[levelOf(usedPercent, thresholds)])}>
                {formatPercent(usedPercent, locale, 0)}
              </span>
            </span>
          </TableCell>
          <TableCell className="text-right text-foreground-2 max-md:hidden">
            {`${formatBytes(availableBytes, locale)} / ${formatBytes(totalBytes, locale)}`}
          </TableCell>
          <TableCell className="text-right">
            <FullIn forecast={forecast} />
          </TableCell>
          <TableCell className="text-right text-foreground-2 max-md:hidden">
            {place.inodesUsedPercent === null ? NO_VALUE : formatPercent(place.inodesUsedPercent, locale, 0)}
          </TableCell>
        </>
      )}
    </TableRow>
  );
}
