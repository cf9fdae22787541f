import { useTranslations } from "next-intl";
import type { Forecast } from "@/lib/fleet/forecast";
import type { Thresholds } from "@/lib/health/schema";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { FIRST_ROW_HEIGHT, SPAN } from "./chart-grid";
import { useFullIn } from "./full-in";
import { leadingLines } from "./leading";
import { chartColor, keysOf, known, labelValues, lineOf, linesBy, thresholdLines } from "./lines";
import { type Probes, postgresNow, unavailableReason } from "./newest";
import { SizesChart } from "./sizes-chart";

export interface PostgresChartsProps {
  main: QueryResult["series"];
  sizes: QueryResult["series"];
  storage: QueryResult["series"];
  latest: Probes;
  thresholds: Thresholds;
  /** Of the file system that will be full first; null where the machine is not read. */
  forecast: Forecast | null;
}

export function PostgresCharts(props: PostgresChartsProps) {
  return (
    <>
      <SessionsChart {...props} />
      <TransactionsChart {...props} />
      <DatabaseSessions {...props} />
      <HitRatio {...props} />
      <SizesChart sizes={props.sizes} className={SPAN.third} />
      <WrittenCharts {...props} />
      {props.forecast && <DiskChart {...props} forecast={props.forecast} />}
      <TransactionAges {...props} />
    </>
  );
}

/** The usual states in this order; whatever else a server reports counts as others. */
const STATES = ["active", "idle", "idle in transaction", "idle in transaction (aborted)"] as const;
const STATE_NAMES = {
  active: "active",
  idle: "idle",
  "idle in transaction": "idleInTransaction",
  "idle in transaction (aborted)": "aborted",
} as const;

function SessionsChart({ main: series, latest, thresholds }: PostgresChartsProps) {
  const t = useTranslations("server");
  const { maxConnections } = postgresNow(latest);
  const others = labelValues(series, "activity.sessions", "state").filter(
    (state) => !STATES.some((one) => one === state),
  );
  return (
    <TimeSeries
      id="sessions"
      title={t("sessions")}
      detail={maxConnections === null ? t("byState") : t("byStateOf", { max: maxConnections })}
      unit="count"
      kind="stacked"
      total={t("total")}
      ceiling={maxConnections ?? undefined}
      lines={known(
        ...STATES.map((state, index) => ({
          key: state,
          label: t(STATE_NAMES[state]),
          color: chartColor(index + 1),
          of: keysOf(series, "activity.sessions", { state }),
        })),
        {
          key: "others",
          label: t("others"),
          color: chartColor(8),
          of: others.flatMap((state) => keysOf(series, "activity.sessions", { state })),
        },
      )}
      thresholds={maxConnections === null ? [] : thresholdLines(t, thresholds.db_connections, maxConnections)}
      height={FIRST_ROW_HEIGHT}
      unavailable={unavailableReason(latest, "activity", "sessions")}
      className={SPAN.wide}
    />
  );
}

function TransactionsChart({ main: series }: PostgresChartsProps) {
  const t = useTranslations("server");
  return (
    <TimeSeries
      id="transactions"
      title={t("transactions")}
      unit="1/s"
      lines={known(
        lineOf(series, { key: "commits", label: t("commits"), color: 1, metrics: ["databases.all_commits_per_sec"] }),
        lineOf(series, {
          key: "rollbacks",
          label: t("rollbacks"),
          color: 2,
          metrics: ["databases.all_rollbacks_per_sec"],
        }),
      )}
      height={FIRST_ROW_HEIGHT}
      className={SPAN.narrow}
    />
  );
}

function DatabaseSessions({ main: series, latest }: PostgresChartsProps) {
  const t = useTranslations("server");
  return (
    <TimeSeries
      id="database-sessions"
      title={t("databaseSessions")}
      detail={t("perDatabase")}
      unit="count"
      kind="stacked"
      total={t("total")}
      lines={leadingLines(series, {
        ...{ metric: "activity.database_sessions", label: "database", whole: ["activity.sessions"] },
        names: { others: t("others"), total: t("total") },
      })}
      unavailable={unavailableReason(latest, "activity", "database_sessions")}
      className={SPAN.third}
    />
  );
}

