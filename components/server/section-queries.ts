// What the sections of a server's page draw, beside its overview.
import { pointsOf, type TimeWindow } from "@/components/charts/time-window";
import type { ChartQuery } from "./chart-query";
import type { Probes } from "./newest";
import { sizesQuery } from "./postgres-queries";

const DAY_SECONDS = 86_400;

export function replicationQueries(window: TimeWindow): ChartQuery[] {
  return [{ name: "main", metrics: REPLICATION_METRICS, points: pointsOf(window) }];
}

const REPLICATION_METRICS = [
  "replication.replay_lag_bytes",
  "replication.replay_lag_seconds",
  "replication.slot_retained_bytes",
  "replication.replay_delay_seconds",
  "replication.replay_delay_bytes",
  "replication.receive_lag_bytes",
  "replication.conflicts_by_cause_per_sec",
];

export function walQueries(window: TimeWindow): ChartQuery[] {
  const points = pointsOf(window);
  return [
    { name: "main", metrics: WAL_METRICS, points },
    { name: "io", metrics: IO_METRICS, points, averages: true },
  ];
}

const WAL_METRICS = [
  "instance.wal_bytes_per_sec",
  "checkpoints.checkpoint_bytes_per_sec",
  "checkpoints.background_bytes_per_sec",
  "checkpoints.backend_bytes_per_sec",
  "checkpoints.write_ms_per_sec",
  "checkpoints.sync_ms_per_sec",
  "wal.full_page_images_per_sec",
  "wal.records_per_sec",
  "wal.buffers_full_per_sec",
  "wal.write_ms_per_sec",
  "wal.sync_ms_per_sec",
];

const IO_METRICS = ["io.read_bytes_per_sec", "io.write_bytes_per_sec", "io.read_ms_per_sec", "io.write_ms_per_sec"];

export function diskQueries(window: TimeWindow, latest: Probes): ChartQuery[] {
  const points = pointsOf(window);
  return [
    { name: "main", metrics: ["storage.used_percent", "storage.available_bytes"], points, leastSeconds: DAY_SECONDS },
    sizesQuery(window, latest),
  ];
}
