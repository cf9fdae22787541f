import { pointsOf, type TimeWindow } from "@/components/charts/time-window";
import type { ChartQuery } from "./chart-query";

const DAY_SECONDS = 86_400;

/** What the Overview tab draws. Counters of databases are summed up, so their averages suffice. */
export function postgresQueries(window: TimeWindow): ChartQuery[] {
  const points = pointsOf(window);
  return [
    { name: "main", metrics: MAIN_METRICS, points },
    { name: "databases", metrics: DATABASE_METRICS, points, averages: true },
    { name: "sizes", metrics: ["sizes.size_bytes"], points, averages: true, leastSeconds: DAY_SECONDS },
  ];
}

const MAIN_METRICS = [
  "activity.sessions",
  "activity.blocked_sessions",
  "activity.oldest_transaction_seconds",
  "activity.oldest_idle_in_transaction_seconds",
  "activity.longest_query_seconds",
  "instance.wal_bytes_per_sec",
];

const DATABASE_METRICS = [
  "databases.commits_per_sec",
  "databases.rollbacks_per_sec",
  "databases.blocks_hit_per_sec",
  "databases.blocks_read_per_sec",
  "databases.tuples_inserted_per_sec",
  "databases.tuples_updated_per_sec",
  "databases.tuples_deleted_per_sec",
  "databases.temp_bytes_per_sec",
];
