import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { LastActivity } from "@/components/activity/last-activity";
import { DatabasesCard } from "@/components/overview/databases-card";
import { DisksCard } from "@/components/overview/disks-card";
import { FileSystemsCard } from "@/components/overview/file-systems-card";
import { FleetCard } from "@/components/overview/fleet-card";
import { HealthCards } from "@/components/overview/health-cards";
import { MachineCard } from "@/components/overview/machine-card";
import { NetworkCard } from "@/components/overview/network-card";
import { OverallStrip } from "@/components/overview/overall-strip";
import { OverviewSkeleton } from "@/components/overview/overview-skeleton";
import { SelfCard } from "@/components/overview/self-card";
import { StreamsCard } from "@/components/overview/streams-card";
import { AutoRefresh } from "@/components/refresh-choice";
import type { Health } from "@/lib/health/schema";
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

/** Without its database nothing is known of the collector. */
function collectorOf({ dependencies }: Health) {
  const statusOf = (wanted: string) => dependencies.find(({ name }) => name === wanted)?.status ?? "unhealthy";
  return statusOf("database") === "unhealthy" ? "unknown" : statusOf("collector");
}

/** Both columns end on one line. */
const COLUMN = "flex min-w-0 flex-col gap-3 [&>:last-child]:flex-1";
const PAIR = "grid grid-cols-2 gap-3 max-lg:grid-cols-1";

async function Overview({ actor }: { actor: Actor }) {
  const [t, streams] = await Promise.all([getTranslations("overview.strip"), getTranslations("streams.overview")]);
  const { servers, counts, thresholds, asOf, local, ...rest } = await readOverview(actor);
  const traffic = (
    <div className={PAIR}>
      <DisksCard rows={rest.disks} />
      <NetworkCard rows={rest.interfaces} />
    </div>
  );
  // A long fleet fills its column by itself.
  const below = servers.length > 4;
  return (
    <div className="grid gap-3">
      <AutoRefresh seconds={15} />
      <OverallStrip counts={counts} metrics={rest.metrics}>
        <span>{t("servers", { count: servers.length })}</span>
        <Dot />
        {rest.streams && (
          <>
            <span>
              {streams("strip", { count: rest.streams.totals.onAir, listeners: rest.streams.totals.listeners })}
            </span>
            <Dot />
          </>
        )}
        <span>{t(`collector_${collectorOf(rest.health)}`)}</span>
      </OverallStrip>
      <HealthCards
        metrics={rest.metrics}
        hour={rest.hour}
        thresholds={thresholds}
        freeBytes={rest.fileSystems.find(({ mount }) => mount === "/")?.freeBytes ?? null}
      />
      <div className="grid grid-cols-[minmax(0,1fr)_404px] gap-3 max-xl:grid-cols-1">
        <div className={COLUMN}>
          <FleetCard servers={servers} counts={counts} thresholds={thresholds} asOf={asOf} />
          {rest.streams && <StreamsCard {...rest.streams} asOf={asOf} />}
          <div className={PAIR}>
            <FileSystemsCard rows={rest.fileSystems} thresholds={thresholds.disk_percent} />
            <DatabasesCard rows={rest.databases} server={local?.name ?? ""} />
          </div>
          {!below && traffic}
        </div>
        <div className={COLUMN}>
          <MachineCard facts={rest.facts} asOf={asOf} />
          <SelfCard health={rest.health} cost={rest.cost} samples={rest.samples} asOf={asOf} />
        </div>
      </div>
      {below && traffic}
      <LastActivity initial={rest.events} role={actor.role} />
    </div>
  );
}

const Dot = () => (
  <span aria-hidden className="text-muted-foreground">
    {"·"}
  </span>
);