function HitRatio({ main: series }: PostgresChartsProps) {
  const t = useTranslations("server");
  return (
    <TimeSeries
      id="hit-ratio"
      title={t("hitRatio")}
      detail={t("hitDetail")}
      unit="percent"
      ceiling={100}
      lines={known({
        key: "hit",
        label: t("fromBuffers"),
        color: chartColor(1),
        of: keysOf(series, "databases.all_blocks_hit_per_sec"),
        rest: keysOf(series, "databases.all_blocks_read_per_sec"),
        combine: "share",
      })}
      className={SPAN.third}
    />
  );
}

function WrittenCharts({ main: series, latest }: PostgresChartsProps) {
  const t = useTranslations("server");
  const line = (key: "inserted" | "updated" | "deleted", color: number) =>
    lineOf(series, { key, label: t(key), color, metrics: [`databases.all_tuples_${key}_per_sec`] });
  return (
    <>
      <TimeSeries
        id="wal"
        title={t("wal")}
        unit="bytes/s"
        lines={known(
          lineOf(series, { key: "wal", label: t("walWritten"), color: 1, metrics: ["instance.wal_bytes_per_sec"] }),
        )}
        unavailable={unavailableReason(latest, "instance", "wal_bytes")}
        className={SPAN.third}
      />
      <TimeSeries
        id="rows"
        title={t("rowsChanged")}
        unit="1/s"
        lines={known(line("inserted", 1), line("updated", 2), line("deleted", 3))}
        className={SPAN.third}
      />
      <TimeSeries
        id="temporary"
        title={t("temporary")}
        unit="bytes/s"
        lines={known(
          lineOf(series, {
            key: "temporary",
            label: t("walWritten"),
            color: 1,
            metrics: ["databases.all_temp_bytes_per_sec"],
          }),
        )}
        className={SPAN.third}
      />
    </>
  );
}

function DiskChart({ storage, thresholds, forecast }: PostgresChartsProps & { forecast: Forecast }) {
  const t = useTranslations("server");
  const { text } = useFullIn()(forecast);
  return (
    <TimeSeries
      id="disk"
      query="storage"
      title={t("spaceUsed")}
      unit="percent"
      ceiling={100}
      lines={linesBy(storage, "storage.used_percent", { label: "of", others: t("others") })}
      thresholds={thresholdLines(t, thresholds.disk_percent)}
      facts={[{ label: t("fullIn"), value: text }]}
      className={SPAN.third}
    />
  );
}

function TransactionAges({ main: series, latest, forecast }: PostgresChartsProps) {
  const t = useTranslations("server");
  return (
    <>
      <TimeSeries
        id="ages"
        title={t("oldest")}
        unit="s"
        lines={known(
          lineOf(series, {
            key: "transaction",
            label: t("transaction"),
            color: 1,
            metrics: ["activity.oldest_transaction_seconds"],
          }),
          lineOf(series, {
            key: "idle",
            label: t("idleInTransaction"),
            color: 2,
            metrics: ["activity.oldest_idle_in_transaction_seconds"],
          }),
          lineOf(series, {
            key: "query",
            label: t("statement"),
            color: 3,
            metrics: ["activity.longest_query_seconds"],
          }),
        )}
        unavailable={unavailableReason(latest, "activity", "oldest_transaction_seconds")}
        className={SPAN.third}
      />
      <TimeSeries
        id="blocked"
        title={t("blockedTitle")}
        detail={t("blockedDetail")}
        unit="count"
        lines={known(
          lineOf(series, { key: "blocked", label: t("blocked"), color: 1, metrics: ["activity.blocked_sessions"] }),
        )}
        unavailable={unavailableReason(latest, "activity", "blocked_sessions")}
        className={forecast ? SPAN.lastThird : "xl:col-span-8"}
      />
    </>
  );
}
