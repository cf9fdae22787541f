import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { DatabaseCharts } from "@/components/database/database-charts";
import { databaseQueries } from "@/components/database/database-queries";
import { DatabaseTitle } from "@/components/database/database-title";
import { FigureCards } from "@/components/database/figure-cards";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { NoPostgres } from "../../no-postgres";
import { boardOf } from "../../section";
import { findDatabase } from "./find";

interface DatabasePageProps {
  params: Promise<{ name: string; db: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: DatabasePageProps): Promise<Metadata> {
  // Next gives them decoded here, unlike to the page.
  const { db, name } = await params;
  return { title: { absolute: `${db} · ${name} · Dozor` } };
}

/** Since which major version PostgreSQL tells what its sessions do. */
const SESSIONS_SINCE = 14;

export default async function DatabasePage({ params, searchParams }: DatabasePageProps) {
  const actor = await requireUser();
  const [{ name: serverName, db }, { oid }] = [await params, await searchParams];
  const server = await serverByName(actor, decodeURIComponent(serverName));
  if (!server) notFound();
  const found = await findDatabase(actor, server.id, { name: decodeURIComponent(db), oid: [oid].flat()[0] });
  // What was collected of a database while its PostgreSQL was watched still shows.
  if (!found && !server.has_postgres) return <NoPostgres actor={actor} server={server} />;
  if (!found) notFound();
  const { database, namesakes } = found;
  const t = await getTranslations("server");
  const tooOld = Number.parseInt(server.version ?? "", 10) < SESSIONS_SINCE;
  return boardOf(
    { actor, server, searchParams },
    (window) => databaseQueries(window, database.labels),
    ({ initial, latest }) => ({
      strip: (
        <>
          <DatabaseTitle server={server.name} database={database} namesakes={namesakes} />
          <FigureCards server={server.name} initial={latest} labels={database.labels} />
        </>
      ),
      charts: (
        <DatabaseCharts
          series={Object.fromEntries(Object.entries(initial).map(([query, { result }]) => [query, result.series]))}
          tooOld={tooOld ? t("sinceVersion", { version: SESSIONS_SINCE }) : undefined}
        />
      ),
    }),
  );
}
