import { SPAN } from "@/components/server/chart-grid";
import { DatabasesTable } from "@/components/server/databases-table";
import { soonest } from "@/components/server/full-in";
import { PostgresCharts } from "@/components/server/postgres-charts";
import { postgresQueries } from "@/components/server/postgres-queries";
import { PostgresStrip } from "@/components/server/postgres-strip";
import { storagePlaces } from "@/components/server/storage";
import { readForecasts, storageFilling } from "./disk/read";
import { type SectionProps, sectionOf } from "./section";

export default async function ServerPage(props: SectionProps) {
  return sectionOf(props, postgresQueries, async ({ actor, server, initial, latest, thresholds }) => {
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
  });
}
