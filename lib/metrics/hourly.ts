// What series came to hour by hour, oldest first: for questions about the order of things over months.
import { deliver, type Samples, type Sink, type StoredStep } from "./deliver";
import { fetchAtOnce, type StoredSeries } from "./fetch";
import { type Aggregate, HOUR_MS, hourOf } from "./hour";

export interface HourlyQuery {
  series: readonly StoredSeries[];
  /** Milliseconds since the epoch, whole numbers; `to` is not part of the range. */
  from: number;
  to: number;
  /** Times at which an hour is split: what lies on either side is told apart, as finely as it is stored. */
  borders?: readonly number[];
}

/** What the samples of a series within an hour, or a part of it, came to. */
export interface HourPart extends Aggregate {
  /** Times of its first and its last sample; of the steps or the hour that hold them where samples are not kept. */
  firstAt: number;
  lastAt: number;
}

/** Series × hours moved by one statement: a few megabytes. */
const CELLS_PER_STATEMENT = 65_536;

/**
 * The range in pieces that follow one another. Memory and the time of a statement are bounded whatever the range; a step or
 * an hour in which samples are not kept one by one counts where it begins.
 */
export async function* hourly({ series, ...range }: HourlyQuery): AsyncGenerator<Hours> {
  if (series.length === 0) return;
  const most = Math.ceil(CELLS_PER_STATEMENT / series.length);
  for (const [from, to] of piecesOf(range, most)) {
    const hours = new Hours(series.length, from, to);
    deliver(await fetchAtOnce({ series, from, to, byHour: hours.isWhole }), series, hours);
    yield hours;
  }
}

/** Ascending: parts of hours one by one, whole hours together. Pure. */
function piecesOf({ from, to, borders = [] }: Omit<HourlyQuery, "series">, most: number): [number, number][] {
  const cuts = [from, to, ...borders.filter((border) => border > from && border < to)];
  const hours = cuts.filter((cut) => cut % HOUR_MS !== 0).flatMap((cut) => [hourOf(cut), hourOf(cut) + 1]);
  const inside = hours.map((hour) => hour * HOUR_MS).filter((time) => time > from && time < to);
  const times = [...new Set([...cuts, ...inside])].sort((a, b) => a - b);
  return times.slice(1).flatMap((end, at) => {
    const pieces: [number, number][] = [];
    const length = Math.max(1, most) * HOUR_MS;
    for (let start = times[at] ?? end; start < end; start += length)
      pieces.push([start, Math.min(end, start + length)]);
    return pieces;
  });
}

/** A piece: whole hours, or a part of one. */
export class Hours implements Sink {
  readonly count: number;
  readonly isWhole: boolean;
  private readonly cells: (HourPart | undefined)[];

  constructor(
    series: number,
    readonly from: number,
    private readonly to: number,
  ) {
    this.isWhole = from % HOUR_MS === 0 && to % HOUR_MS === 0;
    this.count = this.isWhole ? (to - from) / HOUR_MS : 1;
    this.cells = new Array(series * this.count);
  }

  /** When the cell begins, ms. */
  startOf(cell: number): number {
    return this.from + cell * HOUR_MS;
  }

  /** Null where there is no sample. */
  at(series: number, cell: number): HourPart | null {
    return this.cells[series * this.count + cell] ?? null;
  }

  samples(series: number, { times, values }: Samples): void {
    for (let i = 0; i < times.length; i++) {
      const value = values[i] ?? Number.NaN;
      if (Number.isFinite(value))
        this.add(series, times[i] ?? 0, { n: 1, sum: value, min: value, max: value, last: value });
    }
  }

  step(series: number, { start, ...step }: StoredStep): void {
    this.add(series, start, step);
  }

  private add(series: number, time: number, { n, sum, min, max, last }: Aggregate): void {
    if (n === 0 || time < this.from || time >= this.to) return;
    const cell = series * this.count + (this.isWhole ? Math.floor((time - this.from) / HOUR_MS) : 0);
    const known = this.cells[cell];
    if (!known) {
      this.cells[cell] = { n, sum, min, max, last, firstAt: time, lastAt: time };
      return;
    }
    known.n += n;
    known.sum += sum;
    known.min = Math.min(known.min, min);
    known.max = Math.max(known.max, max);
    known.firstAt = Math.min(known.firstAt, time);
    if (time < known.lastAt) return;
    known.last = last;
    known.lastAt = time;
  }
}
