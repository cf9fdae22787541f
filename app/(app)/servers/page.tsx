import { Server } from "lucide-react";
import type { Metadata } from "next";
import { cookies } from "next/headers";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { saveColumns, saveRefresh } from "@/app/preferences";
import { refreshSeconds } from "@/components/refresh";
import { RefreshChoice } from "@/components/refresh-choice";
import { AddServerButton } from "@/components/server-form/add-server-button";
import type { ServerActions } from "@/components/server-form/server-actions";
import { arrangeServers, type ListQuery, parseListQuery, type SearchParams } from "@/components/servers/arrange";
import { hiddenColumns } from "@/components/servers/columns";
import { NoMatch } from "@/components/servers/no-match";
import { Pager } from "@/components/servers/pager";
import { Selection } from "@/components/servers/selection";
import { ServerList } from "@/components/servers/server-list";
import { ServersSkeleton } from "@/components/servers/servers-skeleton";
import { ServersTable } from "@/components/servers/servers-table";
import { ServersToolbar } from "@/components/servers/servers-toolbar";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { listServers } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { settings } from "@/lib/settings/queries";
import { type Actor, can } from "@/lib/users/permissions";
import { setServersEnabled } from "./bulk-actions";
import { serverActions } from "./server-actions";
import { readTrends } from "./trends";

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
  const actions = can(actor, "servers:write") ? serverActions : null;
  const shown = { servers: arranged.rows, thresholds, asOf: Date.now() };
  const hidden = hiddenColumns(jar.get("columns")?.value);
  const trends = readTrends(actor, hidden.includes("trend") ? [] : arranged.rows);
  return (
    <>
      <ServersToolbar query={query} arranged={arranged} servers={servers} hidden={hidden} saveColumns={saveColumns}>
        <RefreshChoice seconds={refreshSeconds(jar.get("refresh")?.value)} save={saveRefresh} />
        {actions && <AddServerButton actions={actions} byAddress />}
      </ServersToolbar>
      <Card>
        {arranged.rows.length > 0 ? (
          <Selection setEnabled={setServersEnabled}>
            <ServersTable {...shown} actions={actions} query={query} trends={trends} hidden={hidden} />
            <ServerList {...shown} />
            <Pager query={query} arranged={arranged} />
          </Selection>
        ) : (
          <NothingShown registered={servers.length} query={query} actions={actions} />
        )}
      </Card>
    </>
  );
}

interface NothingShownProps {
  registered: number;
  query: ListQuery;
  actions: ServerActions | null;
}

async function NothingShown({ registered, query, actions }: NothingShownProps) {
  const t = await getTranslations("servers");
  if (registered > 0) return <NoMatch query={query} />;
  return (
    <Empty icon={Server} title={t("emptyTitle")} text={t("empty")}>
      {actions && <AddServerButton actions={actions} />}
    </Empty>
  );
}
