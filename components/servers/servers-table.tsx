import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ServerSummary } from "@/lib/fleet/schema";
import { formatAge, formatNumber, NO_VALUE } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import { StatusBadge } from "../status-badge";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { type ListQuery, listHref, type Sort } from "./arrange";
import { Connections, Disk, isOld, LastSuccess, NoValue } from "./cells";
import { reasonOf } from "./reason";
import { serverHref } from "./server-list";

interface ServersTableProps {
  servers: readonly ServerSummary[];
  thresholds: Thresholds;
  query: ListQuery;
  asOf: number;
}

export function ServersTable({ servers, query, ...rest }: ServersTableProps) {
  const t = useTranslations("servers");
  const head = { query };
  return (
    <div className="max-md:hidden">
      <Table aria-label={t("title")}>
        <TableHead>
          <tr>
            <SortHeader {...head} sort="status" className="w-44" />
            <SortHeader {...head} sort="name" />
            <TableHeader className="max-lg:hidden">{t("columns.host")}</TableHeader>
            <SortHeader {...head} sort="version" className="w-20 text-right" />
            <SortHeader {...head} sort="connections" className="w-56 pl-4" note={t("columns.connectionsNote")} />
            <SortHeader {...head} sort="tps" className="w-20 text-right max-lg:hidden" />
            <SortHeader {...head} sort="disk" className="w-32 pl-4" />
            <SortHeader {...head} sort="uptime" className="w-20 text-right max-xl:hidden" />
            <SortHeader {...head} sort="last_success" className="w-28 text-right" />
            <TableHeader className="pl-4 max-xl:hidden">{t("columns.labels")}</TableHeader>
          </tr>
        </TableHead>
        <tbody>
          {servers.map((server) => (
            <ServerRow key={server.id} server={server} {...rest} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

type RowProps = Pick<ServersTableProps, "thresholds" | "asOf"> & { server: ServerSummary };

function ServerRow({ server, thresholds, asOf }: RowProps) {
  const t = useTranslations();
  const locale = useLocale();
  const reason = reasonOf(server, thresholds);
  const muted = isOld(server) && "text-muted-foreground";
  const { transactions_per_sec: tps, uptime_seconds: uptime } = server;
  return (
    <TableRow className="relative h-[38px] transition-colors hover:bg-hover">
      <TableCell>
        <span className="flex items-center gap-1.5">
          <StatusBadge status={server.status} />
          {reason && (
            <span className="text-xs text-muted-foreground" title={server.message ?? t(`reasons.text.${reason}`)}>
              {t(`reasons.short.${reason}`)}
            </span>
          )}
        </span>
      </TableCell>
      <TableCell>
        {/* Its area is the whole row. */}
        <Link
          href={serverHref(server)}
          prefetch={false}
          className="font-medium normal-nums after:absolute after:inset-0"
        >
          {server.name}
        </Link>
        {server.in_recovery !== null && server.has_postgres && (
          <span className="ml-1.5 text-xs text-muted-foreground">
            {server.in_recovery ? t("servers.replica") : t("servers.primary")}
          </span>
        )}
      </TableCell>
      <TableCell className="mono max-w-52 max-lg:hidden truncate text-foreground-2">
        {server.host ?? NO_VALUE}
      </TableCell>
      <TableCell className={cn("text-right", muted)}>{server.version ?? NO_VALUE}</TableCell>
      <TableCell className="pl-4">
        <Connections server={server} thresholds={thresholds} full />
      </TableCell>
      <TableCell className={cn("text-right max-lg:hidden", muted)}>
        {tps === null ? <NoValue server={server} /> : formatNumber(tps, locale)}
      </TableCell>
      <TableCell className="pl-4">
        <Disk server={server} thresholds={thresholds} />
      </TableCell>
      <TableCell className="text-right text-muted-foreground max-xl:hidden">
        {uptime === null ? NO_VALUE : formatAge(uptime, locale)}
      </TableCell>
      <TableCell className="text-right">
        <LastSuccess server={server} asOf={asOf} />
      </TableCell>
      <TableCell className="pl-4 max-xl:hidden">
        <Labels labels={server.labels} />
      </TableCell>
    </TableRow>
  );
}

function Labels({ labels }: { labels: ServerSummary["labels"] }) {
  return (
    <span className="flex max-w-56 gap-1 overflow-hidden">
      {Object.entries(labels).map(([key, value]) => (
        <span
          key={key}
          title={`${key}=${value}`}
          className="rounded-sm border border-idle-line bg-idle-soft px-1.5 text-2xs leading-[18px] text-idle-text"
        >
          {value || key}
        </span>
      ))}
    </span>
  );
}

interface SortHeaderProps {
  sort: Sort;
  query: ListQuery;
  className?: string;
  /** What the numbers of the column are. */
  note?: string;
}

/** A click sorts; a second one turns the order round. */
function SortHeader({ sort, query, className, note }: SortHeaderProps) {
  const t = useTranslations("servers.columns");
  const sorted = query.sort === sort;
  const Arrow = query.descending ? ArrowUp : ArrowDown;
  return (
    <TableHeader className={className} aria-sort={sorted ? (query.descending ? "descending" : "ascending") : undefined}>
      <Link
        href={listHref(query, { sort, descending: sorted && !query.descending })}
        className={cn(
          "inline-flex h-6 items-center gap-1 rounded-sm hover:text-foreground",
          sorted && "text-foreground",
        )}
        scroll={false}
        prefetch={false}
      >
        {t(sort)}
        {note && <span className="text-2xs font-normal max-lg:hidden">{note}</span>}
        {sorted && <Arrow aria-hidden className="icon-12" />}
      </Link>
    </TableHeader>
  );
}
