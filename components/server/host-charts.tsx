import { useTranslations } from "next-intl";
import type { Thresholds } from "@/lib/health/schema";
import type { QueryResult } from "@/lib/metrics/schema";
import { HeatMap } from "../charts/heat-map";
import { TimeSeries } from "../charts/time-series";
import { FIRST_ROW_HEIGHT, SPAN } from "./chart-grid";
import { chartColor, keysOf, known, labelValues, lineOf, linesBy, type Marks, thresholdLines } from "./lines";
import { numberAt } from "./locate";
import { type Probes, unavailableReason } from "./newest";

export interface HostChartsProps {
  main: QueryResult["series"];
  cores: QueryResult["series"];
  latest: Probes;
  thresholds: Thresholds;
}

/** What a chart needs of the page to choose its lines. */
interface Source {
  t: ReturnType<typeof useTranslations<"server">>;
  series: QueryResult["series"];
  latest: Probes;
}

export function HostCharts({ main, cores, latest, thresholds }: HostChartsProps) {
  const t = useTranslations("server");
  const source: Source = { t, series: main, latest };
  return (
    <>
      <CpuChart {...source} marks={thresholds.cpu_percent} />
      <HeatMap
        id="cores"
        title={t("coresTitle")}
        detail={t("coresDetail")}
        rows={labelValues(cores, "cpu.per_core", "core").map((core) => ({
          name: core,
          series: keysOf(cores, "cpu.per_core", { core })[0] ?? "",
        }))}
        query="cores"
        thresholds={thresholds.cpu_percent}
        height={FIRST_ROW_HEIGHT}
        unavailable={unavailableReason(latest, "cpu", "per_core")}
        className={SPAN.narrow}
      />
      <MemoryCharts {...source} />
      <DiskCharts {...source} marks={thresholds.latency_ms} />
      <NetworkCharts {...source} />
    </>
  );
}

function CpuChart({ t, series, latest, marks }: Source & { marks: Marks }) {
  const cores = numberAt(latest.cpu?.data, ["core_count"]);
  return (
    <TimeSeries
      id="cpu"
      title={t("cpu")}
      detail={cores === null ? "" : t("ofCores", { count: cores })}
      unit="percent"
      kind="stacked"
      total={t("total")}
      ceiling={100}
      lines={known(
        lineOf(series, { key: "user", label: t("user"), color: 1, metrics: ["cpu.user", "cpu.nice"] }),
        lineOf(series, {
          key: "system",
          label: t("system"),
          color: 3,
          metrics: ["cpu.system", "cpu.irq", "cpu.softirq"],
        }),
        lineOf(series, { key: "iowait", label: t("iowait"), color: 2, metrics: ["cpu.iowait"] }),
        lineOf(series, { key: "steal", label: t("steal"), color: 4, metrics: ["cpu.steal"] }),
      )}
      thresholds={thresholdLines(t, marks)}
      height={FIRST_ROW_HEIGHT}
      unavailable={unavailableReason(latest, "cpu", "user")}
      className={SPAN.wide}
    />
  );
}

function MemoryCharts({ t, series, latest }: Source) {
  const total = numberAt(latest.memory?.data, ["total_bytes"]);
  const swap = numberAt(latest.memory?.data, ["swap_total_bytes"]);
  const minutes = ["1", "5", "15"];
  return (
    <>
      <TimeSeries
        id="load"
        title={t("load")}
        detail={t("loadDetail")}
        unit="count"
        lines={minutes.flatMap((minute, index) =>
          keysOf(series, "cpu.load_avg", { index: String(index) }).map((key) => ({
            key: `load${minute}`,
            label: t("minutes", { count: Number(minute) }),
            color: chartColor(index + 1),
            of: [key],
          })),
        )}
        className={SPAN.third}
      />
      <TimeSeries
        id="memory"
        title={t("memory")}
        unit="bytes"
        kind="stacked"
        total={t("total")}
        ceiling={total ?? undefined}
        lines={known(
          lineOf(series, { key: "used", label: t("usedMemory"), color: 1, metrics: ["memory.used_bytes"] }),
          lineOf(series, { key: "buffers", label: t("buffers"), color: 2, metrics: ["memory.buffers_bytes"] }),
          lineOf(series, { key: "cached", label: t("cached"), color: 3, metrics: ["memory.cached_bytes"] }),
        )}
        unavailable={unavailableReason(latest, "memory", "used_bytes")}
        className={SPAN.third}
      />
      <TimeSeries
        id="swap"
        title={t("swap")}
        unit="bytes"
        ceiling={swap ?? undefined}
        lines={known(
          lineOf(series, { key: "swap", label: t("usedMemory"), color: 1, metrics: ["memory.swap_used_bytes"] }),
        )}
        unavailable={swap === 0 ? t("noSwap") : unavailableReason(latest, "memory", "swap_used_bytes")}
        className={SPAN.lastThird}
      />
    </>
  );
}

