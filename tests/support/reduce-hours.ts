// Puts single sealed hours into the state in which retention leaves whole weeks.
import { pool } from "../../lib/db";
import { type Block, blockColumn, columnsIn, encodeBlock } from "../../lib/metrics/block";
import { type ReducedStep, reduceSamples } from "../../lib/metrics/reduce";

/** The row of `sample_reduced` that a sealed hour comes to. */
export function reducedBlock(block: Block, step: ReducedStep): Block {
  const columns = Array.from({ length: columnsIn(block) - 1 }, (_, slot) => blockColumn(block, slot + 1));
  const reduced = reduceSamples(blockColumn(block, 0).values, columns, step);
  return encodeBlock(reduced.starts, reduced.columns);
}

/** Replaces the samples of an hour of a subject by steps, or by nothing but its aggregates (3600). */
export async function reduceHour(subject: number, hour: number, step: ReducedStep | 3600): Promise<void> {
  const { rows } = await pool().query<Block & { set_id: number }>(
    `DELETE FROM sample_data WHERE hour = $2 AND set_id IN (SELECT id FROM series_set WHERE subject = $1)
     RETURNING set_id, offs, data`,
    [subject, hour],
  );
  for (const { set_id, ...block } of step === 3600 ? [] : rows) {
    const { offs, data } = reducedBlock(block, step === 3600 ? 300 : step);
    await pool().query("INSERT INTO sample_reduced (set_id, hour, step_s, offs, data) VALUES ($1, $2, $3, $4, $5)", [
      set_id,
      hour,
      step,
      offs,
      data,
    ]);
  }
}
