import { useRef, useState } from "react";
import { Dialog } from "../ui/dialog";
import { ChartBody } from "./chart-body";
import type { ChartData } from "./chart-data";
import type { TimeSeriesProps } from "./time-series";
import { useChart } from "./use-chart";

interface FullScreenProps {
  props: TimeSeriesProps;
  data: ChartData;
  onClose(): void;
}

/** Pixels of the window that are not plot: title, legend, axis and margins. */
const AROUND = 190;
const LEAST = 160;

/** One chart as large as the window; Escape or the cross lead back. */
export function FullScreen({ props, data, onClose }: FullScreenProps) {
  const [height] = useState(() => Math.max(LEAST, globalThis.innerHeight - AROUND));
  return (
    <Dialog open onOpenChange={onClose} title={props.title} className="top-3 bottom-3 max-h-none max-w-none">
      <LargeChart props={{ ...props, id: `${props.id}-large`, height }} data={data} />
    </Dialog>
  );
}

function LargeChart({ props, data }: Pick<FullScreenProps, "props" | "data">) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useChart(props, data, box);
  return (
    <div ref={box} className="px-4 py-3">
      <p className="mb-1 text-muted-foreground text-xs">{chart.meta}</p>
      <ChartBody {...{ chart, props, data }} />
    </div>
  );
}
