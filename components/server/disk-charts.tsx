import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { SPAN } from "./chart-grid";
import { linesBy, type Marks, thresholdLines } from "./lines";
import { SizesChart } from "./sizes-chart";

interface DiskChartsProps {
  main: QueryResult["series"];
  sizes: QueryResult["series"];
  marks: Marks;
  /** Whether the machine is read: else its charts are left out. */
  machine: boolean;
  /** Why no file system can be read at the moment. */
  unavailable: string | undefined;
}

export function DiskCharts({ main, sizes, marks, machine, unavailable }: DiskChartsProps) {
  const t = useTranslations("server");
  const by = { label: "of", others: t("others") };
  return (
    <>
      {machine && (
        <>
          <TimeSeries
            id="used"
            title={t("spaceUsed")}
            unit="percent"
            ceiling={100}
            lines={linesBy(main, "storage.used_percent", by)}
            thresholds={thresholdLines(t, marks)}
            unavailable={unavailable}
            className={SPAN.third}
          />
          <TimeSeries
            id="free"
            title={t("spaceFree")}
            unit="bytes"
            lines={linesBy(main, "storage.available_bytes", by)}
            unavailable={unavailable}
            className={SPAN.third}
          />
        </>
      )}
      <SizesChart sizes={sizes} className={machine ? SPAN.lastThird : SPAN.full} />
    </>
  );
}
