// What the tabs of a server's page read, in one go.
import type { BoardAnswer } from "@/components/charts/board";
import { seriesKey } from "@/components/charts/chart-data";
import { layBefore } from "@/components/charts/earlier";
import type { TimeWindow } from "@/components/charts/time-window";
import { type ChartQuery, spanOf } from "@/components/server/chart-query";
import { type Locator, locatorOf } from "@/components/server/locate";
import { AppError } from "@/lib/errors";
import { queryWithBefore } from "@/lib/fleet/before";
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

/** What is shown: a period, and whether the one before lies under it. */
export interface Shown {
  window: TimeWindow;
  compared: boolean;
}

/** First answers to the questions of a page. */
export async function readBoard(
  actor: Actor,
  server: Pick<ServerSummary, "name">,
  { queries, ...shown }: Shown & { queries: readonly ChartQuery[] },
): Promise<BoardReading> {
  const answers = await Promise.all(
    queries.map(async (query) => [query.name, await readQuery(actor, server, { query, ...shown })] as const),
  );
  const initial = Object.fromEntries(answers);
  return { initial, locators: (initial.main?.result.series ?? []).flatMap(locate) };
}

async function readQuery(
  actor: Actor,
  { name }: Pick<ServerSummary, "name">,
  { query, window, compared }: Shown & { query: ChartQuery },
): Promise<BoardAnswer> {
  const span = spanOf(query, window);
  const question = {
    server: name,
    metrics: query.metrics,
    from: Math.floor(span.from * 1000),
    to: Math.ceil(span.to * 1000),
    points: query.points,
    ...(query.averages && { aggregates: ["avg"] as const }),
  };
  return { ...(await answer(question).catch(inHours)), span };

  async function answer(asked: typeof question & { stepSeconds?: number }) {
    if (!compared) return { result: await queryServer(actor, asked) };
    const { result, before, shiftSeconds } = await queryWithBefore(actor, asked);
    return { result: layBefore(result, before, shiftSeconds), shiftSeconds };
  }

  /** A machine may have more cores or disks than one answer holds in fine steps: whole hours cost next to nothing. */
  function inHours(error: unknown) {
    if (!(error instanceof AppError && error.code === "invalid")) throw error;
    const hours = Math.ceil((span.to - span.from) / query.points / HOUR_SECONDS);
    return answer({ ...question, stepSeconds: hours * HOUR_SECONDS });
  }
}

const HOUR_SECONDS = 3_600;

/** The catalog holds no series of the range before: live samples are not of them. */
function locate({ metric, labels }: QueryResult["series"][number]): Locator[] {
  const entry = metricCatalog().get(metric);
  return entry ? [locatorOf(seriesKey(metric, labels), entry, labels)] : [];
}

/** Newest values and thresholds. */
export async function readNewest(actor: Actor, server: ServerSummary) {
  const [latest, { thresholds }] = await Promise.all([latestOf(actor, server), settings()]);
  return { latest, thresholds };
}
