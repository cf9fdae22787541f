// How much a series changed, and whether that is known to be good or bad. Pure.
import { formatNumber, NO_VALUE } from "@/lib/format";

export interface Change {
  direction: "up" | "down" | "none" | "unknown";
  /** Only of metrics of which less is always better. */
  tone: "good" | "bad" | "neutral";
  /** `+12.3%` */
  text: string;
}

/** Faults and waiting: nobody wants more of them. Of load or traffic more may be better or worse. */
const LESS_IS_BETTER =
  /(errors|drops|retransmits|overflows|latency|deadlocks|rollbacks|blocked|oldest_|longest_|steal|iowait|queue_depth|temp_(files|bytes))/;
const MORE_IS_BETTER = /hit_percent/;
/** Smaller changes are neither better nor worse. In percent. */
const LEAST_MEANING = 5;

/** @param percent change of the mean, null where there is none to compare with */
export function changeOf(metric: string, percent: number | null, locale: string): Change {
  if (percent === null) return { direction: "unknown", tone: "neutral", text: NO_VALUE };
  const rounded = Math.round(percent * 10) / 10;
  if (rounded === 0) return { direction: "none", tone: "neutral", text: `${formatNumber(0, locale)}%` };
  const up = rounded > 0;
  const better = LESS_IS_BETTER.test(metric) ? !up : MORE_IS_BETTER.test(metric) ? up : null;
  return {
    direction: up ? "up" : "down",
    tone: better === null || Math.abs(rounded) < LEAST_MEANING ? "neutral" : better ? "good" : "bad",
    text: `${up ? "+" : "−"}${formatNumber(Math.abs(rounded), locale, Math.abs(rounded) < 100 ? 1 : 0)}%`,
  };
}
