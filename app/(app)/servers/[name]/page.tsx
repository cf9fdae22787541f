import { SPAN } from "@/components/server/chart-grid";
import { DatabasesTable } from "@/components/server/databases-table";
import { PostgresCharts } from "@/components/server/postgres-charts";
import { postgresQueries } from "@/components/server/postgres-queries";
import { PostgresStrip } from "@/components/server/postgres-strip";
import { type SectionProps, sectionOf } from "./section";

export default async function ServerPage(props: SectionProps) {
  return sectionOf(props, postgresQueries, ({ server, initial, latest, thresholds }) => ({
    strip: <PostgresStrip server={server.name} initial={latest} summary={server} thresholds={thresholds} />,
    charts: (
      <>
        <PostgresCharts
          main={initial.main?.result.series ?? []}
          databases={initial.databases?.result.series ?? []}
          sizes={initial.sizes?.result.series ?? []}
          latest={latest}
          thresholds={thresholds}
        />
        <DatabasesTable server={server.name} initial={latest} className={SPAN.full} />
      </>
    ),
  }));
}
