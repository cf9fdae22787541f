// The period before the shown one, of the same series in the same steps.
import type { QueryResult } from "../metrics/schema";
import type { Actor } from "../users/permissions";
import { type Question, queryServer } from "./history";

export interface WithBefore {
  result: QueryResult;
  before: QueryResult;
  /** Seconds that the period before begins earlier: a whole number of steps, at least the period's length. */
  shiftSeconds: number;
}

/**
 * Reads a range and the one before it. Where either is kept more coarsely, both come in the coarser steps.
 * @throws AppError as `queryServer` does
 */
export async function queryWithBefore(
  actor: Actor | null,
  question: Question & { from: number; to: number },
): Promise<WithBefore> {
  const { from, to } = question;
  let result = await queryServer(actor, question);
  for (;;) {
    const stepSeconds = result.step_s;
    const shiftSeconds = Math.ceil((to - from) / 1000 / stepSeconds) * stepSeconds;
    const shift = shiftSeconds * 1000;
    const before = await queryServer(actor, { ...question, from: from - shift, to: to - shift, stepSeconds });
    if (before.step_s === stepSeconds) return { result, before, shiftSeconds };
    result = await queryServer(actor, { ...question, stepSeconds: before.step_s });
  }
}
