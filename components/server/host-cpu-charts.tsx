import { useTranslations } from "next-intl";
import type { Thresholds } from "@/lib/health/schema";
import type { QueryResult } from "@/lib/metrics/schema";
import { HeatMap } from "../charts/heat-map";
import { TimeSeries } from "../charts/time-series";
import { FIRST_ROW_HEIGHT, SPAN } from "./chart-grid";
import { chartColor, keysOf, known, labelValues, lineOf, type Marks, reasonWithout, thresholdLines } from "./lines";
import { numberAt } from "./locate";
import type { Probes } from "./newest";

interface HostCpuChartsProps {
  main: QueryResult["series"];
  /** Of each core. */
  cores: QueryResult["series"];
  latest: Probes;
  thresholds: Thresholds;
}

/** How busy the processors are, one by one and together, how many tasks want them, how fast and how warm they are. */
export function HostCpuCharts({ main, cores, latest, thresholds }: HostCpuChartsProps) {
  const t = useTranslations("server");
  return (
    <>
      <CpuChart series={main} latest={latest} marks={thresholds.cpu_percent} />
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
        unavailable={reasonWithout(cores, latest, "cpu.per_core")}
        className={SPAN.narrow}
      />
      <LoadChart series={main} />
      <SensorCharts series={cores} latest={latest} />
    </>
  );
}

function CpuChart({ series, latest, marks }: { series: QueryResult["series"]; latest: Probes; marks: Marks }) {
  const t = useTranslations("server");
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
      unavailable={reasonWithout(series, latest, "cpu.user")}
      className={SPAN.wide}
    />
  );
}

const MINUTES = ["1", "5", "15"];

function LoadChart({ series }: { series: QueryResult["series"] }) {
  const t = useTranslations("server");
  return (
    <TimeSeries
      id="load"
      title={t("load")}
      detail={t("loadDetail")}
      unit="count"
      lines={MINUTES.flatMap((minute, index) =>
        keysOf(series, "cpu.load_avg", { index: String(index) }).map((key) => ({
          key: `load${minute}`,
          label: t("minutes", { count: Number(minute) }),
          color: chartColor(index + 1),
          of: [key],
        })),
      )}
      className={SPAN.third}
    />
  );
}

/** A machine has many cores: the extremes and the middle say what each of them would. */
function SensorCharts({ series, latest }: { series: QueryResult["series"]; latest: Probes }) {
  const t = useTranslations("server");
  const line = (metric: string, key: "highest" | "mean" | "lowest", color: number) => {
    const combine = ({ highest: "max", mean: "mean", lowest: "min" } as const)[key];
    return lineOf(series, { key, label: t(key), color, metrics: [metric], combine });
  };
  const reason = (metric: string, text: string) =>
    reasonWithout(series, latest, `cpu.${metric}`) === undefined ? undefined : text;
  return (
    <>
      <TimeSeries
        id="frequency"
        query="cores"
        title={t("frequency")}
        detail={t("ofAllCores")}
        unit="MHz"
        lines={known(
          line("cpu.frequency_mhz", "highest", 1),
          line("cpu.frequency_mhz", "mean", 2),
          line("cpu.frequency_mhz", "lowest", 3),
        )}
        unavailable={reason("frequency_mhz", t("noFrequency"))}
        className={SPAN.third}
      />
      <TimeSeries
        id="temperature"
        query="cores"
        title={t("temperature")}
        detail={t("ofAllSensors")}
        unit="celsius"
        lines={known(line("cpu.temperature_celsius", "highest", 1), line("cpu.temperature_celsius", "mean", 2))}
        unavailable={reason("temperature_celsius", t("noTemperature"))}
        className={SPAN.lastThird}
      />
    </>
  );
}
