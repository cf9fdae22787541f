import { useTranslations } from "next-intl";
import { type RefObject, useState } from "react";
import { formatPercent } from "@/lib/format";
import { HATCH, useBoard } from "./board";
import { PlotNote } from "./chart-card";
import type { ChartData } from "./chart-data";
import { ChartTooltip } from "./chart-tooltip";
import { HEAT_LEVELS } from "./heat";
import { HeatRows } from "./heat-parts";
import { MarkPaths } from "./mark-paths";
import { type ChartMark, marksAbout } from "./marks";
import { AXIS_HEIGHT, GUTTER, keep, type Parts, type Viewer } from "./paint";
import { nearestTime, type Picture, valueAt } from "./picture";
import { announce, PlotBox } from "./plot-box";
import { TimeLabels } from "./time-axis";
import { exactTime } from "./time-ticks";
import { usePlotPointer } from "./use-plot-pointer";

interface HeatPlotProps {
  id: string;
  title: string;
  names: readonly string[];
  width: number;
  height: number;
  data: ChartData;
  parts: Parts;
  seen: Picture;
  viewer: Viewer;
  box: RefObject<HTMLDivElement | null>;
  marks: readonly ChartMark[];
}

/** Cells with the page's cursor above them; the tooltip names the row that is pointed at. */
export function HeatPlot({ id, title, names, width, height, data, parts, seen, viewer, box, marks }: HeatPlotProps) {
  const t = useTranslations("charts");
  const { window } = useBoard();
  const [pointed, setPointed] = useState<number | null>(null);
  const text = (row: number, time: number) => {
    const line = seen.lines[row];
    return formatPercent(line ? valueAt(seen, line, time) : null, viewer.locale, 1);
  };
  const pointer = usePlotPointer({
    id,
    parts,
    marks,
    span: () => data,
    snap: (time) => nearestTime(seen, time),
    step: () => seen.resolutionSeconds,
    onPoint: (y) => setPointed(Math.min(names.length - 1, Math.max(0, Math.floor((y / height) * names.length)))),
    onKeyboard: (time) => {
      setPointed(null);
      const spoken = names.map((name, row) => `${name} ${text(row, time)}`).join(", ");
      const happened = marksAbout(marks, time, seen.resolutionSeconds / 2).map(({ label }) => label);
      const said = [`${exactTime(time, viewer, true)}: ${spoken}`, ...happened].join(". ");
      announce(box.current, { time, from: data.from, to: data.to, text: said });
    },
  });
  const rows = (time: number) =>
    pointed === null
      ? []
      : [{ key: "row", label: t("row", { name: names[pointed] ?? "" }), value: text(pointed, time) }];
  return (
    <PlotBox label={t("cursorOf", { title })} height={height} parts={parts} pointer={pointer} box={box}>
      <Cells {...{ parts, names, width, height }} />
      {seen.empty && <PlotNote>{t(window.period ? "soon" : "empty")}</PlotNote>}
      <ChartTooltip {...{ id, parts, viewer, rows, marks }} stepSeconds={seen.resolutionSeconds} span={() => data} />
    </PlotBox>
  );
}

/** Elements to be painted. */
function Cells({ parts, names, width, height }: Pick<HeatPlotProps, "parts" | "names" | "width" | "height">) {
  return (
    <svg aria-hidden width={width} height={height + AXIS_HEIGHT} className="block">
      {HEAT_LEVELS.map((level) => (
        <path key={level} ref={keep(parts.paths, `heat:${level}`)} fill={`var(--heat-${level})`} />
      ))}
      <path ref={keep(parts.paths, "gap")} fill={HATCH} />
      <path ref={keep(parts.paths, "gap-sides")} stroke="var(--idle-solid)" strokeDasharray="3 3" opacity={0.7} />
      <path d={`M${GUTTER},${height}H${width}`} stroke="var(--border-strong)" />
      <HeatRows names={names} height={height} />
      <MarkPaths parts={parts} />
      <TimeLabels parts={parts} />
    </svg>
  );
}
