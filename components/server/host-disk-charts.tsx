import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import type { ChartUnit } from "../charts/unit-scale";
import { SPAN } from "./chart-grid";
import { labelValues, linesBy, linesOfEach, type Marks, thresholdLines } from "./lines";
import { type Probes, unavailableReason } from "./newest";

interface HostDiskChartsProps {
  main: QueryResult["series"];
  latest: Probes;
  marks: Marks;
}

/** Reading and writing of each device, then how busy each is. */
export function HostDiskCharts({ main, latest, marks }: HostDiskChartsProps) {
  const t = useTranslations("server");
  const devices = labelValues(main, "disk.utilisation_percent", "device");
  const [only] = devices;
  const detail =
    devices.length === 1 && only ? t("onDevice", { device: only }) : t("onDevices", { count: devices.length });
  const nothing = devices.length === 0 ? (unavailableReason(latest, "disk", "devices") ?? t("noDevices")) : undefined;
  const both = (id: string, title: string, unit: ChartUnit, metric: (way: "read" | "write") => string) => ({
    ...{ id, title, detail, unit, unavailable: nothing },
    lines: linesOfEach(
      main,
      [
        { metric: metric("read"), name: t("read") },
        { metric: metric("write"), name: t("write") },
      ],
      { label: "device", others: t("others"), combine: unit === "ms" ? "max" : "sum" },
    ),
  });
  const each = (metric: string) =>
    linesBy(main, metric, { label: "device", others: t("others") }).map((line) => ({
      ...line,
      combine: "max" as const,
    }));
  return (
    <>
      <TimeSeries
        {...both("throughput", t("throughput"), "bytes/s", (way) => `disk.${way}_bytes_per_sec`)}
        className={SPAN.third}
      />
      <TimeSeries {...both("iops", t("iops"), "1/s", (way) => `disk.${way}_iops`)} className={SPAN.third} />
      <TimeSeries
        {...both("latency", t("latency"), "ms", (way) => `disk.${way}_latency_ms`)}
        thresholds={thresholdLines(t, marks)}
        className={SPAN.lastThird}
      />
      <TimeSeries
        id="utilisation"
        title={t("utilisation")}
        detail={t("utilisationDetail")}
        unit="percent"
        ceiling={100}
        lines={each("disk.utilisation_percent")}
        unavailable={nothing}
        className={SPAN.half}
      />
      <TimeSeries
        id="queue"
        title={t("queue")}
        detail={t("queueDetail")}
        unit="count"
        lines={each("disk.queue_depth")}
        unavailable={nothing}
        className={SPAN.half}
      />
    </>
  );
}
