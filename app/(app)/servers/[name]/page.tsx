import { Database } from "lucide-react";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { ChartBoard } from "@/components/charts/board";
import { RangePicker } from "@/components/charts/range-picker";
import { timeWindow } from "@/components/charts/time-window";
import { ChartFeed } from "@/components/server/chart-feed";
import { ChartGrid, SPAN } from "@/components/server/chart-grid";
import { DatabasesTable } from "@/components/server/databases-table";
import { PostgresCharts } from "@/components/server/postgres-charts";
import { postgresQueries } from "@/components/server/postgres-queries";
import { PostgresStrip } from "@/components/server/postgres-strip";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { readBoard, readNewest } from "./read";

interface ServerPageProps {
  params: Promise<{ name: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function ServerPage({ params, searchParams }: ServerPageProps) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  if (!server.has_postgres) return <NoPostgres />;
  const asOf = Date.now() / 1000;
  const window = timeWindow(await searchParams, asOf);
  const queries = postgresQueries(window);
  const [{ initial, locators }, { latest, thresholds }] = await Promise.all([
    readBoard(actor, server, { queries, window }),
    readNewest(actor, server),
  ]);
  return (
    <ChartBoard window={window} initial={initial}>
      <PostgresStrip server={server.name} initial={latest} summary={server} thresholds={thresholds} />
      <div className="mb-2.5 flex md:hidden">
        <RangePicker />
      </div>
      <ChartFeed server={server.name} queries={queries} locators={locators} asOf={asOf} />
      <ChartGrid>
        <PostgresCharts
          main={initial.main?.result.series ?? []}
          databases={initial.databases?.result.series ?? []}
          sizes={initial.sizes?.result.series ?? []}
          latest={latest}
          thresholds={thresholds}
        />
        <DatabasesTable server={server.name} initial={latest} className={SPAN.full} />
      </ChartGrid>
    </ChartBoard>
  );
}

async function NoPostgres() {
  const t = await getTranslations("server");
  return (
    <Card>
      <Empty icon={Database} title={t("noPostgresTitle")} text={t("noPostgres")} />
    </Card>
  );
}
