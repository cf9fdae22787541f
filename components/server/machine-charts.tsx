import { useTranslations } from "next-intl";
import { pointsOf, type TimeWindow } from "@/components/charts/time-window";
import type { Thresholds } from "@/lib/health/schema";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { SPAN } from "./chart-grid";
import type { ChartQuery } from "./chart-query";
import { known, lineOf, reasonWithout, thresholdLines } from "./lines";
import { numberAt } from "./locate";
import { MEMORY_METRICS, memoryLines } from "./memory-lines";
import type { Probes } from "./newest";

const METRICS = [
  "cpu.user",
  "cpu.nice",
  "cpu.system",
  "cpu.irq",
  "cpu.softirq",
  "cpu.iowait",
  "cpu.steal",
  ...MEMORY_METRICS,
  "disk.read_bytes_per_sec",
  "disk.write_bytes_per_sec",
  "network.total_bytes_sent_per_sec",
  "network.total_bytes_recv_per_sec",
];

/** What the overview of a machine without PostgreSQL draws. */
export const machineQueries = (window: TimeWindow): ChartQuery[] => [
  { name: "main", metrics: METRICS, points: pointsOf(window) },
];

interface MachineChartsProps {
  main: QueryResult["series"];
  latest: Probes;
  thresholds: Thresholds;
}

/** A machine at a glance; its Host tab has the rest. */
export function MachineCharts({ main, latest, thresholds }: MachineChartsProps) {
  const t = useTranslations("server");
  const line = (key: string, label: string, color: number, ...metrics: string[]) =>
    lineOf(main, { key, label, color, metrics });
  const memory = numberAt(latest.memory?.data, ["total_bytes"]) ?? undefined;
  return (
    <>
      <TimeSeries
        {...{ id: "cpu", title: t("cpu"), unit: "percent", kind: "stacked", total: t("total"), ceiling: 100 }}
        lines={known(
          line("user", t("user"), 1, "cpu.user", "cpu.nice"),
          line("system", t("system"), 3, "cpu.system", "cpu.irq", "cpu.softirq"),
          line("iowait", t("iowait"), 2, "cpu.iowait"),
          line("steal", t("steal"), 4, "cpu.steal"),
        )}
        thresholds={thresholdLines(t, thresholds.cpu_percent)}
        unavailable={reasonWithout(main, latest, "cpu.user")}
        className={SPAN.half}
      />
      <TimeSeries
        {...{ id: "memory", title: t("memory"), unit: "bytes", kind: "stacked", total: t("total"), ceiling: memory }}
        lines={memoryLines(main, t)}
        unavailable={reasonWithout(main, latest, "memory.used_bytes")}
        className={SPAN.half}
      />
      <TimeSeries
        {...{ id: "throughput", title: t("throughput"), unit: "bytes/s" }}
        lines={known(
          line("read", t("read"), 1, "disk.read_bytes_per_sec"),
          line("write", t("write"), 2, "disk.write_bytes_per_sec"),
        )}
        unavailable={reasonWithout(main, latest, "disk.read_bytes_per_sec", "devices")}
        className={SPAN.half}
      />
      <TimeSeries
        {...{ id: "network", title: t("network"), detail: t("withoutLoopback"), unit: "bit/s" }}
        lines={known(
          line("sent", t("sent"), 1, "network.total_bytes_sent_per_sec"),
          line("received", t("received"), 2, "network.total_bytes_recv_per_sec"),
        )}
        unavailable={reasonWithout(main, latest, "network.total_bytes_sent_per_sec")}
        className={SPAN.half}
      />
    </>
  );
}
