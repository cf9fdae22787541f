import { RadioTower } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RefreshEvery } from "@/components/history/refresh-every";
import { AddSource } from "@/components/stream-sources/add-source";
import type { SourceActions } from "@/components/stream-sources/source-actions";
import { SourceCards, SourcesTable } from "@/components/stream-sources/sources-list";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { requireUser } from "@/lib/http/actor";
import { listSources, sourceTag } from "@/lib/streams/sources/queries";
import { can } from "@/lib/users/permissions";
import { create, remove, test, update } from "./actions";

const REFRESH_SECONDS = 5;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("streamSources") };
}

const ACTIONS: SourceActions = { create, update, remove, test };

export default async function StreamSourcesPage() {
  const actor = await requireUser();
  const t = await getTranslations("streamSources");
  const sources = (await listSources(actor)).map((source) => ({ ...source, etag: sourceTag(source) }));
  const actions = can(actor, "streams:write") ? ACTIONS : null;
  const shown = { sources, actions, asOf: Date.now() };
  return (
    <>
      <RefreshEvery seconds={REFRESH_SECONDS} />
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <p className="text-muted-foreground text-sm">{t("intro")}</p>
        <div className="md:ml-auto">{actions && <AddSource actions={actions} />}</div>
      </div>
      <Card>
        {sources.length > 0 ? (
          <>
            <SourcesTable {...shown} />
            <SourceCards {...shown} />
          </>
        ) : (
          <Empty icon={RadioTower} title={t("none")} text={t("noneHint")} />
        )}
      </Card>
    </>
  );
}
