import { Database } from "lucide-react";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { type AnalysisQuery, parseAnalysisQuery } from "@/components/analysis/address";
import { AnalysisSkeleton } from "@/components/analysis/analysis-skeleton";
import { arrangeDatabases } from "@/components/analysis/arrange";
import { CriteriaButton } from "@/components/analysis/criteria-form";
import { CriteriaLine } from "@/components/analysis/criteria-line";
import { DatabasesCard } from "@/components/analysis/databases-card";
import { DroppedCard } from "@/components/analysis/dropped-card";
import { KpiCards } from "@/components/analysis/kpi-cards";
import { MapCard } from "@/components/analysis/map-card";
import { AnalysisToolbar } from "@/components/analysis/toolbar";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { analyse } from "@/lib/fleet/analysis";
import { databasesOf } from "@/lib/fleet/databases";
import { serverByName } from "@/lib/fleet/queries";
import type { ServerSummary } from "@/lib/fleet/schema";
import { requireUser } from "@/lib/http/actor";
import { type Actor, can } from "@/lib/users/permissions";
import { NoPostgres } from "../no-postgres";
import type { SectionProps } from "../section";
import { saveCriteria } from "./actions";
import { criteriaBase } from "./read";

export default async function DatabasesPage({ params, searchParams }: SectionProps) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  const query = parseAnalysisQuery(await searchParams);
  if (!server.has_postgres) return <NoPostgres actor={actor} server={server} />;
  return (
    <Suspense fallback={<AnalysisSkeleton />}>
      <Databases actor={actor} server={server} query={query} />
    </Suspense>
  );
}

interface DatabasesProps {
  actor: Actor;
  server: ServerSummary;
  query: AnalysisQuery;
}

async function Databases({ actor, server, query }: DatabasesProps) {
  const [analysis, known] = await Promise.all([analyse(actor, server.name), databasesOf(actor, server.id)]);
  const asOf = Date.now();
  const dropped = <DroppedCard server={server.name} databases={known} query={query} asOf={asOf} />;
  if (analysis.databases.length === 0) {
    return (
      <>
        <NoDatabases />
        {dropped}
      </>
    );
  }
  const shown = { server: server.name, query, arranged: arrangeDatabases(analysis.databases, query) };
  return (
    <>
      <CriteriaLine analysis={analysis} asOf={asOf}>
        {can(actor, "analysis:write") && (
          <CriteriaButton criteria={analysis.criteria} base={criteriaBase()} save={saveCriteria} />
        )}
      </CriteriaLine>
      <KpiCards analysis={analysis} query={query} />
      <MapCard analysis={analysis} />
      <AnalysisToolbar {...shown} />
      <DatabasesCard {...shown} asOf={asOf} />
      {dropped}
    </>
  );
}

async function NoDatabases() {
  const t = await getTranslations("analysis");
  return (
    <Card>
      <Empty icon={Database} title={t("emptyTitle")} text={t("empty")} />
    </Card>
  );
}
