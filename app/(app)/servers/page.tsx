import { Server } from "lucide-react";
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { saveRefresh } from "@/app/preferences";
import { refreshSeconds } from "@/components/refresh";
import { RefreshChoice } from "@/components/refresh-choice";
import { arrangeServers, type ListQuery, parseListQuery, type SearchParams } from "@/components/servers/arrange";
import { NoMatch } from "@/components/servers/no-match";
import { Pager } from "@/components/servers/pager";
import { SearchBox } from "@/components/servers/search-box";
import { ServerList } from "@/components/servers/server-list";
import { ServersSkeleton } from "@/components/servers/servers-skeleton";
import { ServersTable } from "@/components/servers/servers-table";
import { StatusFilter } from "@/components/servers/status-filter";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { listServers } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { settings } from "@/lib/settings/queries";
import type { Actor } from "@/lib/users/permissions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("servers"))("title") };
}

export default async function ServersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireUser();
  const query = parseListQuery(await searchParams);
  return (
    <Suspense fallback={<ServersSkeleton />}>
      <Servers actor={actor} query={query} />
    </Suspense>
  );
}

async function Servers({ actor, query }: { actor: Actor; query: ListQuery }) {
  const [servers, { thresholds }, jar] = await Promise.all([listServers(actor), settings(), cookies()]);
  const arranged = arrangeServers(servers, query);
  const shown = { servers: arranged.rows, thresholds, asOf: Date.now() };
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchBox search={query.search} />
        <StatusFilter query={query} arranged={arranged} />
        <div className="ml-auto">
          <RefreshChoice seconds={refreshSeconds(jar.get("refresh")?.value)} save={saveRefresh} />
        </div>
      </div>
      <Card>
        {arranged.rows.length > 0 ? (
          <>
            <ServersTable {...shown} query={query} />
            <ServerList {...shown} />
            <Pager query={query} arranged={arranged} />
          </>
        ) : (
          <NothingShown registered={servers.length} query={query} />
        )}
      </Card>
    </>
  );
}

async function NothingShown({ registered, query }: { registered: number; query: ListQuery }) {
  const t = await getTranslations("servers");
  if (registered > 0) return <NoMatch query={query} />;
  return <Empty icon={Server} title={t("emptyTitle")} text={t("empty")} />;
}
