import { notFound } from "next/navigation";
import { SPAN } from "@/components/server/chart-grid";
import { DatabasesTable } from "@/components/server/databases-table";
import { FileSystems } from "@/components/server/file-systems";
import { soonest } from "@/components/server/full-in";
import { MachineCharts, machineQueries } from "@/components/server/machine-charts";
import { PostgresCharts } from "@/components/server/postgres-charts";
import { postgresQueries } from "@/components/server/postgres-queries";
import { PostgresStrip } from "@/components/server/postgres-strip";
import { storagePlaces } from "@/components/server/storage";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { readForecasts, storageFilling } from "./disk/read";
import { fileSystemForecasts, MachineFoot, MachineStrip } from "./machine";
import { boardOf, type SectionProps, type SectionReading } from "./section";

/** PostgreSQL at a glance, or the machine where that is all there is. */
export default async function ServerPage({ params, searchParams }: SectionProps) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  const board = { actor, server, searchParams };
  return server.has_postgres ? boardOf(board, postgresQueries, postgres) : boardOf(board, machineQueries, machine);
}

async function postgres({ actor, server, initial, latest, thresholds }: SectionReading) {
  const forecasts = await readForecasts(actor, server, storageFilling(storagePlaces(latest)));
  const forecast = soonest(Object.values(forecasts)) ?? null;
  const told = { initial: latest, thresholds, forecast };
  return {
    strip: <PostgresStrip server={server.name} summary={server} {...told} />,
    charts: (
      <>
        <PostgresCharts
          main={initial.main?.result.series ?? []}
          sizes={initial.sizes?.result.series ?? []}
          storage={initial.storage?.result.series ?? []}
          {...{ latest, thresholds, forecast }}
        />
        <DatabasesTable server={server.name} initial={latest} className={SPAN.full} />
      </>
    ),
  };
}

async function machine(reading: SectionReading) {
  const { server, initial, latest, thresholds } = reading;
  return {
    strip: <MachineStrip {...reading} />,
    charts: (
      <>
        <MachineCharts main={initial.main?.result.series ?? []} {...{ latest, thresholds }} />
        <FileSystems
          {...{ server: server.name, initial: latest, forecasts: await fileSystemForecasts(reading) }}
          thresholds={thresholds.disk_percent}
          className={SPAN.full}
        />
      </>
    ),
    foot: <MachineFoot {...reading} />,
  };
}
