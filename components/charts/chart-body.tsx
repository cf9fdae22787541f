import type { ChartData } from "./chart-data";
import { type ChartFact, Legend } from "./legend";
import { SeriesPlot } from "./series-plot";
import type { TimeSeriesProps } from "./time-series";
import type { Chart } from "./use-chart";

interface ChartBodyProps {
  chart: Chart;
  props: TimeSeriesProps;
  data: ChartData;
}

const NO_FACTS: readonly ChartFact[] = [];

/** Legend and plot. */
export function ChartBody({ chart, props, data }: ChartBodyProps) {
  const { kind, plot, stale } = chart;
  const { id, title, lines, total, earlier, facts = NO_FACTS } = props;
  return (
    <>
      <Legend
        {...{ lines, kind, parts: plot.parts, values: chart.firstTexts, facts: [...facts, ...chart.offAxis] }}
        hidden={chart.hidden}
        stale={stale !== null}
        onToggle={chart.toggle}
        earlier={earlier?.label}
      />
      <SeriesPlot
        {...{ id, title, kind, height: chart.height, data, plot, total, earlier, marks: chart.marks }}
        lines={chart.visible}
        thresholds={chart.onAxis}
      />
    </>
  );
}
