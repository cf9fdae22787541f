import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { Fragment } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";
import { formatAge, formatNumber, NO_VALUE } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import type { ServerActions } from "../server-form/server-actions";
import { SortableHeader } from "../sortable-header";
import { StatusBadge } from "../status-badge";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { type ListQuery, listHref, type Sort } from "./arrange";
import { atHand } from "./at-hand";
import { Connections, Disk, isOld, LastSuccess, NoPostgresValue, NoValue } from "./cells";
import { COLUMNS, type Column } from "./columns";
import { reasonOf } from "./reason";
import { ServerMenu } from "./row-menu";
import { SelectAll } from "./selection";
import { serverHref } from "./server-list";
import { Trend, type Trends } from "./trend";

interface ServersTableProps {
  servers: readonly ServerSummary[];
  thresholds: Thresholds;
  query: ListQuery;
  asOf: number;
  trends: Promise<Trends>;
  hidden: readonly Column[];
  /** What the viewer may do with servers; null for nothing: then rows cannot be chosen and have no menu. */
  actions: ServerActions | null;
}

export function ServersTable({ servers, query, ...rest }: ServersTableProps) {
  const t = useTranslations("servers");
  const { hidden, actions } = rest;
  const shows = (column: Column) => !hidden.includes(column);
  const head = { query };
  const columns = 3 + COLUMNS.filter(shows).length + Number(actions !== null);
  return (
    <div className="max-md:hidden">
      <Table aria-label={t("title")}>
        <TableHead>
          <tr>
            {actions && (
              <TableHeader className="w-7">
                <SelectAll />
              </TableHeader>
            )}
            <SortHeader {...head} sort="status" className="w-44" />
            <SortHeader {...head} sort="name" />
            {shows("host") && <TableHeader className="max-lg:hidden">{t("columns.host")}</TableHeader>}
            {shows("version") && <SortHeader {...head} sort="version" className="w-20 text-right" />}
            {shows("connections") && (
              <SortHeader {...head} sort="connections" className="w-56 pl-4" note={t("columns.connectionsNote")} />
            )}
            {shows("trend") && (
              <TableHeader className="w-16 max-lg:hidden">
                <span className="sr-only">{t("columns.trend")}</span>
              </TableHeader>
            )}
            {shows("tps") && <SortHeader {...head} sort="tps" className="w-16 text-right max-lg:hidden" />}
            {shows("disk") && <SortHeader {...head} sort="disk" className="w-32 pl-4" />}
            {shows("uptime") && <SortHeader {...head} sort="uptime" className="w-20 text-right max-xl:hidden" />}
            {shows("last_success") && <SortHeader {...head} sort="last_success" className="w-28 text-right" />}
            {shows("labels") && <TableHeader className="pl-4 max-xl:hidden">{t("columns.labels")}</TableHeader>}
            {actions && (
              <TableHeader className="w-10">
                <span className="sr-only">{t("columns.menu")}</span>
              </TableHeader>
            )}
          </tr>
        </TableHead>
        <tbody>
          {servers.map((server, at) => (
            <Fragment key={server.id}>
              {query.group !== null && isFirstOfGroup(servers, at, query.group) && (
                <GroupRow group={query.group} value={server.labels[query.group]} columns={columns} />
              )}
              <ServerRow server={server} shows={shows} {...rest} />
            </Fragment>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

const isFirstOfGroup = (servers: readonly ServerSummary[], at: number, group: string): boolean =>
  at === 0 || servers[at - 1]?.labels[group] !== servers[at]?.labels[group];

function GroupRow({ group, value, columns }: { group: string; value: string | undefined; columns: number }) {
  const t = useTranslations("servers");
  return (
    <tr className="h-[30px] border-b bg-muted/60 text-xs">
      <th scope="rowgroup" colSpan={columns} className="px-3 text-left font-medium text-foreground-2">
        {value === undefined ? t("withoutLabel", { label: group }) : `${group}=${value}`}
      </th>
    </tr>
  );
}

type RowProps = Omit<ServersTableProps, "servers" | "query"> & {
  server: ServerSummary;
  shows(column: Column): boolean;
};

function ServerRow({ server, thresholds, asOf, trends, actions, shows }: RowProps) {
  const t = useTranslations();
  const locale = useLocale();
  const reason = reasonOf(server, thresholds);
  const muted = isOld(server) && "text-muted-foreground";
  const { transactions_per_sec: tps, uptime_seconds: uptime } = server;
  const role = roleOf(server);
  return (
    <TableRow className="relative h-[38px] transition-colors hover:bg-hover has-checked:bg-selected">
      {actions && (
        <TableCell>
          <input
            type="checkbox"
            name="server"
            value={server.name}
            aria-label={t("servers.select", { name: server.name })}
            className="relative z-10 block size-3.5 accent-primary"
          />
        </TableCell>
      )}
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
          className="inline-block max-w-56 truncate align-bottom font-medium normal-nums after:absolute after:inset-0"
          title={server.name}
        >
          {server.name}
        </Link>
        {role && <span className="ml-1.5 text-xs text-muted-foreground">{t(`servers.${role}`)}</span>}
      </TableCell>
      {shows("host") && (
        <TableCell className="mono max-w-52 max-lg:hidden truncate text-foreground-2">
          {server.host ?? server.ssh_host ?? NO_VALUE}
        </TableCell>
      )}
      {shows("version") && (
        <TableCell className={cn("text-right", muted)}>
          {server.has_postgres ? (server.version ?? NO_VALUE) : <NoPostgresValue />}
        </TableCell>
      )}
      {shows("connections") && (
        <TableCell className="pl-4">
          <Connections server={server} thresholds={thresholds} full />
        </TableCell>
      )}
      {shows("trend") && (
        <TableCell className="max-lg:hidden">
          <Trend server={server} trends={trends} old={isOld(server)} />
        </TableCell>
      )}
      {shows("tps") && (
        <TableCell className={cn("text-right max-lg:hidden", muted)}>
          <Transactions server={server} perSecond={tps} />
        </TableCell>
      )}
      {shows("disk") && (
        <TableCell className="pl-4">
          <Disk server={server} thresholds={thresholds} />
        </TableCell>
      )}
      {shows("uptime") && (
        <TableCell className="text-right text-muted-foreground max-xl:hidden">
          {uptime === null ? NO_VALUE : formatAge(uptime, locale)}
        </TableCell>
      )}
      {shows("last_success") && (
        <TableCell className="text-right">
          <LastSuccess server={server} asOf={asOf} />
        </TableCell>
      )}
      {shows("labels") && (
        <TableCell className="pl-4 max-xl:hidden">
          <Labels labels={server.labels} />
        </TableCell>
      )}
      {actions && (
        <TableCell className="relative z-10 py-0 text-right">
          <ServerMenu server={atHand(server)} can actions={actions} />
        </TableCell>
      )}
    </TableRow>
  );
}

/** What is told beside the name; null while it is not known. */
function roleOf({ has_postgres, in_recovery }: ServerSummary): "machine" | "replica" | "primary" | null {
  if (!has_postgres) return "machine";
  if (in_recovery === null) return null;
  return in_recovery ? "replica" : "primary";
}

function Transactions({ server, perSecond }: { server: ServerSummary; perSecond: number | null }) {
  const locale = useLocale();
  if (!server.has_postgres) return <NoPostgresValue />;
  return perSecond === null ? <NoValue server={server} /> : formatNumber(perSecond, locale);
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

function SortHeader({ sort, query, className, note }: SortHeaderProps) {
  const t = useTranslations("servers.columns");
  const { descending } = query;
  const sorted = query.sort === sort;
  const href = listHref(query, { sort, descending: sorted && !descending });
  const order = { href, sorted, descending, arrow: descending ? "up" : "down" } as const;
  return (
    <SortableHeader {...order} className={className}>
      {t(sort)}
      {note && <span className="text-2xs font-normal max-lg:hidden">{note}</span>}
    </SortableHeader>
  );
}
