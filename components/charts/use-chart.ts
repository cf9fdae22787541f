import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { formatDuration, formatNumber, unitSymbol } from "@/lib/format";
import type { ChartData } from "./chart-data";
import type { FrameState } from "./frame-state";
import { EARLIER } from "./legend";
import { useMarks } from "./marks-context";
import type { ChartLine } from "./picture";
import type { Threshold } from "./plot-frame";
import { legendTexts } from "./readings";
import type { TimeSeriesProps } from "./time-series";
import { axisLabel } from "./unit-scale";
import { useSeriesPlot } from "./use-series-plot";

const LOW = 72;
const NO_THRESHOLDS: readonly Threshold[] = [];

/** All that a drawn chart knows of itself, on its card as well as on the full screen. */
export function useChart(props: TimeSeriesProps, data: ChartData, element: { readonly current: Element | null }) {
  const { id, lines, unit, kind = "lines", height = LOW } = props;
  const [switched, setSwitched] = useState<ReadonlySet<string>>(new Set());
  const hidden = useMemo(() => hiddenOf(lines, switched), [lines, switched]);
  const marks = useMarks(props.marks);
  const plot = useSeriesPlot({ id, lines, kind, unit, ceiling: props.ceiling, hidden, height, marks }, data, element);
  const { frame, viewer } = plot;
  const shape = { unit: frame.unit, locale: viewer.locale };
  const [firstTexts] = useState(() => legendTexts(plot.picture(), null, shape));
  return {
    ...{ kind, height, hidden, plot, shape, firstTexts, viewer, marks },
    meta: useMeta(frame, { locale: viewer.locale, detail: props.detail, ceiling: props.ceiling }),
    ...useThresholds(props.thresholds ?? NO_THRESHOLDS, frame, viewer.locale),
    visible: useMemo(() => lines.filter(({ key }) => !hidden.has(key)), [lines, hidden]),
    stale: frame.empty ? null : frame.staleSince,
    formatTick: (value: number) => axisLabel(value, viewer.locale),
    toggle: (key: string) => setSwitched((before) => toggled(before, key)),
  };
}

export type Chart = ReturnType<typeof useChart>;

/** A line of the range before goes with its own line, and with all of them. */
function hiddenOf(lines: readonly ChartLine[], switched: ReadonlySet<string>): ReadonlySet<string> {
  const gone = lines.filter(({ earlier }) => earlier !== undefined && (switched.has(earlier) || switched.has(EARLIER)));
  return new Set([...switched, ...gone.map(({ key }) => key)]);
}

/** Units that the head spells out, since they read badly before a resolution (`s, 15 s`). */
const UNIT_WORDS = ["s", "min", "h", "d", "/s"] as const;

/** `GiB of 125.6, 10 s`: unit, detail, resolution. */
function useMeta(
  { unit: { symbol, factor }, resolutionSeconds }: FrameState,
  { locale, detail, ceiling }: { locale: string; detail: string | undefined; ceiling: number | undefined },
): string {
  const t = useTranslations("charts");
  const word = UNIT_WORDS.find((one) => one === symbol);
  const unit = word ? t(`units.${word}`) : unitSymbol(symbol, locale);
  const whole = ceiling === undefined ? "" : t("ofCeiling", { value: formatNumber(ceiling * factor, locale) });
  const resolution = formatDuration(resolutionSeconds, locale, 1);
  return [[unit, detail ?? whole].filter(Boolean).join(" "), resolution].filter(Boolean).join(", ");
}

/** Thresholds on the axis are drawn; those off the scale are told in the legend. */
function useThresholds(thresholds: readonly Threshold[], { axis, unit }: FrameState, locale: string) {
  return useMemo(() => {
    const scaled = thresholds.map((one) => ({ ...one, at: one.at * unit.factor }));
    const top = axis.domain[1];
    return {
      onAxis: scaled.filter(({ at }) => at <= top),
      offAxis: scaled
        .filter(({ at }) => at > top)
        .map(({ at, label, tone }) => ({ label, value: formatNumber(at, locale), tone })),
    };
  }, [thresholds, axis, unit, locale]);
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
