import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { ActivityFeed } from "@/components/activity/activity-feed";
import { ActivityFilters } from "@/components/activity/activity-filters";
import { ActivitySkeleton } from "@/components/activity/activity-skeleton";
import {
  type ActivityQuery,
  activityParameters,
  parseActivityQuery,
  type SearchParams,
} from "@/components/activity/address";
import { ExportLinks } from "@/components/activity/export-links";
import { listActivity } from "@/lib/activity/queries";
import { requireUser } from "@/lib/http/actor";
import { settings } from "@/lib/settings/queries";
import { dayRange } from "@/lib/time";
import type { Actor } from "@/lib/users/permissions";

const PAGE = 50;

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("activity") };
}

export default async function ActivityPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireUser();
  const query = parseActivityQuery(await searchParams);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <ActivityFilters query={query} />
        <ExportLinks query={query} />
      </div>
      <Suspense fallback={<ActivitySkeleton />}>
        <Feed actor={actor} query={query} />
      </Suspense>
    </>
  );
}

async function Feed({ actor, query }: { actor: Actor; query: ActivityQuery }) {
  const { types, severity, search, from, to, tz } = query;
  const zone = tz || (actor.timeZone ?? (await settings()).time_zone);
  const page = await listActivity(actor, {
    ...dayRange({ date_from: from || undefined, date_to: to || undefined, tz: zone }),
    ...{ types, severities: severity ? [severity] : [], search, limit: PAGE },
  });
  const address = activityParameters(query).toString();
  return <ActivityFeed key={address} initial={page} query={query} role={actor.role} asOf={Date.now()} />;
}
