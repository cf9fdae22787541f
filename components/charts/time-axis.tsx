import { keep, type Parts } from "./paint";

/** Enough for the widest screen. */
const SLOTS = Array.from({ length: 16 }, (_, slot) => slot);

/** Empty labels of a chart's time axis; painted with the data, so that a live axis moves without rendering. */
export function TimeLabels({ parts }: { parts: Parts }) {
  return SLOTS.map((slot) => <text key={slot} ref={keep(parts.labels, slot)} fontSize={11} fill="var(--chart-axis)" />);
}
