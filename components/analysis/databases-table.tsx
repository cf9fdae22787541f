import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { DatabaseVerdict } from "@/lib/fleet/analysis-schema";
import { formatBytes, formatNumber, NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { databaseHref } from "../server/database-href";
import { SortableHeader } from "../sortable-header";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { type AnalysisQuery, analysisHref, type Sort } from "./address";
import { Average, LastUsed, Reason } from "./cells";
import { Day } from "./day";
import { VerdictBadge } from "./verdict";

export interface DatabasesShown {
  server: string;
  databases: readonly DatabaseVerdict[];
  asOf: number;
}

const NARROW = "max-xl:hidden";

/** The databases of a page, each with its verdict and the reason for it. */
export function AnalysisTable({ query, server, databases, asOf }: DatabasesShown & { query: AnalysisQuery }) {
  const t = useTranslations("analysis");
  const head = { server, query };
  return (
    <div className="max-md:hidden">
      <Table aria-label={t("title")}>
        <TableHead>
          <tr>
            <SortHeader {...head} sort="name" />
            <SortHeader {...head} sort="verdict" />
            <TableHeader className="w-full">{t("columns.reason")}</TableHeader>
            <SortHeader {...head} sort="connections" className="text-right" />
            <SortHeader {...head} sort="average" className="text-right max-lg:hidden" />
            <SortHeader {...head} sort="size" className="text-right" />
            <SortHeader {...head} sort="last_used" className="pl-4" />
            <SortHeader {...head} sort="history" className={NARROW} />
            <SortHeader {...head} sort="owner" className={NARROW} />
            <SortHeader {...head} sort="created" className={NARROW} />
          </tr>
        </TableHead>
        <tbody>
          {databases.map((one) => (
            <DatabaseRow key={one.oid} one={one} server={server} asOf={asOf} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function DatabaseRow({ one, server, asOf }: { one: DatabaseVerdict } & Pick<DatabasesShown, "server" | "asOf">) {
  const locale = useLocale();
  return (
    <TableRow className="relative h-[38px] transition-colors hover:bg-hover">
      <TableCell className="max-w-44 truncate" title={one.name}>
        {/* Its area is the whole row. */}
        <Link
          href={databaseHref(server, one.name)}
          prefetch={false}
          className="font-medium normal-nums after:absolute after:inset-0"
        >
          {one.name}
        </Link>
      </TableCell>
      <TableCell>
        <VerdictBadge verdict={one.verdict} />
      </TableCell>
      <TableCell className="min-w-56 whitespace-normal py-1 text-foreground-2 text-xs">
        <Reason of={one} />
      </TableCell>
      <TableCell className="text-right">{formatNumber(one.connections, locale, 0)}</TableCell>
      <TableCell className="text-right max-lg:hidden">
        <Average of={one} />
      </TableCell>
      <TableCell className="text-right">{formatBytes(one.size_bytes, locale)}</TableCell>
      <TableCell className="pl-4 text-foreground-2">
        <LastUsed of={one} asOf={asOf} />
      </TableCell>
      <TableCell className={cn("text-muted-foreground", NARROW)}>
        {one.history_since === null ? NO_VALUE : <Day at={one.history_since} />}
      </TableCell>
      <TableCell className={cn("max-w-32 truncate text-foreground-2", NARROW)} title={one.owner ?? undefined}>
        {one.owner ?? NO_VALUE}
      </TableCell>
      <TableCell className={cn("text-muted-foreground", NARROW)}>
        {one.created_at === null ? NO_VALUE : <Day at={one.created_at} />}
      </TableCell>
    </TableRow>
  );
}

interface SortHeaderProps {
  server: string;
  query: AnalysisQuery;
  sort: Sort;
  className?: string;
}

function SortHeader({ server, query, sort, className }: SortHeaderProps) {
  const t = useTranslations("analysis.columns");
  const { descending } = query;
  const sorted = query.sort === sort;
  const href = analysisHref(server, query, { sort, descending: sorted && !descending });
  const order = { href, sorted, descending, arrow: descending ? "up" : "down" } as const;
  return (
    <SortableHeader {...order} className={className}>
      {t(sort)}
    </SortableHeader>
  );
}
