import { ReplicationCharts } from "@/components/server/replication-charts";
import { ReplicationStrip } from "@/components/server/replication-strip";
import { ReplicationTables } from "@/components/server/replication-tables";
import { replicationQueries } from "@/components/server/section-queries";
import { type SectionProps, sectionOf } from "../section";

export default async function ReplicationPage(props: SectionProps) {
  return sectionOf(props, replicationQueries, ({ server, initial, latest }) => ({
    strip: <ReplicationStrip server={server.name} initial={latest} />,
    charts: (
      <>
        <ReplicationCharts main={initial.main?.result.series ?? []} latest={latest} standby={server.in_recovery} />
        <ReplicationTables server={server.name} initial={latest} />
      </>
    ),
  }));
}
