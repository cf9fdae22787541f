import { useTranslations } from "next-intl";
import { MarkList } from "../charts/mark-list";
import type { ChartMark } from "../charts/marks";
import { MarksProvider } from "../charts/marks-context";
import { TimeSeries } from "../charts/time-series";
import { ChartGrid, FIRST_ROW_HEIGHT, SPAN } from "../server/chart-grid";
import { chartColor } from "../server/lines";

const own = (metric: string, label: string, color = 1) => [
  { key: metric, label, color: chartColor(color), of: [metric] },
];

/** Listeners of a channel over time with the changes of its track, and its queue; Icecast knows the bitrate instead. */
export function ChannelCharts({ marks, polled }: { marks: readonly ChartMark[]; polled: boolean }) {
  const t = useTranslations("streams.charts");
  return (
    <MarksProvider marks={marks}>
      <MarkList marks={marks} />
      <ChartGrid>
        <TimeSeries
          id="listeners"
          title={t("listeners")}
          unit="count"
          lines={own("stream.listeners", t("listeners"))}
          height={FIRST_ROW_HEIGHT}
          className={SPAN.wide}
        />
        {polled ? (
          <TimeSeries
            id="bitrate"
            title={t("bitrate")}
            unit="count"
            detail={t("kbps")}
            lines={own("stream.bitrate", t("bitrate"), 2)}
            height={FIRST_ROW_HEIGHT}
            className={SPAN.narrow}
          />
        ) : (
          <TimeSeries
            id="queue"
            title={t("queue")}
            unit="count"
            lines={own("stream.queue_size", t("queue"), 2)}
            height={FIRST_ROW_HEIGHT}
            className={SPAN.narrow}
          />
        )}
        <TimeSeries
          id="on-air"
          title={t("onAir")}
          help={t("onAirHelp")}
          unit="boolean"
          detail={t("onAirValues")}
          ceiling={1}
          lines={own("stream.on_air", t("onAir"), 3)}
          className={SPAN.full}
        />
      </ChartGrid>
    </MarksProvider>
  );
}
