import { useLocale, useTranslations } from "next-intl";
import type { Analysis } from "@/lib/fleet/analysis-schema";
import { formatBytes, formatNumber } from "@/lib/format";
import { databaseHref } from "../server/database-href";
import { Card, CardHead } from "../ui/card";
import { ActivityMap, type Tile } from "./activity-map";
import { SHOWN_VERDICTS, sortDatabases } from "./arrange";
import { useReasonText } from "./reason";
import { VerdictIcon } from "./verdict";

/** As many have series of their own; a server that makes databases up must not make a page of megabytes. */
const MOST_TILES = 500;

/** Every database at one glance, whatever the table below is filtered by: those to act on first. */
export function MapCard({ analysis: { server, databases, summary } }: { analysis: Analysis }) {
  const t = useTranslations("analysis");
  const locale = useLocale();
  const reason = useReasonText();
  const first = sortDatabases(databases, { sort: "verdict", descending: false }).slice(0, MOST_TILES);
  const meta = first.length < databases.length ? t("mapFirst", { count: MOST_TILES }) : t("mapMeta");
  const tiles = first.map((one): Tile => {
    const connections = one.connections === null ? null : t("reason.connections", { count: one.connections });
    const size = one.size_bytes === null ? null : formatBytes(one.size_bytes, locale);
    return {
      name: one.name,
      href: databaseHref(server, one.name),
      verdict: one.verdict,
      word: t(`verdict.${one.verdict}`),
      reason: reason(one.reason),
      facts: [size, connections].filter(Boolean).join(" · "),
    };
  });
  return (
    <Card className="mb-3">
      <CardHead title={t("map")} meta={meta} />
      <ActivityMap label={t("map")} tiles={tiles} />
      <ul aria-label={t("legend")} className="flex flex-wrap gap-x-4 gap-y-1 border-t px-3 py-2 text-xs">
        {SHOWN_VERDICTS.filter((verdict) => summary[verdict].count > 0).map((verdict) => (
          <li key={verdict} className="flex items-center gap-1.5">
            <VerdictIcon verdict={verdict} className="icon-12" />
            {t(`verdict.${verdict}`)}
            <span className="text-muted-foreground">{formatNumber(summary[verdict].count, locale, 0)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
