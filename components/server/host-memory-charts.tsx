import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { SPAN } from "./chart-grid";
import { known, lineOf, reasonWithout } from "./lines";
import { numberAt } from "./locate";
import { memoryLines } from "./memory-lines";
import type { Probes } from "./newest";

interface HostMemoryChartsProps {
  main: QueryResult["series"];
  latest: Probes;
}

/** What memory is used for, and swap space. */
export function HostMemoryCharts({ main, latest }: HostMemoryChartsProps) {
  const t = useTranslations("server");
  const total = numberAt(latest.memory?.data, ["total_bytes"]);
  const swap = numberAt(latest.memory?.data, ["swap_total_bytes"]);
  return (
    <>
      <TimeSeries
        id="memory"
        title={t("memory")}
        unit="bytes"
        kind="stacked"
        total={t("total")}
        ceiling={total ?? undefined}
        lines={memoryLines(main, t)}
        unavailable={reasonWithout(main, latest, "memory.used_bytes")}
        className={SPAN.third}
      />
      <TimeSeries
        id="swap"
        title={t("swap")}
        unit="bytes"
        ceiling={swap ?? undefined}
        lines={known(
          lineOf(main, { key: "swap", label: t("usedMemory"), color: 1, metrics: ["memory.swap_used_bytes"] }),
        )}
        unavailable={swap === 0 ? t("noSwap") : reasonWithout(main, latest, "memory.swap_used_bytes")}
        className={SPAN.third}
      />
    </>
  );
}
