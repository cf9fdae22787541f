// Writes batches whatever is among them: what our database refuses is left out, what it cannot take now is tried again.
import { log } from "../log";
import { type SampleBatch, writeSamples } from "../metrics/write";

/** Classes of errors about what was written, which would come again: PostgreSQL's manual, appendix A. */
const REFUSED = /^(21|22|23|54)[0-9A-Z]{3}$/;
/** Classes that tell neither that: something in the database is broken, for one batch perhaps or for all of them. */
const DOUBTFUL = /^(0A|38|39|44|F0|HV|P0|XX)[0-9A-Z]{3}$/;
/** A batch that failed so often for such a reason, while others were written, would hold everything behind it for ever. */
const PATIENCE = 10;
/** So many fail, and none was written: it is not the batches. */
const ENOUGH = 8;

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? "");

/**
 * Whether waiting helps: the database is away, unable, being restored, or does not let us in. Not so after an error
 * about the data. A wrong yes costs time, a wrong no costs samples.
 */
export function isOutage(error: unknown): boolean {
  return !REFUSED.test(codeOf(error)) && !(error instanceof TypeError || error instanceof RangeError);
}

/** Whether something in the database is broken, for good perhaps, while it may take everything else. */
export const isDoubtful = (error: unknown): boolean => DOUBTFUL.test(codeOf(error));

interface Failure {
  batch: SampleBatch;
  error: unknown;
}

/** Batches from the spool are read anew for each try. */
const nameOf = ({ subject, probe, ts }: SampleBatch): string => `${subject}:${probe}:${ts}`;

/**
 * Gives the function that writes batches. Those that the database refuses are logged and left out, and so are, after
 * ten tries, those that fail for an unclear reason while others are written.
 * It throws when the database is away, or when a batch is to be tried again; writing the others again changes nothing.
 */
export function createBatchWriter(): (batches: readonly SampleBatch[]) => Promise<void> {
  /** How often a batch was in the way, and how many statements had succeeded when it was counted. */
  const suspects = new Map<string, { failures: number; written: number }>();
  let written = 0;

  /** Halves what fails until the batches are found that are the reason. */
  async function writeOrHalve(batches: readonly SampleBatch[], failed: Failure[], before: number): Promise<void> {
    try {
      await writeSamples(batches);
      written += 1;
    } catch (error) {
      if (isOutage(error) && !isDoubtful(error)) throw error;
      const [batch] = batches;
      if (batch && batches.length === 1) {
        failed.push({ batch, error });
        if (written === before && isOutage(error) && failed.length >= ENOUGH) throw error;
        return;
      }
      const half = Math.ceil(batches.length / 2);
      await writeOrHalve(batches.slice(0, half), failed, before);
      await writeOrHalve(batches.slice(half), failed, before);
    }
  }

  function isGivenUp({ batch, error }: Failure): boolean {
    if (!isOutage(error)) return true;
    const name = nameOf(batch);
    const before = suspects.get(name) ?? { failures: 0, written: -1 };
    const failures = before.failures + (written > before.written ? 1 : 0);
    suspects.set(name, { failures, written });
    return failures >= PATIENCE;
  }

  return async (batches) => {
    if (batches.length === 0) return;
    const failed: Failure[] = [];
    await writeOrHalve(batches, failed, written);
    const waiting = failed.filter((failure) => !isGivenUp(failure));
    if (waiting[0]) throw waiting[0].error;
    for (const batch of suspects.size > 0 ? batches : []) suspects.delete(nameOf(batch));
    tell(failed);
  };
}

function tell(failed: readonly Failure[]): void {
  const kindOf = ({ batch }: Failure) => `${batch.subject}:${batch.probe}`;
  const kinds = new Map(failed.map((one) => [kindOf(one), one]));
  for (const [kind, { batch, error }] of kinds) {
    const readings = failed.filter((one) => kindOf(one) === kind).length;
    log.error({ err: error, subject: batch.subject, probe: batch.probe, readings }, "samples refused by our database");
  }
}
