import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import type { ListenerHistory } from "@/lib/streams/analytics-schema";
import { ChartBoard } from "../charts/board";
import { TimeSeries } from "../charts/time-series";
import { FIRST_ROW_HEIGHT } from "../server/chart-grid";
import { chartColor } from "../server/lines";

/** Listeners of all channels together over the period: mean and peak of each step. */
export function ListenerHistoryChart({ history }: { history: ListenerHistory }) {
  const t = useTranslations("streams.analytics");
  const result = resultOf(history);
  const first = result.ts[0];
  const last = result.ts.at(-1);
  const span = { from: first ?? 0, to: (last ?? 0) + history.step_s };
  const lines = (["average", "peak"] as const).map((key, index) => ({
    ...{ key, label: t(key), color: chartColor(index + 1), of: [key] },
  }));
  return (
    <ChartBoard window={{ period: null, ...span }} initial={{ main: { result, span } }}>
      <TimeSeries
        id="listener-history"
        title={t("history")}
        unit="count"
        lines={lines}
        height={FIRST_ROW_HEIGHT}
        unavailable={first === undefined ? t("historyNone") : undefined}
      />
    </ChartBoard>
  );
}

/** The points as charts take them. */
function resultOf({ step_s, points }: ListenerHistory): QueryResult {
  const ts = points.map(({ at }) => Date.parse(at) / 1_000);
  const series = (["average", "peak"] as const).map((metric) => {
    const avg = points.map((point) => point[metric]);
    return { ...{ metric, labels: {}, instance: "", unit: "count", interval_s: step_s }, avg, min: [], max: [] };
  });
  // Before anything was counted there was nobody to ask: no gap.
  const first = points.findIndex(({ average, peak }) => average !== null || peak !== null);
  return { step_s, since: ts[first] ?? 0, ts, series };
}
