import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ServerDatabase } from "@/lib/fleet/databases";
import { formatNumber } from "@/lib/format";
import { Age } from "../age";
import { databaseHref } from "../server/database-href";
import { Card, CardHead } from "../ui/card";
import { type AnalysisQuery, analysisHref } from "./address";

interface DroppedCardProps {
  server: string;
  databases: readonly ServerDatabase[];
  query: AnalysisQuery;
  asOf: number;
}

/** What shows at first: servers of tests drop thousands. */
const FEW = 10;

/** Databases that are gone, the newest first, with the way to what is kept of them. */
export function DroppedCard({ server, databases, query, asOf }: DroppedCardProps) {
  const t = useTranslations("analysis");
  const locale = useLocale();
  const dropped = databases
    .filter(({ exists }) => !exists)
    .toSorted((a, b) => Date.parse(b.dropped_at ?? "") - Date.parse(a.dropped_at ?? ""));
  if (dropped.length === 0) return null;
  const shown = query.allDropped ? dropped : dropped.slice(0, FEW);
  return (
    <Card className="mt-3">
      <CardHead
        title={t("dropped")}
        meta={formatNumber(dropped.length, locale, 0)}
        {...(shown.length < dropped.length && {
          actions: (
            <Link
              href={analysisHref(server, query, { allDropped: true, page: query.page })}
              scroll={false}
              prefetch={false}
              className="rounded-sm font-medium text-primary-text text-xs"
            >
              {t("showAll")}
            </Link>
          ),
        })}
      />
      <ul aria-label={t("dropped")} className="max-h-80 overflow-y-auto">
        {shown.map(({ oid, name, owner, dropped_at }) => (
          <li key={oid} className="flex h-[33px] items-center gap-3 border-b px-3 text-sm last:border-b-0 max-md:h-11">
            <Link
              href={databaseHref(server, name, oid)}
              prefetch={false}
              className="min-w-0 truncate rounded-sm font-medium normal-nums hover:underline"
            >
              {name}
            </Link>
            {owner !== null && <span className="truncate text-muted-foreground text-xs max-md:hidden">{owner}</span>}
            {dropped_at !== null && (
              <span className="ml-auto shrink-0 text-muted-foreground text-xs">
                {t.rich("droppedAgo", { age: () => <Age since={dropped_at} asOf={asOf} ago /> })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
