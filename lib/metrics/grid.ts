// The samples of one part and hour as a grid, times by slots: where head rows and a sealed block become one.
import { type Block, blockColumn, type Column, columnsIn } from "./block";

/** A head row as sealing reads it. */
export interface HeadRow {
  /** Milliseconds since the start of the hour. */
  time: number;
  /** A float8[] in PostgreSQL's binary format; NULL is no sample. */
  values: Buffer;
}

export interface PartHour {
  /** Milliseconds since the start of the hour, ascending, each once. */
  times: Float64Array;
  columns: Column[];
  /** Values that came from the head rows. */
  added: number;
}

/** Bytes before the first element: dimensions, flags, type, length, lower bound; the length is the fourth. */
export const ARRAY_HEADER_BYTES = 20;
const ARRAY_LENGTH_AT = 12;

/** Puts head rows over the block that may already stand for the hour; at one time the head's value wins. */
export function mergeSamples(head: readonly HeadRow[], sealed?: Block): PartHour {
  const before = sealed ? blockColumn(sealed, 0).values : new Float64Array(0);
  const times = Float64Array.from(new Set([...before, ...head.map(({ time }) => time)])).sort();
  const rowOf = new Map(Array.from(times, (time, row) => [time, row]));
  const width = Math.max(
    0,
    sealed ? columnsIn(sealed) - 1 : 0,
    ...head.map(({ values }) => values.readInt32BE(ARRAY_LENGTH_AT)),
  );
  const grid = new Grid(times.length, width);
  for (let slot = 0; sealed && slot < columnsIn(sealed) - 1; slot++) {
    const { values, rows } = blockColumn(sealed, slot + 1);
    values.forEach((value, i) => {
      grid.set(rowOf.get(before[rows?.[i] ?? i] ?? 0) ?? 0, slot, value);
    });
  }
  let added = 0;
  for (const { time, values } of head) added += setRow(grid, rowOf.get(time) ?? 0, values);
  return { times, columns: Array.from({ length: width }, (_, slot) => grid.column(slot)), added };
}

function setRow(grid: Grid, row: number, values: Buffer): number {
  let added = 0;
  let at = ARRAY_HEADER_BYTES;
  for (let slot = 0; at < values.length; slot++) {
    const present = values.readInt32BE(at) === 8;
    if (present) grid.set(row, slot, values.readDoubleBE(at + 4));
    at += present ? 12 : 4;
    added += present ? 1 : 0;
  }
  return added;
}

class Grid {
  private readonly values: Float64Array;
  private readonly present: Uint8Array;

  constructor(
    private readonly height: number,
    private readonly width: number,
  ) {
    this.values = new Float64Array(height * width);
    this.present = new Uint8Array(height * width);
  }

  set(row: number, slot: number, value: number): void {
    this.values[row * this.width + slot] = value;
    this.present[row * this.width + slot] = 1;
  }

  column(slot: number): Column {
    const values = new Float64Array(this.height);
    const rows = new Uint32Array(this.height);
    let count = 0;
    for (let row = 0; row < this.height; row++) {
      const at = row * this.width + slot;
      if (!this.present[at]) continue;
      values[count] = this.values[at] ?? 0;
      rows[count++] = row;
    }
    return count === this.height ? { values } : { values: values.slice(0, count), rows: rows.slice(0, count) };
  }
}
