import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { saveRefresh } from "@/app/preferences";
import { CollectorFacts } from "@/components/collector/collector-facts";
import { CollectorFooter } from "@/components/collector/collector-footer";
import { arrangeCollector, parseCollectorQuery, type SearchParams } from "@/components/collector/collector-query";
import { OutcomeFilter } from "@/components/collector/outcome-filter";
import { ServerCard } from "@/components/collector/server-card";
import { refreshSeconds } from "@/components/refresh";
import { RefreshChoice } from "@/components/refresh-choice";
import { SearchBox } from "@/components/servers/search-box";
import { readCollector } from "@/lib/collector/queries";
import { requireUser } from "@/lib/http/actor";
import { asAppError } from "@/lib/http/problem";
import { runNow, setEnabled } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("collector") };
}

const ACTIONS = { run: runNow, setEnabled };

export default async function CollectorPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireUser();
  const query = parseCollectorQuery(await searchParams);
  const collector = await readCollector(actor).catch((error: unknown) => {
    // Who may not read it need not know that it is there.
    if (asAppError(error)?.code === "forbidden") notFound();
    throw error;
  });
  const [t, jar] = await Promise.all([getTranslations("collector"), cookies()]);
  const arranged = arrangeCollector(collector.servers, query);
  const asOf = Date.now();
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchBox search={query.search} label={t("search")} />
        <OutcomeFilter query={query} counts={arranged.counts} />
        <div className="ml-auto">
          <RefreshChoice seconds={refreshSeconds(jar.get("refresh")?.value)} save={saveRefresh} />
        </div>
      </div>
      <CollectorFacts collector={collector} asOf={asOf} />
      <div className="grid gap-3">
        {arranged.servers.map((server) => (
          <ServerCard key={server.id} server={server} actions={ACTIONS} asOf={asOf} />
        ))}
        <CollectorFooter query={query} arranged={arranged} />
      </div>
    </>
  );
}
