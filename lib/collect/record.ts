// Writes down what runs gave, and keeps it in the spool while our database is away.
import { performance } from "node:perf_hooks";
import { log } from "../log";
import type { SampleBatch } from "../metrics/write";
import { createHeld } from "./held";
import { createLosses } from "./losses";
import { createOutage } from "./outage";
import { createSpool, type SpoolOptions } from "./spool";
import { type RunResult, restoreLatest, type Shown, stillToTell, writeLatest, writeRuns, writeState } from "./state";
import { createBatchWriter, isDoubtful, isOutage } from "./write-batches";

/** Batches written or spooled together when many wait. */
const BATCHES_AT_ONCE = 500;

/** What comes this close together is written together; after a failure there is a longer pause. */
const GATHER_MS = 50;
const RETRY_MS = 1_000;
const SETTLE_MS = 1_000;

/** How often what waits goes to the spool, which makes it durable: a crash costs about this much of an outage. */
const SPOOL_MS = 1_000;
/** What waited this long while the database seemed to be there: it may be silent. */
const SLOW_MS = 500;

/** A stop waits this long for our database before what is left goes to the spool. */
const GOODBYE_MS = 2_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function batchOf(result: RunResult): SampleBatch[] {
  if (result.live || result.outcome.outcome !== "ok" || result.outcome.reading.rows.length === 0) return [];
  return [{ subject: result.subject, probe: result.probe, ts: result.ts, rows: result.outcome.reading.rows }];
}

/** Waits for the database where that helps. What is no history holds no samples back for less. */
async function orLog(written: Promise<void>): Promise<void> {
  await written.catch((error) => {
    if (isOutage(error) && !isDoubtful(error)) throw error;
    log.error({ err: error }, "results refused by our database");
  });
}

/** Writes results together; where our database refuses them, each by itself: one server's words cost no other anything. */
async function writeOrEach(write: (results: readonly RunResult[]) => Promise<void>, results: readonly RunResult[]) {
  await write(results).catch(async (error) => {
    if (isOutage(error) || results.length === 1) return orLog(Promise.reject(error));
    for (const result of results) await orLog(write([result]));
  });
}

/** Writes what is no history: newest values, state, runs. @throws when the database is away */
async function tell(results: readonly RunResult[]): Promise<void> {
  for (const write of [writeLatest, writeState, writeRuns]) await writeOrEach(write, results);
}

/**
 * The recorder of one collector. `push` never waits; results that come together are written together, at most
 * 20 times a second. Samples that our database has not taken within a second are in the spool and leave memory; from
 * there they are written, oldest first, beside the new ones. Where the spool cannot take them they wait in memory, and
 * the oldest are lost, and counted, when there are too many. Of the rest only what is still of use is kept.
 * @param spooling without it samples wait in memory only
 */
