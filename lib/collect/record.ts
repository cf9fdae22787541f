// Writes down what runs gave, and holds samples while our database is away.
import { log } from "../log";
import { type SampleBatch, writeSamples } from "../metrics/write";
import { type RunResult, writeLatest, writeRuns, writeState } from "./state";

/** Batches that wait in memory for an absent database: about two hours of one host with its PostgreSQL. */
const HELD_BATCHES = 20_000;

/** Batches written by one statement when many wait. */
const BATCHES_PER_WRITE = 500;

function batchOf(result: RunResult): SampleBatch[] {
  if (result.live || result.outcome.outcome !== "ok" || result.outcome.reading.rows.length === 0) return [];
  return [{ subject: result.subject, probe: result.probe, ts: result.ts, rows: result.outcome.reading.rows }];
}

/**
 * Whether an error says that the database is away or unable (connection, resources, shutdown), so that waiting
 * helps; any other error is about the data and would come again. Classes: PostgreSQL, appendix A.
 */
export function isOutage(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code)) return true;
  return ["08", "25", "53", "57", "58", "XX"].includes(code.slice(0, 2));
}

/** Writes the oldest held batches and takes them off the list; one that the database refuses is logged and left out. */
async function writeHeld(held: SampleBatch[]): Promise<void> {
  const batches = held.slice(0, BATCHES_PER_WRITE);
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
  held.splice(0, batches.length);
}

/**
 * The recorder of one collector. `push` never waits; results that come together are written together, at most
 * 20 times a second. Samples stay queued until the database has them; the oldest are dropped, and counted, when
 * more than `HELD_BATCHES` wait.
 */
export function createRecorder() {
  let results: RunResult[] = [];
  const held: SampleBatch[] = [];
  let dropped = 0;
  let away = false;
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    const now = results;
    results = [];
    held.push(...now.flatMap(batchOf));
    const overflow = held.length - HELD_BATCHES;
    if (overflow > 0) {
      held.splice(0, overflow);
      dropped += overflow;
    }
    try {
      await writeHeld(held);
      await writeLatest(now);
      await writeState(now);
      await writeRuns(now);
      if (away)
        log.warn({ dropped, waiting: held.length }, "our database answers again; held samples are being written");
      away = false;
    } catch (error) {
      if (!away) log.error({ err: error }, "our database does not take samples; they wait in memory");
      away = true;
    }
  }

  async function drain(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, away ? 1_000 : 50));
    await write();
    writing = null;
    if (results.length > 0 || held.length > 0) start();
  }

  function start(): void {
    writing ??= drain();
  }

  return {
    push(result: RunResult): void {
      results.push(result);
      start();
    },
    /** Writes what waits, once; used before the process ends. */
    async flush(): Promise<void> {
      await writing;
      while (results.length + held.length > 0 && !away) await write();
    },
    /** Batches lost since the start because the database was away too long. */
    dropped: () => dropped,
  };
}
