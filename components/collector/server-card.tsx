import Link from "next/link";
import { useTranslations } from "next-intl";
import type { CollectedServer } from "@/lib/collector/schema";
import { StatusBadge } from "../status-badge";
import { Card } from "../ui/card";
import { Table, TableHead, TableHeader } from "../ui/table";
import type { CollectorActions } from "./actions";
import { PauseButton } from "./pause-button";
import { ProbeRow } from "./probe-row";
import { RunNow } from "./run-now";

interface ServerCardProps {
  server: CollectedServer;
  actions: CollectorActions;
  asOf: number;
}

/** A server, who asks it, and its probes. */
export function ServerCard({ server, actions, asOf }: ServerCardProps) {
  const t = useTranslations("collector");
  const { name, enabled, status, instance, probes } = server;
  const newest = probes.toSorted((a, b) => ((a.last_run_at ?? "") < (b.last_run_at ?? "") ? 1 : -1))[0];
  return (
    <Card>
      <div className="flex min-h-[38px] flex-wrap items-center gap-x-2 gap-y-1 border-b px-3 py-1">
        <h2 className="font-semibold text-sm">
          {status === null ? t("self") : <Link href={`/servers/${encodeURIComponent(name)}`}>{name}</Link>}
        </h2>
        {status !== null && <StatusBadge status={status} />}
        <span className="text-muted-foreground text-xs">{standing(server, t)}</span>
        <span className="ml-auto flex items-center gap-2">
          {newest && <RunNow server={name} last={newest} disabled={!enabled} run={actions.run} />}
          {status !== null && <PauseButton server={name} enabled={enabled} setEnabled={actions.setEnabled} />}
        </span>
      </div>
      {probes.length === 0 ? (
        <p className="px-3 py-2 text-muted-foreground text-sm">{t("waitingFirst")}</p>
      ) : (
        <Table aria-label={instance ? `${name}, ${t("askedBy", { instance })}` : name} className="max-md:block">
          <ProbeHead />
          <tbody className="max-md:block">
            {probes.map((probe) => (
              <ProbeRow key={probe.probe} server={name} enabled={enabled} {...{ probe, actions, asOf }} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

function standing({ enabled, instance }: CollectedServer, t: ReturnType<typeof useTranslations<"collector">>): string {
  if (!enabled) return t("pausedServer");
  return instance ? t("askedBy", { instance }) : t("nobody");
}

function ProbeHead() {
  const t = useTranslations("collector.columns");
  return (
    <TableHead className="max-md:hidden">
      <tr>
        <TableHeader className="w-32">{t("probe")}</TableHeader>
        <TableHeader>{t("outcome")}</TableHeader>
        <TableHeader className="w-24 text-right">{t("last_run")}</TableHeader>
        <TableHeader className="w-24 text-right">{t("duration")}</TableHeader>
        <TableHeader className="w-24 text-right">{t("failures")}</TableHeader>
        <TableHeader className="w-20 text-right max-lg:hidden">{t("skipped")}</TableHeader>
        <TableHeader className="w-28 text-right max-lg:hidden">{t("last_success")}</TableHeader>
        <TableHeader className="w-20 text-right max-lg:hidden">{t("interval")}</TableHeader>
        <TableHeader className="w-24 text-right">{t("next_run")}</TableHeader>
        <TableHeader className="w-10">
          <span className="sr-only">{t("action")}</span>
        </TableHeader>
      </tr>
    </TableHead>
  );
}
