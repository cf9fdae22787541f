import { Cpu } from "lucide-react";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { SPAN } from "@/components/server/chart-grid";
import { FileSystems } from "@/components/server/file-systems";
import { HostCpuCharts } from "@/components/server/host-cpu-charts";
import { HostDiskCharts } from "@/components/server/host-disk-charts";
import { CommandCharts, HostKernelCharts } from "@/components/server/host-kernel-charts";
import { HostMemoryCharts } from "@/components/server/host-memory-charts";
import { HostNetworkCharts } from "@/components/server/host-network-charts";
import { hostQueries } from "@/components/server/host-queries";
import { Interfaces } from "@/components/server/interfaces";
import { PerfCharts } from "@/components/server/perf-charts";
import { PerfTiles } from "@/components/server/perf-tiles";
import { Processes } from "@/components/server/processes";
import { SectionHeading } from "@/components/server/section-heading";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { fileSystemForecasts, MachineFoot, MachineStrip } from "../machine";
import { boardOf, type SectionProps, type SectionReading } from "../section";

export default async function HostPage({ params, searchParams }: SectionProps) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  if (server.host_kind === null) return <NoMachine />;
  return boardOf({ actor, server, searchParams }, hostQueries, async (reading) => ({
    strip: <MachineStrip {...reading} />,
    charts: <Charts {...reading} forecasts={await fileSystemForecasts(reading)} />,
    foot: <MachineFoot {...reading} />,
  }));
}

type Forecasts = Awaited<ReturnType<typeof fileSystemForecasts>>;

async function Charts({ server, initial, latest, thresholds, forecasts }: SectionReading & { forecasts: Forecasts }) {
  const t = await getTranslations("server.sections");
  const seriesOf = (query: string) => initial[query]?.result.series ?? [];
  const [main, newest] = [seriesOf("main"), { server: server.name, initial: latest }];
  return (
    <>
      <SectionHeading>{t("cpu")}</SectionHeading>
      <HostCpuCharts main={main} cores={seriesOf("cores")} {...{ latest, thresholds }} />
      <SectionHeading>{t("memory")}</SectionHeading>
      <HostMemoryCharts main={main} latest={latest} />
      <HostKernelCharts main={main} latest={latest} />
      <SectionHeading>{t("disk")}</SectionHeading>
      <HostDiskCharts main={main} latest={latest} marks={thresholds.latency_ms} />
      <FileSystems {...newest} forecasts={forecasts} thresholds={thresholds.disk_percent} className={SPAN.full} />
      <SectionHeading>{t("network")}</SectionHeading>
      <HostNetworkCharts main={main} interfaces={seriesOf("interfaces")} latest={latest} />
      <Interfaces {...newest} className={SPAN.full} />
      {latest.perf_events && <SectionHeading>{t("perf")}</SectionHeading>}
      <PerfTiles {...newest} className={SPAN.full} />
      <PerfCharts main={main} />
      <SectionHeading>{t("processes")}</SectionHeading>
      <CommandCharts commands={seriesOf("commands")} latest={latest} />
      <Processes {...newest} className={SPAN.full} />
    </>
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
