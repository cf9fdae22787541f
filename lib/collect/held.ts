// Batches in memory, oldest first, until they are written or spooled. Pure but for the clock it is given.
import type { SampleBatch } from "../metrics/write";
import { samplesOf } from "./spool-record";

/** About two hours of one host with its PostgreSQL; reached only where the spool cannot take them. */
const MOST_BATCHES = 20_000;
/** Wide readings are few and large: about 100 MB of them. */
const MOST_SAMPLES = 1_000_000;

interface Entry {
  batch: SampleBatch;
  samples: number;
  /** When it came. */
  at: number;
}

/** The oldest batches, and the number behind them by which they are removed. */
export interface Taken {
  batches: SampleBatch[];
  end: number;
}

/** @param now monotonic milliseconds */
export function createHeld(now: () => number) {
  let entries: Entry[] = [];
  /** Batches that have left: the number of the first that is held. */
  let start = 0;
  let samples = 0;

  function removeTo(end: number): number {
    const gone = entries.slice(0, Math.max(0, end - start));
    const count = gone.reduce((total, entry) => total + entry.samples, 0);
    entries = entries.slice(gone.length);
    start += gone.length;
    samples -= count;
    return count;
  }

  return {
    /** @returns samples of the oldest, lost to make room */
    push(batch: SampleBatch): number {
      const entry = { batch, samples: samplesOf(batch), at: now() };
      entries.push(entry);
      samples += entry.samples;
      let lost = 0;
      while (entries.length > MOST_BATCHES || (samples > MOST_SAMPLES && entries.length > 1))
        lost += removeTo(start + 1);
      return lost;
    },
    /** The oldest: at most `most` batches, and no more when they hold 20,000 samples. */
    first(most: number): Taken {
      const batches: SampleBatch[] = [];
      let taken = 0;
      for (const entry of entries) {
        if (batches.length >= most || taken >= 20_000) break;
        batches.push(entry.batch);
        taken += entry.samples;
      }
      return { batches, end: start + batches.length };
    },
    /** Removes all before that number that are still there. */
    removeTo,
    get size(): number {
      return entries.length;
    },
    /** The number behind the newest. */
    get end(): number {
      return start + entries.length;
    },
    /** Whether any before that number are still there. */
    hasBefore: (end: number): boolean => entries.length > 0 && start < end,
    get samples(): number {
      return samples;
    },
    /** How long the oldest has been here, in milliseconds. */
    get age(): number {
      const [oldest] = entries;
      return oldest ? now() - oldest.at : 0;
    },
  };
}
