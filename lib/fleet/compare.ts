// Two ranges of equal length laid over each other from their starts: what a series did now and then.
import { type ReadResult, readSeries, type SeriesRange } from "../metrics/read";
import type { Comparison } from "../metrics/schema";
import { type RangeSummary, summarise } from "../metrics/summary";
import { type Actor, requirePermission } from "../users/permissions";
import { changePercent, checkedRanges, type Range } from "./compare-ranges";
import { ownerOf } from "./history";
import { type Asker, inTurnOf } from "./read-turns";
import { describeSeries, intervalsOf, knownSelectors, refuseTooMuch } from "./series";

export interface CompareQuestion {
  server: string;
  /** A channel, as its source calls it, in place of the server. */
  channel?: string | undefined;
  /** Selectors, parted by commas or as a list. */
  metrics: string | readonly string[];
  /** The range in question. */
  a: Range;
  /** What it is compared with; as long as `a`. */
  b: Range;
  /** Steps at most, 1 to 2000; default 300. */
  points?: number | undefined;
  asker?: Asker | undefined;
}

type Line = ReadResult["series"][number];
type Source = Pick<SeriesRange, "subject" | "selectors">;

const DEFAULT_POINTS = 300;

/**
 * Compares series of one server, or of one channel, in two ranges. Steps begin at the start of their range; from an hour on, at the whole
 * hour in which it lies. Summaries are of all samples of exactly these ranges.
 * @throws AppError bad_request for ranges of unequal lengths; invalid, telling what is unknown or out of range;
 *   forbidden and the like when the actor may not read
 */
export async function compareServer(actor: Actor | null, question: CompareQuestion): Promise<Comparison> {
  requirePermission(actor, "servers:read");
  const selectors = knownSelectors(question.metrics);
  const { a, b } = checkedRanges(question);
  const owner = await ownerOf(actor, question);
  const { id: subject, since } = owner;
  const source = { subject, selectors };
  const [intervals, reads, sums] = await Promise.all([
    intervalsOf(owner),
    inTurnOf(actor, () => readBoth(source, [a, b], { points: question.points ?? DEFAULT_POINTS }), question.asker),
    inTurnOf(actor, () => Promise.all([a, b].map((range) => summarise({ ...source, ...range }))), question.asker),
  ]).catch(refuseTooMuch("metrics"));
  const count = Math.max(...reads.map(({ ts }) => ts.length));
  const [linesA, linesB] = reads.map(({ series }) => byKey(series));
  const [sumsA, sumsB] = sums.map(byKey);
  return {
    step_s: reads[0].stepSeconds,
    a: inSeconds(a),
    b: inSeconds(b),
    offsets: Array.from({ length: count }, (_, at) => at * reads[0].stepSeconds),
    since,
    series: reads[0].series.map((line) => {
      const key = keyOf(line);
      const summary = { a: toSummary(sumsA?.get(key)), b: toSummary(sumsB?.get(key)) };
      return {
        ...describeSeries(line, intervals),
        a: toValues(linesA?.get(key), count),
        b: toValues(linesB?.get(key), count),
        summary: { ...summary, change_percent: changePercent(summary.a.avg, summary.b.avg) },
      };
    }),
  };
}

/** Both ranges in the same steps from their starts: where one is kept more coarsely, the other one follows. */
export async function readBoth(
  source: Source,
  [a, b]: readonly [Range, Range],
  steps: { points: number } | { stepSeconds: number },
): Promise<[ReadResult, ReadResult]> {
  const read = (range: Range, wanted: typeof steps) => {
    const query = { ...source, ...range, anchor: range.from, ...wanted };
    return readSeries(query);
  };
  const [first, second] = await Promise.all([read(a, steps), read(b, steps)]);
  const stepSeconds = Math.max(first.stepSeconds, second.stepSeconds);
  return [
    first.stepSeconds < stepSeconds ? await read(a, { stepSeconds }) : first,
    second.stepSeconds < stepSeconds ? await read(b, { stepSeconds }) : second,
  ];
}

const keyOf = ({ metric, labels }: Pick<Line, "metric" | "labels">) => JSON.stringify([metric, labels]);

function byKey<T extends Pick<Line, "metric" | "labels">>(lines: readonly T[]): Map<string, T> {
  return new Map(lines.map((line) => [keyOf(line), line]));
}

const inSeconds = ({ from, to }: Range): Range => ({ from: from / 1000, to: to / 1000 });

function toSummary(summary: RangeSummary | undefined): Comparison["series"][number]["summary"]["a"] {
  return { avg: summary?.avg ?? null, min: summary?.min ?? null, max: summary?.max ?? null };
}

/** The values of each step; a range that begins later in its hour may touch one hour more than the other. */
function toValues(line: Line | undefined, count: number): Comparison["series"][number]["a"] {
  const filled = (values: readonly (number | null)[] = []) =>
    Array.from({ length: count }, (_, at) => values[at] ?? null);
  return { avg: filled(line?.avg), min: filled(line?.min), max: filled(line?.max) };
}
