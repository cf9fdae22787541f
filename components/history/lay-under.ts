// A comparison as charts take it: the range before as further series at the times of the shown one. Pure.
import type { Comparison, QueryResult } from "@/lib/metrics/schema";
import type { BoardAnswer } from "../charts/board";
import { metricBefore } from "../charts/earlier";

const HOUR_SECONDS = 3_600;

export interface LaidUnder extends BoardAnswer {
  /** Seconds from a step of the range before to the one it is laid under. */
  shiftSeconds: number;
}

export function layUnder({ a, b, step_s, offsets, since, series }: Comparison): LaidUnder {
  const start = firstStep(a.from, step_s);
  const values = series.flatMap(({ a: now, b: before, summary: _, ...one }): QueryResult["series"] => [
    { ...one, ...now },
    { ...one, metric: metricBefore(one.metric), ...before },
  ]);
  return {
    result: { step_s, since, ts: offsets.map((offset) => start + offset), series: values },
    span: a,
    shiftSeconds: start - firstStep(b.from, step_s),
  };
}

/** Steps begin with their range; those of whole hours at the hour in which it begins. */
const firstStep = (from: number, step: number): number =>
  step % HOUR_SECONDS === 0 ? Math.floor(from / HOUR_SECONDS) * HOUR_SECONDS : from;
