import { walQueries } from "@/components/server/section-queries";
import { WalCharts } from "@/components/server/wal-charts";
import { WalStrip } from "@/components/server/wal-strip";
import { type SectionProps, sectionOf } from "../section";

export default async function WalPage(props: SectionProps) {
  return sectionOf(props, walQueries, ({ server, initial, latest }) => ({
    strip: <WalStrip server={server.name} initial={latest} />,
    charts: (
      <WalCharts
        server={server}
        main={initial.main?.result.series ?? []}
        io={initial.io?.result.series ?? []}
        latest={latest}
      />
    ),
  }));
}
