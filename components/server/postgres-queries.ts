import { pointsOf, type TimeWindow } from "@/components/charts/time-window";
import { labelsText } from "../history/address";
import type { ChartQuery } from "./chart-query";
import { leadingOf } from "./leading";
import type { Probes } from "./newest";

const DAY_SECONDS = 86_400;

/**
 * What the Overview tab draws. Of databases only those with most right now are read one by one: the rest is told by totals,
 * so that a hundred databases cost no more than eight.
 */
export function postgresQueries(window: TimeWindow, latest: Probes): ChartQuery[] {
  const points = pointsOf(window);
  return [
    { name: "main", metrics: [...MAIN_METRICS, ...ofLeading(latest, "activity.database_sessions")], points },
    sizesQuery(window, latest),
    { name: "storage", metrics: ["storage.used_percent"], points, averages: true, leastSeconds: DAY_SECONDS },
  ];
}

/** Measured so seldom that a short period would show nothing. */
export function sizesQuery(window: TimeWindow, latest: Probes): ChartQuery {
  const metrics = ["sizes.all_bytes", ...ofLeading(latest, "sizes.size_bytes")];
  return { name: "sizes", metrics, points: pointsOf(window), averages: true, leastSeconds: DAY_SECONDS };
}

const ofLeading = (latest: Probes, metric: string): string[] =>
  leadingOf(latest, metric, "database").map((database) => metric + labelsText({ database }));

const MAIN_METRICS = [
  "activity.sessions",
  "activity.blocked_sessions",
  "activity.oldest_transaction_seconds",
  "activity.oldest_idle_in_transaction_seconds",
  "activity.longest_query_seconds",
  "instance.wal_bytes_per_sec",
  "databases.all_commits_per_sec",
  "databases.all_rollbacks_per_sec",
  "databases.all_blocks_hit_per_sec",
  "databases.all_blocks_read_per_sec",
  "databases.all_tuples_inserted_per_sec",
  "databases.all_tuples_updated_per_sec",
  "databases.all_tuples_deleted_per_sec",
  "databases.all_temp_bytes_per_sec",
];
