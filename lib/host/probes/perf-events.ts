// Events of the processor and of the kernel, counted by perf while the settings want it.
import { defineProbe, type Reading } from "../../probe";
import { roundRate, roundTo } from "../../rate";
import { REASONS, type Reasons } from "../../reasons";
import { gauge, placed } from "../metric";
import { type PerfReading, perfCounterOf } from "../perf/counter";
import { PERF_EVENTS, type PerfEvent, reasonOf, unitOf } from "../perf/events";
import { type PerfValue, valuesSince } from "../perf/tally";

const metrics = {
  ...placed("events.{event}.", {
    value: gauge("count", "Count of the event in an interval of perf, on average; the clock counts milliseconds"),
    per_sec: gauge("1/s", "Count of the event per second"),
    confidence: gauge("percent", "Time for which the event had a counter of the processor"),
  }),
  ...placed("derived.", {
    ipc: gauge("count", "Instructions per cycle"),
    branch_miss_percent: gauge("percent", "Branches that went another way than foreseen"),
    l1d_miss_percent: gauge("percent", "Loads that the first data cache did not hold"),
    llc_miss_percent: gauge("percent", "Loads that the last cache did not hold"),
    dtlb_miss_percent: gauge("percent", "Loads whose page the data TLB did not hold"),
    itlb_miss_percent: gauge("percent", "Instruction fetches whose page the instruction TLB did not hold"),
  }),
};

/** Ratio → what is divided by what, and how often that is taken. */
const RATIOS: readonly [name: string, part: PerfEvent, whole: PerfEvent, times: number][] = [
  ["ipc", "instructions", "cycles", 1],
  ["branch_miss_percent", "branch-misses", "branches", 100],
  ["l1d_miss_percent", "L1-dcache-load-misses", "L1-dcache-loads", 100],
  ["llc_miss_percent", "LLC-load-misses", "LLC-loads", 100],
  ["dtlb_miss_percent", "dTLB-load-misses", "dTLB-loads", 100],
  ["itlb_miss_percent", "iTLB-load-misses", "iTLB-loads", 100],
];

const NOBODY = "counting with perf is switched off";

export const perfEvents = defineProbe<PerfReading | null>({
  facet: "host",
  name: "perf_events",
  interval: "sampling_interval_seconds",
  timeoutMs: 5000,
  labels: ["event", "unit"],
  metrics,
  read: async (host) => perfCounterOf(host)?.read() ?? null,
  rows,
});

/** An interval as long as the pause between two samples, or longer, speaks for each of them until the next has ended. */
const HELD_INTERVALS = 1.5;
const HELD_MS = 1_000;

function rows(now: PerfReading | null, before: PerfReading | null | undefined): Reading {
  if (now === null) return { rows: [], unavailable: { events: NOBODY }, facts: { available: false, error: NOBODY } };
  const values = valuesOf(now, before);
  const isStale = values.size === 0 && now.trouble === null;
  const error = now.trouble?.message ?? (isStale ? "perf has not told of an interval for a while" : null);
  const unavailable: Reasons = error === null ? {} : { events: error };
  if (error === null) explain(now, values, unavailable);
  return {
    rows: [
      ...PERF_EVENTS.map((event) => ({
        labels: { event, unit: unitOf(event) },
        values: eventValues(values.get(event)),
      })),
      { labels: {}, values: ratios(values, unavailable) },
    ],
    unavailable,
    facts: {
      available: error === null,
      cpu_cores: now.cores,
      interval_ms: now.intervalMs,
      sample_time: now.sampleTime === null ? null : new Date(now.sampleTime).toISOString(),
      missing_events: now.sampleTime === null ? [] : PERF_EVENTS.filter((event) => !now.fares.has(event)),
      unsupported_events: PERF_EVENTS.filter((event) => now.fares.get(event) === "not supported"),
      error,
      trouble: now.trouble ?? now.noCounters,
    },
  };
}

function valuesOf(now: PerfReading, before: PerfReading | null | undefined): Map<PerfEvent, PerfValue> {
  if (now.trouble !== null || now.sampleTime === null) return new Map();
  const since = before?.run === now.run ? valuesSince(now.tallies, before.tallies) : new Map<PerfEvent, PerfValue>();
  const isHeld = since.size === 0 && now.ageMs <= HELD_INTERVALS * now.intervalMs + HELD_MS;
  return isHeld ? valuesSince(now.tallies, now.earlier) : since;
}

function eventValues(known: PerfValue | undefined): Record<string, number | null> {
  return {
    value: known ? roundRate(known.value) : null,
    per_sec: known ? roundRate(known.perSecond) : null,
    confidence: known?.confidence == null ? null : roundTo(known.confidence, 2),
  };
}

function explain({ fares }: PerfReading, values: ReadonlyMap<PerfEvent, unknown>, reasons: Reasons): void {
  for (const event of PERF_EVENTS) {
    if (values.has(event)) continue;
    reasons[`events.${event}`] = reasonOf(fares.get(event)) ?? REASONS.perf_no_counter;
  }
}

function ratios(values: ReadonlyMap<PerfEvent, PerfValue>, reasons: Reasons): Record<string, number | null> {
  return Object.fromEntries(
    RATIOS.map(([name, part, whole, times]) => {
      const [a, b] = [values.get(part), values.get(whole)];
      if (a && b && b.perSecond > 0) return [name, roundTo((a.perSecond / b.perSecond) * times, 3)];
      reasons[`derived.${name}`] = a && b ? `there were no ${whole}` : `needs ${part} and ${whole}`;
      return [name, null];
    }),
  );
}
