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

/** Bytes before the first element: dimensions, whether there are NULLs, type, length, lower bound. */
export const ARRAY_HEADER_BYTES = 20;
const ARRAY_FLAGS_AT = 4;
const ARRAY_LENGTH_AT = 12;

/** Cuts apart head rows that follow one another: each one's time (int4, ms since the start of the hour), then its values. */
export function splitHeadRows(bytes: Buffer): HeadRow[] {
  const rows: HeadRow[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    const end = endOfArray(bytes, start);
    rows.push({ time: bytes.readInt32BE(at), values: bytes.subarray(start, end) });
    at = end;
  }
  return rows;
}

function endOfArray(bytes: Buffer, start: number): number {
  const length = bytes.readInt32BE(start + ARRAY_LENGTH_AT);
  let at = start + ARRAY_HEADER_BYTES;
  if (bytes.readInt32BE(start + ARRAY_FLAGS_AT) === 0) return at + 12 * length;
  for (let left = length; left > 0; left--) at += bytes.readInt32BE(at) === 8 ? 12 : 4;
  return at;
}

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

/** @returns the number of values */
function setRow(grid: Grid, row: number, { buffer, byteOffset, length }: Buffer): number {
  const view = new DataView(buffer, byteOffset, length);
  let added = 0;
  for (let slot = 0, at = ARRAY_HEADER_BYTES; at < length; slot++) {
    if (view.getInt32(at) === 8) {
      grid.set(row, slot, view.getFloat64(at + 4));
      added++;
      at += 12;
    } else at += 4;
  }
  return added;
}

/** Column after column, as they are taken out. */
class Grid {
  private readonly values: Float64Array;
  private readonly present: Uint8Array;
  private readonly counts: Uint32Array;

  constructor(
    private readonly height: number,
    width: number,
  ) {
    this.values = new Float64Array(height * width);
    this.present = new Uint8Array(height * width);
    this.counts = new Uint32Array(width);
  }

  set(row: number, slot: number, value: number): void {
    const at = slot * this.height + row;
    this.values[at] = value;
    if (this.present[at] === 1) return;
    this.present[at] = 1;
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
  }

  column(slot: number): Column {
    const start = slot * this.height;
    const all = this.values.subarray(start, start + this.height);
    const count = this.counts[slot] ?? 0;
    if (count === this.height) return { values: all };
    const rows = new Uint32Array(count);
    for (let row = 0, i = 0; i < count; row++) if (this.present[start + row]) rows[i++] = row;
    return { rows, values: Float64Array.from(rows, (row) => all[row] ?? 0) };
  }
}
