import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { DatabasesCard } from "@/components/overview/databases-card";
import { FileSystemsCard } from "@/components/overview/file-systems-card";
import { FleetCard } from "@/components/overview/fleet-card";
import { HealthCards } from "@/components/overview/health-cards";
import { MachineCard } from "@/components/overview/machine-card";
import { OverallStrip } from "@/components/overview/overall-strip";
import { OverviewSkeleton } from "@/components/overview/overview-skeleton";
import { SelfCard } from "@/components/overview/self-card";
import { AutoRefresh } from "@/components/refresh-choice";
import { requireUser } from "@/lib/http/actor";
import type { Actor } from "@/lib/users/permissions";
import { readOverview } from "./overview-data";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("overview") };
}

export default async function OverviewPage() {
  const actor = await requireUser();
  return (
    <Suspense fallback={<OverviewSkeleton />}>
      <Overview actor={actor} />
    </Suspense>
  );
}

async function Overview({ actor }: { actor: Actor }) {
  const t = await getTranslations("overview.strip");
  const { servers, counts, thresholds, asOf, local, ...rest } = await readOverview(actor);
  const collector = rest.health.dependencies.find(({ name }) => name === "collector");
  return (
    <div className="grid gap-3">
      <AutoRefresh seconds={15} />
      <OverallStrip counts={counts} metrics={rest.metrics}>
        <span>{t("servers", { count: servers.length })}</span>
        {collector && (
          <>
            <span aria-hidden className="text-muted-foreground">
              {"·"}
            </span>
            <span>{t(`collector_${collector.status}`)}</span>
          </>
        )}
      </OverallStrip>
      <HealthCards
        metrics={rest.metrics}
        hour={rest.hour}
        thresholds={thresholds}
        freeBytes={rest.fileSystems.find(({ mount }) => mount === "/")?.freeBytes ?? null}
      />
      <div className="grid grid-cols-[minmax(0,1fr)_404px] items-start gap-3 max-xl:grid-cols-1">
        <div className="grid min-w-0 gap-3">
          <FleetCard servers={servers} counts={counts} thresholds={thresholds} asOf={asOf} />
          <div className="grid grid-cols-2 items-start gap-3 max-lg:grid-cols-1">
            <FileSystemsCard fileSystems={rest.fileSystems} thresholds={thresholds.disk_percent} />
            <DatabasesCard databases={rest.databases} server={local?.name ?? ""} />
          </div>
        </div>
        <div className="grid min-w-0 gap-3">
          <MachineCard facts={rest.facts} asOf={asOf} />
          <SelfCard health={rest.health} cost={rest.cost} asOf={asOf} />
        </div>
      </div>
    </div>
  );
}
