// Writes down what runs gave, and holds it while our database is away.
import { log } from "../log";
import { type SampleBatch, writeSamples } from "../metrics/write";
import { type RunResult, restoreLatest, type Shown, stillToTell, writeLatest, writeRuns, writeState } from "./state";

/** Batches that wait in memory for an absent database: about two hours of one host with its PostgreSQL. */
const HELD_BATCHES = 20_000;

/** Batches written by one statement when many wait. */
const BATCHES_PER_WRITE = 500;

/** What comes this close together is written together; after a failure there is a longer pause. */
const GATHER_MS = 50;
const RETRY_MS = 1_000;

function batchOf(result: RunResult): SampleBatch[] {
  if (result.live || result.outcome.outcome !== "ok" || result.outcome.reading.rows.length === 0) return [];
  return [{ subject: result.subject, probe: result.probe, ts: result.ts, rows: result.outcome.reading.rows }];
}

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

/** Writes batches; one that the database refuses is logged and left out. @throws when the database is away */
async function writeBatches(batches: readonly SampleBatch[]): Promise<void> {
  if (batches.length === 0) return;
  try {
    await writeSamples(batches);
  } catch (error) {
    if (isOutage(error)) throw error;
    for (const batch of batches) {
      await writeSamples([batch]).catch((reason) => {
        if (isOutage(reason)) throw reason;
        log.error({ err: reason, subject: batch.subject, probe: batch.probe }, "samples refused by our database");
      });
    }
  }
}

/** Writes what is no history: newest values, state, runs. @throws when the database is away */
async function tell(results: readonly RunResult[]): Promise<void> {
  for (const write of [writeLatest, writeState, writeRuns]) {
    await write(results).catch((error) => {
      if (isOutage(error)) throw error;
      log.error({ err: error }, "results refused by our database");
    });
  }
}

/**
 * The recorder of one collector. `push` never waits; results that come together are written together, at most
 * 20 times a second. All stay queued until the database has them: of samples the oldest are dropped, and counted,
 * when more than `HELD_BATCHES` wait; of the rest only what is still of use is kept.
 */
export function createRecorder() {
  const shown = new Map<string, Shown>();
  let held: SampleBatch[] = [];
  let untold: RunResult[] = [];
  let room = 1_000;
  let lost = false;
  let dropped = 0;
  let away = false;
  let working = false;
  let last: Promise<void> = Promise.resolve();

  const isWaiting = () => held.length > 0 || untold.length > 0 || lost;

  async function tellUntold(): Promise<void> {
    const results = untold;
    untold = [];
    try {
      if (lost) await restoreLatest([...shown.values()]);
      lost = false;
      await tell(results);
    } catch (error) {
      untold = [...results, ...untold];
      throw error;
    }
  }

  async function writeOnce(): Promise<void> {
    const batches = held.slice(0, BATCHES_PER_WRITE);
    const droppedBefore = dropped;
    try {
      await writeBatches(batches);
      // What was dropped meanwhile was the oldest, so it is among the written.
      held = held.slice(Math.max(0, batches.length - (dropped - droppedBefore)));
      await tellUntold();
      if (away)
        log.warn({ dropped, waiting: held.length }, "our database answers again; held samples are being written");
      away = false;
    } catch (error) {
      if (!away) log.error({ err: error }, "our database does not take samples; they wait in memory");
      away = true;
    }
  }

  /** One after the other: two at once would take the same batches for theirs. */
  function write(): Promise<void> {
    last = last.then(writeOnce);
    return last;
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    while (isWaiting()) {
      await new Promise((resolve) => setTimeout(resolve, away ? RETRY_MS : GATHER_MS));
      await write();
    }
    working = false;
  }

  return {
    push(result: RunResult): void {
      held.push(...batchOf(result));
      if (held.length > HELD_BATCHES) {
        held.shift();
        dropped += 1;
      }
      if (result.latest !== undefined) shown.set(`${result.subject}:${result.probe}`, result);
      untold.push(result);
      if (untold.length > room) {
        untold = stillToTell(untold);
        room = 2 * untold.length + 1_000;
      }
      void work();
    },
    /** Latest values may be gone, as after a crash of the database, which keeps no log of them: writes what is missing. */
    restore(): void {
      lost = true;
      void work();
    },
    /** Forgets the latest values of subjects that are no longer asked. */
    retain(subjects: ReadonlySet<number>): void {
      for (const [key, { subject }] of shown) if (!subjects.has(subject)) shown.delete(key);
    },
    /** Writes what waits, unless the database takes nothing at this moment; used before the process ends. */
    async flush(): Promise<void> {
      do await write();
      while (isWaiting() && !away);
    },
    /** Batches lost since the start because the database was away too long. */
    dropped: () => dropped,
  };
}
