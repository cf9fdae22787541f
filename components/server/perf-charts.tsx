import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { labelsText } from "../history/address";
import { SPAN } from "./chart-grid";
import { chartColor, keysOf } from "./lines";
import { type Probes, unavailableReason } from "./newest";

const MISSES = [
  "branch_miss_percent",
  "l1d_miss_percent",
  "llc_miss_percent",
  "dtlb_miss_percent",
  "itlb_miss_percent",
] as const;
const OF_PROCESSOR = ["instructions", "cycles"] as const;
const OF_KERNEL = ["context-switches", "cpu-migrations", "page-faults"] as const;

/** What the charts draw: to be asked for only where somebody counts. */
export const PERF_METRICS: readonly string[] = [
  ...MISSES.map((name) => `perf_events.${name}`),
  ...[...OF_PROCESSOR, ...OF_KERNEL].map((event) => `perf_events.per_sec${labelsText({ event })}`),
];

interface PerfChartsProps {
  main: QueryResult["series"];
  latest: Probes;
}

/** What perf counted over time. */
export function PerfCharts({ main, latest }: PerfChartsProps) {
  const t = useTranslations("server.perf");
  const linesOf = (events: readonly (keyof typeof NAMES)[]) =>
    events.flatMap((event, index) =>
      keysOf(main, "perf_events.per_sec", { event }).map((key) => ({
        ...{ key: event, label: t(NAMES[event]), color: chartColor(index + 1), of: [key] },
      })),
    );
  const reason = (place: string) =>
    unavailableReason(latest, "perf_events", "events") ?? unavailableReason(latest, "perf_events", place);
  return (
    <>
      <TimeSeries
        id="perf-processor"
        title={t("processor")}
        detail={t("processorDetail")}
        unit="1/s"
        lines={linesOf(OF_PROCESSOR)}
        unavailable={reason("events.instructions")}
        className={SPAN.third}
      />
      <TimeSeries
        id="perf-misses"
        title={t("misses")}
        detail={t("missesDetail")}
        unit="percent"
        lines={MISSES.flatMap((name, index) =>
          keysOf(main, `perf_events.${name}`).map((key) => ({
            ...{ key: name, label: t(`tiles.${name}`), color: chartColor(index + 1), of: [key] },
          })),
        )}
        unavailable={unavailableReason(latest, "perf_events", "events") ?? reasonOfAll(latest)}
        className={SPAN.third}
      />
      <TimeSeries
        id="perf-kernel"
        title={t("kernelEvents")}
        unit="1/s"
        lines={linesOf(OF_KERNEL)}
        unavailable={reason("events.context-switches")}
        className={SPAN.lastThird}
      />
    </>
  );
}

const NAMES = {
  instructions: "instructions",
  cycles: "cycles",
  "context-switches": "tiles.context_switches",
  "cpu-migrations": "tiles.cpu_migrations",
  "page-faults": "tiles.page_faults",
} as const;

/** Only where not one of the ratios can be had. */
function reasonOfAll(latest: Probes): string | undefined {
  const reasons = MISSES.map((name) => unavailableReason(latest, "perf_events", `derived.${name}`));
  return reasons.every((one) => one !== undefined) ? reasons[0] : undefined;
}
