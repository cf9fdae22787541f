import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { LogList } from "@/components/logs/log-list";
import { logParameters, parseLogQuery, type SearchParams } from "@/components/logs/log-query";
import { LogsToolbar } from "@/components/logs/logs-toolbar";
import { TodayLine } from "@/components/logs/today-line";
import { requireUser } from "@/lib/http/actor";
import { asAppError } from "@/lib/http/problem";
import { listLogs, logChoices, logStats } from "@/lib/syslog/queries";
import { logsFilterSchema } from "@/lib/syslog/schema";
import type { Actor } from "@/lib/users/permissions";

const PAGE = 100;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("logs") };
}

async function read(actor: Actor, parameters: URLSearchParams) {
  const filter = logsFilterSchema.parse({ ...Object.fromEntries(parameters), limit: PAGE });
  const [logs, choices, stats] = await Promise.all([listLogs(actor, filter), logChoices(actor), logStats(actor)]);
  return { logs, choices, stats };
}

export default async function LogsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireUser();
  const query = parseLogQuery(await searchParams);
  const parameters = logParameters(query);
  const { logs, choices, stats } = await read(actor, parameters).catch((error: unknown) => {
    // Who may not read it need not know that it is there.
    if (asAppError(error)?.code === "forbidden") notFound();
    throw error;
  });
  return (
    <>
      <LogsToolbar query={query} {...choices} />
      <TodayLine stats={stats} />
      <LogList key={parameters.toString()} initial={logs} query={query} />
    </>
  );
}
