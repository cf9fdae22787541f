import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { DatabaseCharts } from "@/components/database/database-charts";
import { databaseQueries } from "@/components/database/database-queries";
import { DatabaseTitle } from "@/components/database/database-title";
import { FigureCards } from "@/components/database/figure-cards";
import { databasesOf, type ServerDatabase } from "@/lib/fleet/databases";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { boardOf } from "../../section";

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
  const [name, serverName] = await namesOf(params);
  const server = await serverByName(actor, serverName);
  if (!server) notFound();
  const namesakes = (await databasesOf(actor, server.id)).filter((one) => one.name === name);
  const database = databaseOf(namesakes, (await searchParams).oid);
  if (!database) notFound();
  const t = await getTranslations("server");
  const tooOld = Number.parseInt(server.version ?? "", 10) < SESSIONS_SINCE;
  return boardOf(
    { actor, server, searchParams },
    (window) => databaseQueries(window, database.labels),
    ({ initial }) => ({
      strip: (
        <>
          <DatabaseTitle
            server={server.name}
            database={database}
            namesakes={namesakes.filter((one) => one !== database)}
          />
          <FigureCards labels={database.labels} />
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

async function namesOf(params: DatabasePageProps["params"]): Promise<[database: string, server: string]> {
  const { db, name } = await params;
  return [decodeURIComponent(db), decodeURIComponent(name)];
}

/** The one that has the name, or the last one that had it; with an oid, the one of that oid. */
function databaseOf(namesakes: readonly ServerDatabase[], oid: string | string[] | undefined) {
  return namesakes.find((one) => (oid === undefined ? one.labels.oid === undefined : String(one.oid) === oid));
}
