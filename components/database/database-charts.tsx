import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries, type TimeSeriesProps } from "../charts/time-series";
import { FIRST_ROW_HEIGHT, SPAN } from "../server/chart-grid";
import { keysOf, known, lineOf } from "../server/lines";

interface DatabaseChartsProps {
  /** What each query found. */
  series: Readonly<Record<string, QueryResult["series"]>>;
  /** Why block times and the like are not known, by metric. */
  tooOld: string | undefined;
}

type Word = Parameters<ReturnType<typeof useTranslations<"server">>>[0];
/** A line: what it is called, and its metric of the probe `databases`. */
type Line = readonly [label: Word, metric: string];

/** What a database did: each chart with the lines that have series. */
export function DatabaseCharts({ series: { main = [], rates = [], sizes = [] }, tooOld }: DatabaseChartsProps) {
  const t = useTranslations("server");
  const lines = (of: QueryResult["series"], ...all: Line[]) =>
    known(
      ...all.map(([label, metric], index) =>
        lineOf(of, { key: metric, label: t(label), color: index + 1, metrics: [metric] }),
      ),
    );
  const clients = main.some(({ metric }) => metric === "databases.clients")
    ? "databases.clients"
    : "databases.connections";
  const charts: Omit<TimeSeriesProps, "className">[] = [
    {
      ...{ id: "connections", title: t("connections"), unit: "count", height: FIRST_ROW_HEIGHT },
      lines: lines(main, ["connections", clients]),
    },
    {
      ...{ id: "size", query: "sizes", title: t("size"), unit: "bytes", height: FIRST_ROW_HEIGHT },
      lines: lines(sizes, ["size", "sizes.size_bytes"]),
    },
    {
      ...{ id: "transactions", query: "rates", title: t("transactions"), unit: "1/s" },
      lines: lines(rates, ["commits", "databases.commits_per_sec"], ["rollbacks", "databases.rollbacks_per_sec"]),
    },
    {
      ...{ id: "rows-read", query: "rates", title: t("rowsRead"), unit: "1/s" },
      lines: lines(
        rates,
        ["returned", "databases.tuples_returned_per_sec"],
        ["fetched", "databases.tuples_fetched_per_sec"],
      ),
    },
    {
      ...{ id: "rows-changed", query: "rates", title: t("rowsChanged"), unit: "1/s" },
      lines: lines(
        rates,
        ["inserted", "databases.tuples_inserted_per_sec"],
        ["updated", "databases.tuples_updated_per_sec"],
        ["deleted", "databases.tuples_deleted_per_sec"],
      ),
    },
    {
      ...{
        id: "hit-ratio",
        query: "rates",
        title: t("hitRatio"),
        detail: t("hitDetail"),
        unit: "percent",
        ceiling: 100,
      },
      lines: known({
        ...lineOf(rates, { key: "hit", label: t("fromBuffers"), color: 1, metrics: ["databases.blocks_hit_per_sec"] }),
        rest: keysOf(rates, "databases.blocks_read_per_sec"),
        combine: "share",
      }),
    },
    {
      ...{ id: "temporary", query: "rates", title: t("temporary"), unit: "bytes/s" },
      lines: lines(rates, ["walWritten", "databases.temp_bytes_per_sec"]),
    },
    {
      ...{ id: "deadlocks", query: "rates", title: t("deadlocks"), unit: "1/s" },
      lines: lines(rates, ["deadlocks", "databases.deadlocks_per_sec"]),
    },
    {
      ...{ id: "session-time", query: "rates", title: t("sessionTime"), detail: t("perSecond"), unit: "ms/s" },
      lines: lines(
        rates,
        ["sessionsOpen", "databases.session_ms_per_sec"],
        ["inStatements", "databases.active_ms_per_sec"],
        ["idleInTransaction", "databases.idle_in_transaction_ms_per_sec"],
      ),
      unavailable: tooOld,
    },
  ];
  return charts.map((chart, index) => <TimeSeries key={chart.id} {...chart} className={SPANS[index] ?? SPAN.third} />);
}

/** The first two in a row of their own; the last one fills what seven thirds leave. */
const SPANS: Readonly<Record<number, string>> = {
  0: SPAN.wide,
  1: SPAN.narrow,
  8: "md:col-span-2 xl:col-span-12",
};
