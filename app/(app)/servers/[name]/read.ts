// What the tabs of a server's page read, in one go.
import type { BoardAnswer } from "@/components/charts/board";
import { seriesKey } from "@/components/charts/chart-data";
import type { TimeWindow } from "@/components/charts/time-window";
import { type ChartQuery, spanOf } from "@/components/server/chart-query";
import { type Locator, locatorOf } from "@/components/server/locate";
import { queryServer } from "@/lib/fleet/history";
import { latestOf } from "@/lib/fleet/queries";
import type { ServerSummary } from "@/lib/fleet/schema";
import { metricCatalog } from "@/lib/metrics/catalog";
import type { QueryResult } from "@/lib/metrics/schema";
import { settings } from "@/lib/settings/queries";
import type { Actor } from "@/lib/users/permissions";

export interface BoardReading {
  /** Answers by query. */
  initial: Record<string, BoardAnswer>;
  /** Where live samples hold the series of the query `main`. */
  locators: Locator[];
}

/** First answers to the questions of a page. */
export async function readBoard(
  actor: Actor,
  server: ServerSummary,
  { queries, window }: { queries: readonly ChartQuery[]; window: TimeWindow },
): Promise<BoardReading> {
  const answers = await Promise.all(
    queries.map(async (query) => [query.name, await readQuery(actor, server, { query, window })] as const),
  );
  const initial = Object.fromEntries(answers);
  return { initial, locators: (initial.main?.result.series ?? []).flatMap(locate) };
}

async function readQuery(
  actor: Actor,
  { name }: ServerSummary,
  { query, window }: { query: ChartQuery; window: TimeWindow },
) {
  const span = spanOf(query, window);
  const result = await queryServer(actor, {
    server: name,
    metrics: query.metrics,
    from: Math.floor(span.from * 1000),
    to: Math.ceil(span.to * 1000),
    points: query.points,
    ...(query.averages && { aggregates: ["avg"] as const }),
  });
  return { result, span };
}

function locate({ metric, labels }: QueryResult["series"][number]): Locator[] {
  const entry = metricCatalog().get(metric);
  return entry ? [locatorOf(seriesKey(metric, labels), entry, labels)] : [];
}

/** Newest values and thresholds. */
export async function readNewest(actor: Actor, server: ServerSummary) {
  const [latest, { thresholds }] = await Promise.all([latestOf(actor, server), settings()]);
  return { latest, thresholds };
}
