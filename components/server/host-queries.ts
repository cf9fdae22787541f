import { pointsOf, type TimeWindow } from "@/components/charts/time-window";
import { labelsText } from "../history/address";
import type { ChartQuery } from "./chart-query";
import { MEMORY_METRICS } from "./memory-lines";
import { networkInterfaces, type Probes, unavailableReason } from "./newest";
import { PERF_METRICS } from "./perf-charts";
import { leadingCommands } from "./processes-now";

/** Columns of a heat map; more would be thinner than three pixels. */
const HEAT_COLUMNS = 92;
const HEAT_COLUMNS_LIVE = 62;

/** What the Host tab draws. */
export function hostQueries(window: TimeWindow, latest: Probes): ChartQuery[] {
  return [
    { name: "main", metrics: [...HOST_METRICS, ...(latest.perf_events ? PERF_METRICS : [])], points: pointsOf(window) },
    {
      name: "cores",
      metrics: ["cpu.per_core", "cpu.frequency_mhz", "cpu.temperature_celsius"],
      points: window.period === "5m" ? HEAT_COLUMNS_LIVE : HEAT_COLUMNS,
      averages: true,
    },
    { name: "interfaces", metrics: interfaceMetrics(latest), points: pointsOf(window), averages: true },
    ...commandQueries(window, latest),
  ];
}

const OF_INTERFACES = [
  "network.bytes_sent_per_sec",
  "network.bytes_recv_per_sec",
  "network.errors_in_per_sec",
  "network.errors_out_per_sec",
  "network.drops_in_per_sec",
  "network.drops_out_per_sec",
];
/** Those through which most goes right now: a machine may have dozens that nothing goes through. */
const LEADING_INTERFACES = 4;

function interfaceMetrics(latest: Probes): string[] {
  const names = networkInterfaces(latest).flatMap(({ name, loopback }) => (loopback ? [] : [name]));
  const leading = names.slice(0, LEADING_INTERFACES);
  return OF_INTERFACES.flatMap((metric) =>
    leading.length === 0 ? [metric] : leading.map((name) => metric + labelsText({ interface: name })),
  );
}

/** The commands that lead right now, or all before anything is known; none where the machine tells nothing of them. */
function commandQueries(window: TimeWindow, latest: Probes): ChartQuery[] {
  if (unavailableReason(latest, "processes", "rss_bytes") !== undefined) return [];
  const metrics = (["cpu_percent", "rss_bytes"] as const).flatMap((measure) => {
    const metric = `processes.${measure}`;
    const leading = leadingCommands(latest, measure);
    return leading.length === 0 ? [metric] : leading.map((command) => metric + labelsText({ command }));
  });
  return [{ name: "commands", metrics, points: pointsOf(window), averages: true }];
}

const HOST_METRICS = [
  "cpu.user",
  "cpu.nice",
  "cpu.system",
  "cpu.irq",
  "cpu.softirq",
  "cpu.iowait",
  "cpu.steal",
  "cpu.load_avg",
  ...MEMORY_METRICS,
  "memory.swap_used_bytes",
  "disk.read_bytes_per_sec",
  "disk.write_bytes_per_sec",
  "disk.read_latency_ms",
  "disk.write_latency_ms",
  "disk.read_iops",
  "disk.write_iops",
  "disk.utilisation_percent",
  "disk.queue_depth",
  "network.total_bytes_sent_per_sec",
  "network.total_bytes_recv_per_sec",
  "network.errors_in_per_sec",
  "network.errors_out_per_sec",
  "network.drops_in_per_sec",
  "network.drops_out_per_sec",
  "network.retransmits_per_sec",
  "network.listen_overflows_per_sec",
  "network.tcp_sockets",
  "memory_bandwidth.pgpgin_kb_per_sec",
  "memory_bandwidth.pgpgout_kb_per_sec",
  "memory_bandwidth.pswpin_pages_per_sec",
  "memory_bandwidth.pswpout_pages_per_sec",
  "memory_bandwidth.major_faults_per_sec",
  "pressure.stall_percent",
];
