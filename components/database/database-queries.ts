// What the page of a database asks the history for.
import { pointsOf, type TimeWindow } from "../charts/time-window";
import { type Labels, labelsText } from "../history/address";
import type { ChartQuery } from "../server/chart-query";

const DAY_SECONDS = 86_400;

/** @param labels of the database's series: its name, and the oid where another database has had that name since */
export function databaseQueries(window: TimeWindow, labels: Labels): ChartQuery[] {
  const points = pointsOf(window);
  const of = (metrics: readonly string[]) => metrics.map((metric) => metric + labelsText(labels));
  return [
    { name: "main", metrics: of(COUNTS), points },
    { name: "rates", metrics: of(RATES), points, averages: true },
    // Measured so seldom that a short period would show nothing.
    { name: "sizes", metrics: of(["sizes.size_bytes"]), points, averages: true, leastSeconds: DAY_SECONDS },
  ];
}

const COUNTS = ["databases.clients", "databases.connections", "databases.deadlocks"];

const RATES = [
  "databases.commits_per_sec",
  "databases.rollbacks_per_sec",
  "databases.blocks_hit_per_sec",
  "databases.blocks_read_per_sec",
  "databases.tuples_returned_per_sec",
  "databases.tuples_fetched_per_sec",
  "databases.tuples_inserted_per_sec",
  "databases.tuples_updated_per_sec",
  "databases.tuples_deleted_per_sec",
  "databases.temp_bytes_per_sec",
  "databases.deadlocks_per_sec",
  "databases.session_ms_per_sec",
  "databases.active_ms_per_sec",
  "databases.idle_in_transaction_ms_per_sec",
];
