// Writes batches whatever is among them: what our database refuses is left out, what it cannot take now is tried again.
import { log } from "../log";
import { type SampleBatch, writeSamples } from "../metrics/write";

/** Classes of errors about what was written, which would come again: PostgreSQL's manual, appendix A. */
const REFUSED = /^(21|22|23|54)[0-9A-Z]{3}$/;

/**
 * Whether waiting helps: the database is away, unable, being restored, or does not let us in. Not so after an error
 * about the data. A wrong yes costs time, a wrong no costs samples.
 */
export function isOutage(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string" && REFUSED.test(code)) return false;
  return !(error instanceof TypeError || error instanceof RangeError);
}

interface Refusal {
  batch: SampleBatch;
  error: unknown;
}

/** Halves what is refused until the batches are found that are the reason. */
async function writeOrHalve(batches: readonly SampleBatch[]): Promise<Refusal[]> {
  try {
    await writeSamples(batches);
    return [];
  } catch (error) {
    if (isOutage(error)) throw error;
    const [batch] = batches;
    if (batch && batches.length === 1) return [{ batch, error }];
    const half = Math.ceil(batches.length / 2);
    return [...(await writeOrHalve(batches.slice(0, half))), ...(await writeOrHalve(batches.slice(half)))];
  }
}

/** Writes batches; those that the database refuses are logged and left out. @throws when the database is away */
export async function writeBatches(batches: readonly SampleBatch[]): Promise<void> {
  if (batches.length === 0) return;
  const refused = await writeOrHalve(batches);
  const kinds = new Map(refused.map((one) => [`${one.batch.subject}:${one.batch.probe}`, one]));
  for (const [key, { batch, error }] of kinds) {
    const count = refused.filter((one) => `${one.batch.subject}:${one.batch.probe}` === key).length;
    log.error(
      { err: error, subject: batch.subject, probe: batch.probe, readings: count },
      "samples refused by our database",
    );
  }
}
