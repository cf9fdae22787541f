// Reduced hours to bytes and back, a few columns at a time: nobody else in this process waits for long meanwhile.
import { setImmediate as breathe } from "node:timers/promises";
import { type Block, blockColumn, type Column, columnsIn, encodeBlock } from "./block";
import type { Reduced } from "./reduce";

/** Columns between two breaths: a few milliseconds. */
const AT_ONCE = 16;

/** The block of a reduced hour, as `encodeBlock` makes it. */
export async function encodeReduced({ starts, columns }: Reduced): Promise<Block> {
  const places = new Map<string, [start: number, end: number]>();
  const parts: Uint8Array[] = [];
  const offs: number[] = [];
  let end = 0;
  for (let from = 0; from === 0 || from < columns.length; from += AT_ONCE) {
    const block = encodeBlock(starts, columns.slice(from, from + AT_ONCE));
    // Each piece begins with the same column of starts.
    for (let column = from === 0 ? 0 : 1; column < columnsIn(block); column++) {
      const bytes = block.data.subarray(block.offs[2 * column], block.offs[2 * column + 1]);
      const known = Buffer.from(bytes).toString("latin1");
      const place = places.get(known) ?? [end, end + bytes.length];
      if (!places.has(known)) {
        places.set(known, place);
        parts.push(bytes);
        end += bytes.length;
      }
      offs.push(...place);
    }
    await breathe();
  }
  return { offs, data: Buffer.concat(parts) };
}

/** All columns of a block; column 0 apart, since it holds the times. */
export async function decodeColumns(block: Block): Promise<{ times: Float64Array; columns: Column[] }> {
  const columns: Column[] = [];
  for (let column = 1; column < columnsIn(block); column++) {
    columns.push(blockColumn(block, column));
    if (column % AT_ONCE === 0) await breathe();
  }
  return { times: blockColumn(block, 0).values, columns };
}
