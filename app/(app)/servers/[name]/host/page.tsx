import { Cpu } from "lucide-react";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { ChartBoard } from "@/components/charts/board";
import { isCompared, timeWindow } from "@/components/charts/time-window";
import { ChartFeed } from "@/components/server/chart-feed";
import { ChartGrid, SPAN } from "@/components/server/chart-grid";
import { FileSystems } from "@/components/server/file-systems";
import { HostCharts } from "@/components/server/host-charts";
import { CommandCharts, HostKernelCharts } from "@/components/server/host-kernel-charts";
import { hostQueries } from "@/components/server/host-queries";
import { HostStrip } from "@/components/server/host-strip";
import { Interfaces } from "@/components/server/interfaces";
import { PerfCharts } from "@/components/server/perf-charts";
import { PerfTiles } from "@/components/server/perf-tiles";
import { PeriodRow } from "@/components/server/period-row";
import { Processes } from "@/components/server/processes";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { serverByName } from "@/lib/fleet/queries";
import { hostFactsSchema } from "@/lib/host/schema";
import { requireUser } from "@/lib/http/actor";
import { readBoard, readNewest } from "../read";

interface HostPageProps {
  params: Promise<{ name: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function HostPage({ params, searchParams }: HostPageProps) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  if (server.host_kind === null) return <NoMachine />;
  const asOf = Date.now() / 1000;
  const parameters = await searchParams;
  const window = timeWindow(parameters, asOf);
  const { latest, thresholds } = await readNewest(actor, server);
  const queries = hostQueries(window, latest);
  const { initial, locators } = await readBoard(actor, server, { queries, window, compared: isCompared(parameters) });
  const facts = hostFactsSchema.safeParse(latest.host_facts?.data).data ?? null;
  return (
    <ChartBoard window={window} initial={initial}>
      <HostStrip server={server.name} initial={latest} facts={facts} thresholds={thresholds} asOf={asOf} />
      <PeriodRow />
      <ChartFeed server={server.name} queries={queries} locators={locators} asOf={asOf} />
      <ChartGrid>
        <HostCharts
          main={initial.main?.result.series ?? []}
          cores={initial.cores?.result.series ?? []}
          latest={latest}
          thresholds={thresholds}
        />
        <HostKernelCharts main={initial.main?.result.series ?? []} latest={latest} />
        <PerfTiles server={server.name} initial={latest} className={SPAN.full} />
        <PerfCharts main={initial.main?.result.series ?? []} />
        <CommandCharts commands={initial.commands?.result.series ?? []} latest={latest} />
        <Processes server={server.name} initial={latest} className={SPAN.full} />
        <FileSystems
          server={server.name}
          initial={latest}
          thresholds={thresholds.disk_percent}
          className={SPAN.twoThirds}
        />
        <Interfaces server={server.name} initial={latest} className={SPAN.lastThird} />
      </ChartGrid>
    </ChartBoard>
  );
}

async function NoMachine() {
  const t = await getTranslations("server");
  return (
    <Card>
      <Empty icon={Cpu} title={t("noMachineTitle")} text={t("noMachine")} />
    </Card>
  );
}