export function createRecorder(spooling?: SpoolOptions) {
  const losses = createLosses();
  const spool = spooling && createSpool(spooling, losses);
  const outage = createOutage(losses);
  const writeBatches = createBatchWriter();
  const shown = new Map<string, Shown>();
  const held = createHeld(() => performance.now());
  let untold: RunResult[] = [];
  let room = 1_000;
  let lost = false;
  let away = false;
  let closed = false;
  const busy = { writing: false, spooling: false, replaying: false };
  let cannotSpool = false;
  let last: Promise<void> = Promise.resolve();
  let onRecovered = (): void => {};
  const recovered = new Promise<void>((resolve) => {
    onRecovered = resolve;
  });

  const isWaiting = () => held.size > 0 || untold.length > 0 || lost;
  const waiting = () => held.samples + (spool?.waiting() ?? 0);

  async function tellUntold(): Promise<void> {
    const results = untold;
    untold = [];
    try {
      if (lost) await orLog(restoreLatest([...shown.values()]));
      lost = false;
      await tell(results);
    } catch (error) {
      untold = [...results, ...untold];
      throw error;
    }
  }

  async function writeOnce(): Promise<void> {
    const began = performance.now();
    const { batches, end } = held.first(BATCHES_AT_ONCE);
    try {
      await writeBatches(batches);
      // What was lost or spooled meanwhile was the oldest, so it is among the written.
      held.removeTo(end);
      await tellUntold();
      if (away) log.warn({ waiting: waiting() }, "our database answers again; samples that waited are being written");
      away = false;
      if (await outage.answered(waiting())) await spool?.keepLosses();
    } catch (error) {
      if (!away) log.error({ err: error }, "our database does not take samples; they wait");
      away = true;
      outage.failed(began);
    }
  }

  /** One after the other: two at once would take the same batches for theirs. */
  function write(): Promise<void> {
    last = last.then(writeOnce);
    return last;
  }

  async function writeAll(): Promise<void> {
    do await write();
    while (isWaiting() && !away);
  }

  async function keepWriting(): Promise<void> {
    if (busy.writing) return;
    busy.writing = true;
    while (isWaiting() && !closed) {
      await pause(away ? RETRY_MS : GATHER_MS);
      await write();
    }
    busy.writing = false;
  }

  /** Moves everything held to the spool. Never throws; what it does not take stays in memory. */
  async function spoolHeld(to: { append(batches: SampleBatch[]): Promise<void> }): Promise<void> {
    try {
      for (let left = held.size; left > 0; ) {
        const { batches, end } = held.first(BATCHES_AT_ONCE);
        if (batches.length === 0) break;
        await to.append(batches);
        held.removeTo(end);
        left -= batches.length;
      }
      if (cannotSpool) log.info("the spool takes samples again");
      cannotSpool = false;
    } catch (error) {
      if (!cannotSpool) log.error({ err: error }, "the spool takes no samples; they wait in memory");
      cannotSpool = true;
    }
  }

  async function keepSpooling(): Promise<void> {
    if (busy.spooling || !spool) return;
    busy.spooling = true;
    while (held.size > 0 && !closed) {
      await pause(SPOOL_MS);
      if (!away && held.age < SLOW_MS) continue;
      await spoolHeld(spool);
      void replay();
    }
    busy.spooling = false;
  }

  async function writePiece(batches: readonly SampleBatch[]): Promise<boolean> {
    try {
      await writeBatches(batches);
      return true;
    } catch (error) {
      log.warn({ err: error }, "spooled samples could not be written; it is tried again");
      return false;
    }
  }

  /** Writes what the spool holds, piece by piece, beside what comes. */
  async function replay(): Promise<void> {
    if (busy.replaying || !spool) return;
    busy.replaying = true;
    while (spool.waiting() > 0 && !closed) {
      const piece = away ? undefined : await spool.read();
      const written = piece !== undefined && (await writePiece(piece.batches));
      if (written) await spool.done(piece);
      await pause(written ? GATHER_MS : RETRY_MS);
    }
    busy.replaying = false;
    if (spool.waiting() === 0) onRecovered();
  }

  return {
    /** Takes over what earlier processes spooled and begins to write it. Never throws. */
    async start(): Promise<void> {
      await spool?.start();
      outage.resume();
      if (spool) void replay();
      else onRecovered();
    },
    /** Resolves when what earlier processes spooled is written. */
    recovered,
    push(result: RunResult): void {
      for (const batch of batchOf(result)) losses.lose(held.push(batch));
      if (result.latest !== undefined) shown.set(`${result.subject}:${result.probe}`, result);
      untold.push(result);
      if (untold.length > room) {
        untold = stillToTell(untold);
        room = 2 * untold.length + 1_000;
      }
      void keepWriting();
      void keepSpooling();
    },
    /** Latest values may be gone, as after a crash of the database, which keeps no log of them: writes what is missing. */
    restore(): void {
      lost = true;
      void keepWriting();
    },
    /** Forgets the latest values of subjects that are no longer asked. */
    retain(subjects: ReadonlySet<number>): void {
      for (const [key, { subject }] of shown) if (!subjects.has(subject)) shown.delete(key);
    },
    /** Writes what waits in memory, not what comes meanwhile, unless the database takes nothing at this moment. */
    async flush(): Promise<void> {
      const { end } = held;
      do await write();
      while (held.hasBefore(end) && !away);
    },
    /** Writes what waits, within 2 s to the database, the rest to the spool, where the next start finds it. */
    /** When what was pushed has been written, or a second later: who takes a server over looks at what was told of it. */
    async settled(): Promise<void> {
      const until = performance.now() + SETTLE_MS;
      while ((untold.length > 0 || busy.writing) && performance.now() < until) await pause(GATHER_MS / 2);
    },
    async close(): Promise<void> {
      await Promise.race([writeAll(), pause(GOODBYE_MS)]);
      closed = true;
      if (spool) await spoolHeld(spool);
      await spool?.close();
    },
    /**
     * Samples that wait for the database, those of them in memory, those that should not wait any more, and those lost
     * since the start because neither memory nor spool had room.
     */
    counts: () => ({
      waiting: waiting(),
      held: held.samples,
      delayed: waiting() - (away || held.age >= SLOW_MS ? 0 : held.samples),
      dropped: losses.total(),
    }),
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
