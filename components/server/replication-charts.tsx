import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { SPAN } from "./chart-grid";
import { known, lineOf, linesBy } from "./lines";
import { type Probes, unavailableReason } from "./newest";

interface ReplicationChartsProps {
  main: QueryResult["series"];
  latest: Probes;
  /** Null where nothing was collected. */
  standby: boolean | null;
}

/** Lags of followers and slots; of a standby how far it is behind itself. */
export function ReplicationCharts({ main, latest, standby }: ReplicationChartsProps) {
  const t = useTranslations("server");
  const charts = [
    { id: "lag-bytes", title: t("notReplayed"), metric: "replay_lag_bytes", label: "application", unit: "bytes" },
    { id: "lag-seconds", title: t("replayLag"), metric: "replay_lag_seconds", label: "application", unit: "s" },
    { id: "retained", title: t("retained"), metric: "slot_retained_bytes", label: "slot", unit: "bytes" },
  ] as const;
  return (
    <>
      {standby && <StandbyCharts main={main} />}
      {charts.map(({ id, title, metric, label, unit }) => {
        const lines = linesBy(main, `replication.${metric}`, { label, others: t("others") });
        const unavailable = unavailableReason(latest, "replication", metric);
        // Without followers and slots the tables say so.
        if (lines.length === 0 && unavailable === undefined) return null;
        return (
          <TimeSeries
            key={id}
            id={id}
            title={title}
            detail={t(label === "slot" ? "bySlot" : "byFollower")}
            unit={unit}
            lines={lines}
            unavailable={unavailable}
            className={SPAN.third}
          />
        );
      })}
    </>
  );
}

function StandbyCharts({ main }: Pick<ReplicationChartsProps, "main">) {
  const t = useTranslations("server");
  return (
    <>
      <TimeSeries
        id="replay-delay"
        title={t("replayDelay")}
        detail={t("ofThisStandby")}
        unit="s"
        lines={known(
          lineOf(main, {
            key: "delay",
            label: t("replayDelay"),
            color: 1,
            metrics: ["replication.replay_delay_seconds"],
          }),
        )}
        className={SPAN.third}
      />
      <TimeSeries
        id="standby-bytes"
        title={t("behind")}
        detail={t("ofThisStandby")}
        unit="bytes"
        lines={known(
          lineOf(main, {
            key: "received",
            label: t("notReceived"),
            color: 2,
            metrics: ["replication.receive_lag_bytes"],
          }),
          lineOf(main, {
            key: "replayed",
            label: t("receivedNotReplayed"),
            color: 1,
            metrics: ["replication.replay_delay_bytes"],
          }),
        )}
        className={SPAN.third}
      />
      <TimeSeries
        id="conflicts"
        title={t("conflicts")}
        detail={t("byCause")}
        unit="1/s"
        lines={linesBy(main, "replication.conflicts_by_cause_per_sec", { label: "cause", others: t("others") })}
        className={SPAN.lastThird}
      />
    </>
  );
}
