import { useTranslations } from "next-intl";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { FIRST_ROW_HEIGHT, SPAN } from "./chart-grid";
import { known, lineOf, linesBy } from "./lines";
import { type Probes, unavailableReason } from "./newest";

interface WalChartsProps {
  server: Pick<ServerSummary, "version">;
  main: QueryResult["series"];
  io: QueryResult["series"];
  latest: Probes;
}

/** Since which major version PostgreSQL tells it. */
const WAL_SINCE = 14;
const IO_SINCE = 16;

export function WalCharts(props: WalChartsProps) {
  return (
    <>
      <WrittenCharts {...props} />
      <TimeCharts {...props} />
      <IoCharts {...props} />
    </>
  );
}

/** Why a server of that version tells nothing, or undefined when it could. */
function useTooOld({ version }: Pick<ServerSummary, "version">) {
  const t = useTranslations("server");
  const major = Number.parseInt(version ?? "", 10);
  return (since: number) => (major < since ? t("sinceVersion", { version: since }) : undefined);
}

function WrittenCharts({ main, latest }: WalChartsProps) {
  const t = useTranslations("server");
  return (
    <>
      <TimeSeries
        id="wal"
        title={t("wal")}
        unit="bytes/s"
        lines={known(
          lineOf(main, { key: "wal", label: t("walWritten"), color: 1, metrics: ["instance.wal_bytes_per_sec"] }),
        )}
        height={FIRST_ROW_HEIGHT}
        unavailable={unavailableReason(latest, "instance", "wal_bytes")}
        className={SPAN.wide}
      />
      <TimeSeries
        id="buffers-written"
        title={t("buffersWritten")}
        detail={t("byWriter")}
        unit="bytes/s"
        kind="stacked"
        total={t("total")}
        lines={known(
          lineOf(main, {
            key: "checkpoint",
            label: t("checkpoints"),
            color: 1,
            metrics: ["checkpoints.checkpoint_bytes_per_sec"],
          }),
          lineOf(main, {
            key: "background",
            label: t("backgroundWriter"),
            color: 3,
            metrics: ["checkpoints.background_bytes_per_sec"],
          }),
          lineOf(main, {
            key: "backends",
            label: t("backends"),
            color: 2,
            metrics: ["checkpoints.backend_bytes_per_sec"],
          }),
        )}
        height={FIRST_ROW_HEIGHT}
        unavailable={unavailableReason(latest, "checkpoints", "checkpoint_bytes_per_sec")}
        className={SPAN.narrow}
      />
    </>
  );
}

function TimeCharts({ server, main, latest }: WalChartsProps) {
  const t = useTranslations("server");
  const tooOld = useTooOld(server)(WAL_SINCE);
  return (
    <>
      <TimeSeries
        id="checkpoint-time"
        title={t("checkpointTime")}
        detail={t("perSecond")}
        unit="ms/s"
        lines={known(
          lineOf(main, { key: "write", label: t("write"), color: 1, metrics: ["checkpoints.write_ms_per_sec"] }),
          lineOf(main, { key: "sync", label: t("sync"), color: 2, metrics: ["checkpoints.sync_ms_per_sec"] }),
        )}
        className={SPAN.third}
      />
      <TimeSeries
        id="wal-time"
        title={t("walTime")}
        detail={t("perSecond")}
        unit="ms/s"
        lines={known(
          lineOf(main, { key: "write", label: t("write"), color: 1, metrics: ["wal.write_ms_per_sec"] }),
          lineOf(main, { key: "sync", label: t("sync"), color: 2, metrics: ["wal.sync_ms_per_sec"] }),
        )}
        unavailable={tooOld ?? unavailableReason(latest, "wal", "write_ms_per_sec")}
        className={SPAN.third}
      />
      <TimeSeries
        id="wal-records"
        title={t("walRecords")}
        unit="1/s"
        lines={known(
          lineOf(main, { key: "records", label: t("records"), color: 1, metrics: ["wal.records_per_sec"] }),
          lineOf(main, { key: "images", label: t("pageImages"), color: 2, metrics: ["wal.full_page_images_per_sec"] }),
          lineOf(main, { key: "full", label: t("buffersFull"), color: 4, metrics: ["wal.buffers_full_per_sec"] }),
        )}
        unavailable={tooOld}
        className={SPAN.lastThird}
      />
    </>
  );
}

function IoCharts({ server, io, latest }: WalChartsProps) {
  const t = useTranslations("server");
  const tooOld = useTooOld(server)(IO_SINCE);
  // More do not fit above a small chart.
  const by = { label: "backend", others: t("others"), most: 2 };
  const charts = [
    { id: "io-read", title: t("ioRead"), metric: "read_bytes_per_sec", unit: "bytes/s", span: SPAN.third },
    { id: "io-write", title: t("ioWrite"), metric: "write_bytes_per_sec", unit: "bytes/s", span: SPAN.third },
    { id: "io-time", title: t("ioTime"), metric: "read_ms_per_sec", unit: "ms/s", span: SPAN.lastThird },
  ] as const;
  return charts.map(({ id, title, metric, unit, span }) => (
    <TimeSeries
      key={id}
      id={id}
      query="io"
      title={title}
      detail={t("byBackend")}
      unit={unit}
      kind="stacked"
      total={t("total")}
      lines={linesBy(io, `io.${metric}`, by)}
      unavailable={tooOld ?? unavailableReason(latest, "io", metric)}
      className={span}
    />
  ));
}
