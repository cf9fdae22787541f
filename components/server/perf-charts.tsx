import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import type { ChartLine } from "../charts/picture";
import { TimeSeries } from "../charts/time-series";
import { labelsText } from "../history/address";
import { SPAN } from "./chart-grid";
import { chartColor, keysOf } from "./lines";

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

/** By how many charts there are: the widths that fill their row. */
const WIDTHS: Readonly<Record<number, readonly string[]>> = {
  1: [SPAN.full],
  2: [SPAN.half, SPAN.half],
  3: [SPAN.third, SPAN.third, SPAN.lastThird],
};

/** What perf counted over time; only what it could count, since the tiles say why it could not. */
export function PerfCharts({ main }: { main: QueryResult["series"] }) {
  const t = useTranslations("server.perf");
  const rates = (events: readonly (keyof typeof NAMES)[]): ChartLine[] =>
    events.flatMap((event, index) =>
      keysOf(main, "perf_events.per_sec", { event }).map((key) => ({
        ...{ key: event, label: t(NAMES[event]), color: chartColor(index + 1), of: [key] },
      })),
    );
  const misses: ChartLine[] = MISSES.flatMap((name, index) =>
    keysOf(main, `perf_events.${name}`).map((key) => ({
      ...{ key: name, label: t(`tiles.${name}`), color: chartColor(index + 1), of: [key] },
    })),
  );
  const charts = [
    { id: "perf-processor", title: t("processor"), unit: "1/s", lines: rates(OF_PROCESSOR) } as const,
    { id: "perf-misses", title: t("misses"), detail: t("missesDetail"), unit: "percent", lines: misses } as const,
    { id: "perf-kernel", title: t("kernelEvents"), unit: "1/s", lines: rates(OF_KERNEL) } as const,
  ].filter(({ lines }) => lines.length > 0);
  return charts.map((chart, index) => (
    <TimeSeries key={chart.id} {...chart} className={WIDTHS[charts.length]?.[index] ?? SPAN.third} />
  ));
}

const NAMES = {
  instructions: "instructions",
  cycles: "cycles",
  "context-switches": "tiles.context_switches",
  "cpu-migrations": "tiles.cpu_migrations",
  "page-faults": "tiles.page_faults",
} as const;
