// Reads what `perf stat -x , -I …` writes: a line for each event and interval. See "CSV FORMAT" of perf-stat(1).
import { type PerfEvent, perfEventOf } from "./events";

/** The kernel scales a count up where the event had its counter for only a part of the time. */
export type PerfCount = number | "not counted" | "not supported";

export interface CountLine {
  /** Since perf began, as it is written. */
  time: string;
  event: PerfEvent;
  count: PerfCount;
  /** Of the time for which the event was really counted, 0 to 100; null where perf does not tell. */
  percent: number | null;
}

/** The counts of one interval. */
export interface PerfInterval {
  seconds: number;
  events: ReadonlyMap<PerfEvent, Pick<CountLine, "count" | "percent">>;
}

const NUMBER = /^\d{1,20}(\.\d{1,12})?$/;

/** One line, or null where it is something else: a remark, an event of others, half a line. */
export function parseCountLine(line: string): CountLine | null {
  const [time = "", count = "", unit, name = "", running, percent = ""] = line.split(",").map((field) => field.trim());
  if (!NUMBER.test(time) || unit === undefined) return null;
  const event = perfEventOf(name);
  const counted = countOf(count);
  if (event === null || counted === null) return null;
  const share = running !== undefined && NUMBER.test(percent) ? Number(percent) : null;
  return { time, event, count: counted, percent: share !== null && share <= 100 ? share : null };
}

function countOf(text: string): PerfCount | null {
  const words = /^<(not counted|not supported)>$/.exec(text)?.[1];
  if (words === "not counted" || words === "not supported") return words;
  return NUMBER.test(text) ? Number(text) : null;
}

type Part = Pick<CountLine, "count" | "percent">;

/** Adds up one event of two kinds of cores. A kind that cannot count it at all takes nothing away from the other one. */
function combine(a: Part | undefined, b: Part): Part {
  if (a === undefined || a.count === "not supported") return b;
  if (b.count === "not supported") return a;
  if (a.count === "not counted" || b.count === "not counted") return { count: "not counted", percent: 0 };
  const percent = a.percent === null || b.percent === null ? null : Math.min(a.percent, b.percent);
  return { count: a.count + b.count, percent };
}

/** Puts the lines of one run of perf together to intervals. */
export class PerfIntervals {
  #time = "";
  #events = new Map<PerfEvent, Part>();
  #lines = 0;
  /** Lines of an interval, null before the second one: the first is seen to be complete only when that begins. */
  #expected: number | null = null;
  #endedAt = 0;

  /** @returns the intervals that are complete with this line, mostly none */
  add(line: CountLine): PerfInterval[] {
    const ended: PerfInterval[] = [];
    if (line.time !== this.#time && this.#lines > 0) {
      this.#expected ??= this.#lines;
      ended.push(...this.#end());
    }
    // A line was lost where lines were counted: this is how many there are.
    if (this.#expected !== null && Number(line.time) === this.#endedAt) this.#expected += 1;
    this.#time = line.time;
    this.#lines += 1;
    const { count, percent } = line;
    this.#events.set(line.event, combine(this.#events.get(line.event), { count, percent }));
    if (this.#expected !== null && this.#lines >= this.#expected) ended.push(...this.#end());
    return ended;
  }

  /** Nothing where no time has passed since the interval before. */
  #end(): PerfInterval[] {
    const events = this.#events;
    const at = Number(this.#time);
    const seconds = at - this.#endedAt;
    this.#events = new Map();
    this.#lines = 0;
    if (!(seconds > 0)) return [];
    this.#endedAt = at;
    return [{ seconds, events }];
  }
}
