import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Thresholds } from "@/lib/health/schema";
import { Connections, Disk, LastSuccess } from "../servers/cells";
import { reasonOf } from "../servers/reason";
import { ServerList, serverHref } from "../servers/server-list";
import { StatusBadge } from "../status-badge";
import { Card, CardHead } from "../ui/card";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import { FleetStrip } from "./fleet-strip";
import type { Counts } from "./overall";

interface FleetCardProps {
  /** Worst first. */
  servers: readonly ServerSummary[];
  counts: Counts;
  thresholds: Thresholds;
  asOf: number;
}

/** What fits beside the rest; the list has them all. */
const SHOWN = 8;

export function FleetCard({ servers, counts, thresholds, asOf }: FleetCardProps) {
  const t = useTranslations();
  // Of the servers that are up, those near a limit come before those with nothing to say.
  const quiet = (server: ServerSummary) => Number(server.status === "up" && reasonOf(server, thresholds) === null);
  const shown = { servers: servers.toSorted((a, b) => quiet(a) - quiet(b)).slice(0, SHOWN), thresholds, asOf };
  return (
    <Card>
      <CardHead
        title={t("overview.fleet")}
        meta={t("overview.fleetMeta", { count: servers.length })}
        actions={
          <Link
            href="/servers"
            className="inline-flex h-7 items-center gap-1 rounded-sm text-xs font-medium text-primary-text max-md:h-9"
          >
            {t("overview.allServers")}
            <ChevronRight aria-hidden className="icon-12" />
          </Link>
        }
      />
      <FleetStrip servers={servers} counts={counts} />
      <FleetTable {...shown} />
      <ServerList {...shown} />
    </Card>
  );
}

function FleetTable({ servers, thresholds, asOf }: Pick<FleetCardProps, "servers" | "thresholds" | "asOf">) {
  const t = useTranslations("servers.columns");
  return (
    <div className="max-md:hidden">
      <Table aria-label={t("server")} className="table-fixed">
        <TableHead>
          <tr>
            <TableHeader className="w-[118px]">{t("status")}</TableHeader>
            <TableHeader className="w-32">{t("server")}</TableHeader>
            <TableHeader>{t("reason")}</TableHeader>
            <TableHeader className="w-[134px]">{t("connections")}</TableHeader>
            <TableHeader className="w-[108px] pl-4">{t("disk")}</TableHeader>
            <TableHeader className="w-[92px] text-right">{t("last_success")}</TableHeader>
          </tr>
        </TableHead>
        <tbody>
          {servers.map((server) => (
            <FleetRow key={server.id} server={server} thresholds={thresholds} asOf={asOf} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function kindOf({ has_postgres, version }: ServerSummary, t: ReturnType<typeof useTranslations>): string | null {
  if (!has_postgres) return t("overview.machineAlone");
  return version && t("overview.postgres", { version });
}

type FleetRowProps = Pick<FleetCardProps, "thresholds" | "asOf"> & { server: ServerSummary };

function FleetRow({ server, thresholds, asOf }: FleetRowProps) {
  const t = useTranslations();
  const reason = reasonOf(server, thresholds);
  return (
    <TableRow className="relative transition-colors hover:bg-hover">
      <TableCell>
        <StatusBadge status={server.status} />
      </TableCell>
      <TableCell className="truncate">
        {/* Its area is the whole row. */}
        <Link
          href={serverHref(server)}
          prefetch={false}
          className="font-medium normal-nums after:absolute after:inset-0"
        >
          {server.name}
        </Link>
      </TableCell>
      <TableCell className="truncate text-foreground-2" title={server.message ?? undefined}>
        {reason ? t(`reasons.text.${reason}`) : kindOf(server, t)}
      </TableCell>
      <TableCell>
        <Connections server={server} thresholds={thresholds} />
      </TableCell>
      <TableCell className="pl-4">
        <Disk server={server} thresholds={thresholds} />
      </TableCell>
      <TableCell className="text-right">
        <LastSuccess server={server} asOf={asOf} />
      </TableCell>
    </TableRow>
  );
}
