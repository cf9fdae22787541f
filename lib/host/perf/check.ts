// Tries whether perf can count on this machine: by counting for a moment, the very way it is done for good.
import { setTimeout as wait } from "node:timers/promises";
import { openLocalHost } from "../connect";
import type { PerfUsability } from "../perf-schema";
import { createPerfCounter, type PerfReading } from "./counter";
import { PERF_EVENTS, reasonOf } from "./events";
import { localPrograms } from "./programs";
import { readSituation } from "./situation";
import { STARTING } from "./trouble";

const INTERVAL_MS = 100;
const LOOK_MS = 25;
const MOST_MS = 10_000;

/** What can be counted here on these cores (`all` or `0-3,5`), whether or not it is counted now. */
export async function checkPerf(cores: string, programs = localPrograms()): Promise<Omit<PerfUsability, "enabled">> {
  const host = openLocalHost();
  const counter = createPerfCounter(host, { programs });
  try {
    counter.configure({ cores, intervalMs: INTERVAL_MS });
    const reading = await settled(() => counter.read());
    const { perf, paranoid } = await readSituation(host, programs);
    const events = PERF_EVENTS.map((event) => {
      const reason = reading.trouble?.message ?? reasonOf(reading.fares.get(event));
      return { event, available: reason === null, reason };
    });
    return {
      usable: events.some(({ available }) => available),
      path: perf?.path ?? null,
      perf_event_paranoid: paranoid,
      trouble: reading.trouble ?? reading.noCounters,
      events,
    };
  } finally {
    await counter.close();
    await host.close();
  }
}

type Settled = Pick<PerfReading, "trouble" | "noCounters" | "fares">;

/** The first reading that is more than a start, or after 10 s whatever there is. */
async function settled(read: () => PerfReading | null): Promise<Settled> {
  for (const until = performance.now() + MOST_MS; performance.now() < until; ) {
    const reading = read();
    if (reading && reading.trouble !== STARTING) return reading;
    await wait(LOOK_MS);
  }
  return read() ?? { trouble: STARTING, noCounters: null, fares: new Map() };
}
