// What the overview shows, read at once.
import { HOUR_POINTS, type Hour } from "@/components/overview/hour";
import {
  databaseRows,
  diskRows,
  fileSystemRows,
  interfaceRows,
  type Latest,
  numberOf,
  rowsOf,
} from "@/components/overview/machine-rows";
import type { Counts } from "@/components/overview/overall";
import { totalsOf } from "@/components/streams/arrange";
import { readEvents } from "@/lib/activity/queries";
import { latestOf, listServers } from "@/lib/fleet/queries";
import { SERVER_STATUSES, type ServerSummary } from "@/lib/fleet/schema";
import { health, lostSamples, systemMetrics } from "@/lib/health/queries";
import { SYSTEM_METRICS, type SystemMetric } from "@/lib/health/schema";
import { hostFactsSchema } from "@/lib/host/schema";
import { readSeries } from "@/lib/metrics/read";
import { settings } from "@/lib/settings/queries";
import { listChannels } from "@/lib/streams/queries";
import { type Channel, isOnAir } from "@/lib/streams/schema";
import type { Actor } from "@/lib/users/permissions";
import { readListenerLines } from "./streams/lines";

const HOUR_MS = 3_600_000;
const EVENTS = 10;
const SHOWN_CHANNELS = 10;
/** The subject that stands for Dozor itself. */
const SELF = 1;

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
  const [servers, metrics, { thresholds }, report, events, channels] = await Promise.all([
    listServers(actor),
    systemMetrics(actor),
    settings(),
    health(),
    readEvents(actor, { newest: EVENTS }),
    listChannels(actor),
  ]);
  const local = servers.find((server) => server.host_kind === "local") ?? null;
  const asOf = Date.now();
  const [hour, machine, self, lost]: [Hour, Latest, Latest, number] = await Promise.all([
    readHour(local?.id ?? null, asOf),
    local ? latestOf(actor, local) : {},
    latestOf(actor, { id: SELF }),
    lostSamples(actor),
  ]);
  return {
    ...{ servers, counts: countByStatus(servers), local, metrics, thresholds, health: report, hour, events, asOf },
    streams: streamsOf(actor, channels),
    facts: hostFactsSchema.safeParse(machine.host_facts?.data).data ?? null,
    fileSystems: fileSystemRows(machine),
    disks: diskRows(machine),
    interfaces: interfaceRows(machine),
    databases: databaseRows(machine),
    cost: costOf(self),
    samples: { waiting: numberOf(rowsOf(self, "self")[0]?.values.samples_waiting) ?? 0, lost },
  };
}

/** The channels that most listen to; null where there are none at all. */
function streamsOf(actor: Actor, channels: readonly Channel[]) {
  if (channels.length === 0) return null;
  const shown = channels
    .filter(({ status }) => isOnAir(status))
    .sort((a, b) => (b.listeners ?? -1) - (a.listeners ?? -1))
    .slice(0, SHOWN_CHANNELS);
  return { channels: shown, totals: totalsOf(channels), lines: readListenerLines(actor, shown) };
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

function costOf(latest: Latest) {
  const [own] = rowsOf(latest, "self");
  return {
    cpuPercent: numberOf(own?.values.process_cpu_percent),
    memoryBytes: numberOf(own?.values.process_rss_bytes),
  };
}
