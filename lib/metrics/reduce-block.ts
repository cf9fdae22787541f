// Whole hours to bytes and back, column by column: nobody else in this process waits for long meanwhile.
import { type Block, BlockBuilder, blockColumn, type Column, columnsIn } from "./block";
import type { Reduced } from "./reduce";

type Pace = () => Promise<void>;

/** The block of a reduced hour. */
export async function encodeReduced({ starts, columns }: Reduced, pace: Pace): Promise<Block> {
  const builder = new BlockBuilder(starts);
  for (const column of columns) {
    await pace();
    builder.add(column);
  }
  return builder.build();
}

/** All columns of a block; column 0 apart, since it holds the times. */
export async function decodeColumns(block: Block, pace: Pace): Promise<{ times: Float64Array; columns: Column[] }> {
  const columns: Column[] = [];
  for (let column = 1; column < columnsIn(block); column++) {
    await pace();
    columns.push(blockColumn(block, column));
  }
  return { times: blockColumn(block, 0).values, columns };
}
