import { useLocale, useTranslations } from "next-intl";
import { formatNumber, NO_VALUE } from "@/lib/format";
import type { Play } from "@/lib/streams/schema";
import { Card, CardHead } from "../ui/card";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { clockText } from "./countdown";
import { Moment } from "./moment";

/** What was played, newest first. */
export function PlaysCard({ plays }: { plays: readonly Play[] }) {
  const t = useTranslations("streams.plays");
  const locale = useLocale();
  return (
    <Card>
      <CardHead title={t("title")} meta={t("meta")} />
      {plays.length === 0 ? (
        <p className="p-3 text-muted-foreground text-sm">{t("none")}</p>
      ) : (
        <Table aria-label={t("title")} className="table-fixed" reachable>
          <TableHead>
            <tr>
              <TableHeader className="w-[104px] max-md:w-20">{t("started")}</TableHeader>
              <TableHeader>{t("track")}</TableHeader>
              <TableHeader className="w-[72px] text-right max-md:w-16">{t("played")}</TableHeader>
              <TableHeader className="w-[84px] text-right max-md:w-[78px] max-md:pr-3">{t("average")}</TableHeader>
              <TableHeader className="w-16 text-right max-md:hidden">{t("peak")}</TableHeader>
            </tr>
          </TableHead>
          <tbody>
            {plays.map(({ id, track, ended_at, started_at, ...play }) => (
              <TableRow key={id}>
                <TableCell className="mono text-muted-foreground text-xs">
                  <Moment at={started_at} />
                </TableCell>
                <TableCell
                  className="truncate max-md:whitespace-normal max-md:break-words max-md:py-1.5"
                  title={track.title}
                >
                  {track.title}
                </TableCell>
                <TableCell className="text-right">
                  {ended_at === null ? t("running") : clockText(play.played_seconds)}
                </TableCell>
                <TableCell className="text-right max-md:pr-3">
                  {play.listeners_average === null ? NO_VALUE : formatNumber(play.listeners_average, locale, 1)}
                </TableCell>
                <TableCell className="text-right max-md:hidden">
                  {play.listeners_peak === null ? NO_VALUE : formatNumber(play.listeners_peak, locale, 0)}
                </TableCell>
              </TableRow>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
