// What the overview shows, read at once.
import type { DatabaseFacts } from "@/components/overview/databases-card";
import type { FileSystem } from "@/components/overview/file-systems-card";
import { HOUR_POINTS, type Hour } from "@/components/overview/hour";
import type { Counts } from "@/components/overview/overall";
import { type LatestOfServer, latestOf, listServers } from "@/lib/fleet/queries";
import { SERVER_STATUSES, type ServerSummary } from "@/lib/fleet/schema";
import { health, systemMetrics } from "@/lib/health/queries";
import { SYSTEM_METRICS, type SystemMetric } from "@/lib/health/schema";
import { hostFactsSchema } from "@/lib/host/schema";
import { readSeries } from "@/lib/metrics/read";
import { settings } from "@/lib/settings/queries";
import type { Actor } from "@/lib/users/permissions";

const HOUR_MS = 3_600_000;
/** The subject that stands for Dozor itself. */
const SELF = 1;
const MOST_ROWS = 6;

/** Where each card's line comes from: `machine` is the server that Dozor runs on. */
const LINES: Record<SystemMetric, { of: "machine" | "self"; metric: string; labels?: Record<string, string> }> = {
  cpu_percent: { of: "machine", metric: "cpu.usage_percent" },
  ram_percent: { of: "machine", metric: "memory.usage_percent" },
  disk_percent: { of: "machine", metric: "disk.usage_percent", labels: { mount: "/" } },
  latency_ms: { of: "self", metric: "self.latency_ms" },
  db_connections: { of: "self", metric: "self.db_connections" },
};

/** Everything that the page shows. @throws AppError when the actor may not read servers */
export async function readOverview(actor: Actor) {
  const [servers, metrics, { thresholds }, report] = await Promise.all([
    listServers(actor),
    systemMetrics(actor),
    settings(),
    health(),
  ]);
  const local = servers.find((server) => server.host_kind === "local") ?? null;
  const asOf = Date.now();
  const [hour, machine, self] = await Promise.all([
    readHour(local?.id ?? null, asOf),
    local ? latestOf(actor, local) : {},
    latestOf(actor, { id: SELF }),
  ]);
  return {
    ...{ servers, counts: countByStatus(servers), local, metrics, thresholds, health: report, hour, asOf },
    facts: hostFactsSchema.safeParse((machine as LatestOfServer).host_facts?.data).data ?? null,
    fileSystems: fileSystemsOf(machine),
    databases: databasesOf(machine),
    cost: costOf(self),
  };
}

async function readHour(machine: number | null, now: number): Promise<Hour> {
  const range = { from: now - HOUR_MS, to: now, points: HOUR_POINTS };
  const selectorsOf = (of: "machine" | "self") =>
    Object.values(LINES).flatMap(({ of: whose, ...selector }) => (whose === of ? [selector] : []));
  const [own, host] = await Promise.all([
    readSeries({ subject: SELF, selectors: selectorsOf("self"), ...range }),
    machine === null ? null : readSeries({ subject: machine, selectors: selectorsOf("machine"), ...range }),
  ]);
  const series = [...own.series, ...(host?.series ?? [])];
  const line = (metric: SystemMetric) =>
    series.find((one) => one.metric === LINES[metric].metric)?.avg ?? own.ts.map(() => null);
  return {
    stepSeconds: own.stepSeconds,
    ts: own.ts,
    values: Object.fromEntries(SYSTEM_METRICS.map((metric) => [metric, line(metric)])) as Hour["values"],
  };
}

export function countByStatus(servers: readonly Pick<ServerSummary, "status">[]): Counts {
  const count = (status: string) => servers.filter((server) => server.status === status).length;
  return Object.fromEntries(SERVER_STATUSES.map((status) => [status, count(status)])) as Counts;
}

interface Rows {
  rows?: { labels: Record<string, string>; values: Record<string, number | null> }[];
}

/** The fullest file systems of the disk probe's snapshot; those whose usage is not known come last. */
export function fileSystemsOf(latest: LatestOfServer): FileSystem[] {
  const { partitions } = (latest.disk?.data ?? {}) as { partitions?: Record<string, Record<string, unknown>> };
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return Object.entries(partitions ?? {})
    .map(([mount, fields]) => ({
      mount,
      device: text(fields.device),
      fstype: text(fields.fstype),
      usedBytes: number(fields.used_bytes),
      freeBytes: number(fields.available_bytes),
      totalBytes: number(fields.total_bytes),
      percent: number(fields.usage_percent),
    }))
    .toSorted((a, b) => (b.percent ?? -1) - (a.percent ?? -1))
    .slice(0, MOST_ROWS);
}

/** The largest databases; sizes come from a slower probe than the rest. */
export function databasesOf(latest: LatestOfServer): DatabaseFacts[] {
  const rowsOf = (probe: string) => ((latest[probe]?.data ?? {}) as Rows).rows ?? [];
  const sizes = new Map(rowsOf("sizes").map(({ labels, values }) => [labels.database, values.size_bytes ?? null]));
  return rowsOf("databases")
    .map(({ labels, values }) => ({
      name: labels.database ?? "",
      sizeBytes: sizes.get(labels.database) ?? null,
      transactionsPerSec: sum(values.commits_per_sec, values.rollbacks_per_sec),
      cacheHitPercent: values.cache_hit_percent ?? null,
    }))
    .toSorted((a, b) => (b.sizeBytes ?? -1) - (a.sizeBytes ?? -1))
    .slice(0, MOST_ROWS);
}

function sum(a: number | null | undefined, b: number | null | undefined): number | null {
  return a == null || b == null ? null : a + b;
}

function costOf(latest: LatestOfServer) {
  const values = ((latest.self?.data ?? {}) as Rows).rows?.[0]?.values ?? {};
  return { cpuPercent: values.process_cpu_percent ?? null, memoryBytes: values.process_rss_bytes ?? null };
}
