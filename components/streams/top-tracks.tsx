import { useLocale, useTranslations } from "next-intl";
import { formatDuration, formatNumber, NO_VALUE } from "@/lib/format";
import type { TopTracks as Tracks } from "@/lib/streams/analytics-schema";
import { Card, CardHead } from "../ui/card";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { Moment } from "./moment";

/** The most played tracks of the period. */
export function TopTracks({ tracks }: Pick<Tracks, "tracks">) {
  const t = useTranslations("streams.analytics");
  const locale = useLocale();
  return (
    <Card>
      <CardHead title={t("top")} meta={t("topMeta")} />
      {tracks.length === 0 ? (
        <p className="p-3 text-muted-foreground text-sm">{t("topNone")}</p>
      ) : (
        <Table aria-label={t("top")} className="table-fixed" reachable>
          <TableHead>
            <tr>
              <TableHeader>{t("track")}</TableHeader>
              <TableHeader className="w-24 text-right max-md:w-16">{t("count")}</TableHeader>
              <TableHeader className="w-28 text-right max-md:hidden">{t("played")}</TableHeader>
              <TableHeader className="w-28 text-right max-md:w-20 max-md:pr-3">{t("listeners")}</TableHeader>
              <TableHeader className="w-20 text-right max-md:hidden">{t("peak")}</TableHeader>
              <TableHeader className="w-40 text-right max-md:hidden">{t("last")}</TableHeader>
            </tr>
          </TableHead>
          <tbody>
            {tracks.map(({ track, plays, played_seconds, listeners_average, listeners_peak, last_played_at }) => (
              <TableRow key={`${track.id}|${track.title}|${track.source}`}>
                <TableCell
                  className="truncate font-medium max-md:whitespace-normal max-md:break-words max-md:py-1.5"
                  title={track.title}
                >
                  {track.title}
                </TableCell>
                <TableCell className="text-right">{formatNumber(plays, locale, 0)}</TableCell>
                <TableCell className="text-right max-md:hidden">{formatDuration(played_seconds, locale)}</TableCell>
                <TableCell className="text-right max-md:pr-3">
                  {listeners_average === null ? NO_VALUE : formatNumber(listeners_average, locale, 1)}
                </TableCell>
                <TableCell className="text-right max-md:hidden">
                  {listeners_peak === null ? NO_VALUE : formatNumber(listeners_peak, locale, 0)}
                </TableCell>
                <TableCell className="text-right max-md:hidden">
                  <Moment at={last_played_at} />
                </TableCell>
              </TableRow>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