function DiskCharts({ t, series, latest, marks }: Source & { marks: Marks }) {
  const devices = labelValues(series, "disk.utilisation_percent", "device");
  const [only] = devices;
  const detail =
    devices.length === 1 && only ? t("onDevice", { device: only }) : t("onDevices", { count: devices.length });
  const slowest =
    devices.length === 1 && only ? t("onDevice", { device: only }) : t("slowestOf", { count: devices.length });
  const nothing = devices.length === 0 ? (unavailableReason(latest, "disk", "devices") ?? t("noDevices")) : undefined;
  return (
    <>
      <TimeSeries
        id="throughput"
        title={t("throughput")}
        detail={detail}
        unit="bytes/s"
        lines={known(
          lineOf(series, { key: "read", label: t("read"), color: 1, metrics: ["disk.read_bytes_per_sec"] }),
          lineOf(series, { key: "write", label: t("write"), color: 2, metrics: ["disk.write_bytes_per_sec"] }),
        )}
        unavailable={nothing}
        className={SPAN.third}
      />
      <TimeSeries
        id="latency"
        title={t("latency")}
        detail={slowest}
        unit="ms"
        lines={known(
          lineOf(series, {
            key: "read",
            label: t("read"),
            color: 1,
            metrics: ["disk.read_latency_ms"],
            combine: "max",
          }),
          lineOf(series, {
            key: "write",
            label: t("write"),
            color: 2,
            metrics: ["disk.write_latency_ms"],
            combine: "max",
          }),
        )}
        thresholds={thresholdLines(t, marks)}
        unavailable={nothing}
        className={SPAN.third}
      />
      <TimeSeries
        id="utilisation"
        title={t("utilisation")}
        detail={t("utilisationDetail")}
        unit="percent"
        ceiling={100}
        lines={linesBy(series, "disk.utilisation_percent", { label: "device", others: t("others") }).map((line) => ({
          ...line,
          combine: "max",
        }))}
        unavailable={nothing}
        className={SPAN.lastThird}
      />
    </>
  );
}

/** States worth a line; the others pass quickly. */
const TCP_STATES = ["established", "time_wait", "close_wait"];

function NetworkCharts({ t, series, latest }: Source) {
  return (
    <>
      <TimeSeries
        id="network"
        title={t("network")}
        detail={t("withoutLoopback")}
        unit="bit/s"
        lines={known(
          lineOf(series, { key: "sent", label: t("sent"), color: 1, metrics: ["network.total_bytes_sent_per_sec"] }),
          lineOf(series, {
            key: "received",
            label: t("received"),
            color: 2,
            metrics: ["network.total_bytes_recv_per_sec"],
          }),
        )}
        unavailable={unavailableReason(latest, "network", "total_bytes_sent_per_sec")}
        className={SPAN.third}
      />
      <TimeSeries
        id="errors"
        title={t("networkErrors")}
        unit="1/s"
        lines={known(
          lineOf(series, {
            key: "errors",
            label: t("errors"),
            color: 1,
            metrics: ["network.errors_in_per_sec", "network.errors_out_per_sec"],
          }),
          lineOf(series, {
            key: "drops",
            label: t("dropped"),
            color: 2,
            metrics: ["network.drops_in_per_sec", "network.drops_out_per_sec"],
          }),
          lineOf(series, { key: "again", label: t("sentAgain"), color: 3, metrics: ["network.retransmits_per_sec"] }),
        )}
        className={SPAN.third}
      />
      <TimeSeries
        id="tcp"
        title={t("tcp")}
        detail={t("tcpDetail")}
        unit="count"
        lines={TCP_STATES.flatMap((state, index) =>
          keysOf(series, "network.tcp_sockets", { state }).map((key) => ({
            key: state,
            label: state.replace("_", " "),
            color: chartColor(index + 1),
            of: [key],
          })),
        )}
        unavailable={unavailableReason(latest, "network", "connections.tcp")}
        className={SPAN.lastThird}
      />
    </>
  );
}
