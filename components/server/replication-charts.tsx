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
  const by = (label: string) => ({ label, others: t("others") });
  const blind = (metric: string) => unavailableReason(latest, "replication", metric);
  return (
    <>
      {standby && <StandbyCharts main={main} />}
      <TimeSeries
        id="lag-bytes"
        title={t("notReplayed")}
        detail={t("byFollower")}
        unit="bytes"
        lines={linesBy(main, "replication.replay_lag_bytes", by("application"))}
        unavailable={blind("replay_lag_bytes") ?? t("noFollowers")}
        className={SPAN.third}
      />
      <TimeSeries
        id="lag-seconds"
        title={t("replayLag")}
        detail={t("byFollower")}
        unit="s"
        lines={linesBy(main, "replication.replay_lag_seconds", by("application"))}
        unavailable={blind("replay_lag_seconds") ?? t("noFollowers")}
        className={SPAN.third}
      />
      <TimeSeries
        id="retained"
        title={t("retained")}
        detail={t("bySlot")}
        unit="bytes"
        lines={linesBy(main, "replication.slot_retained_bytes", by("slot"))}
        unavailable={t("noSlots")}
        className={SPAN.lastThird}
      />
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
