// What perf is asked to count, and the names under which it may tell of it.
import type { Reason } from "../../reasons";

export const PERF_EVENTS = [
  "cpu-clock",
  "context-switches",
  "cpu-migrations",
  "page-faults",
  "cycles",
  "instructions",
  "branches",
  "branch-misses",
  "L1-dcache-loads",
  "L1-dcache-load-misses",
  "LLC-loads",
  "LLC-load-misses",
  "L1-icache-loads",
  "dTLB-loads",
  "dTLB-load-misses",
  "iTLB-loads",
  "iTLB-load-misses",
] as const;
export type PerfEvent = (typeof PERF_EVENTS)[number];

/** Counted by the kernel itself: they need no counters of the processor. */
const SOFTWARE: ReadonlySet<PerfEvent> = new Set(["cpu-clock", "context-switches", "cpu-migrations", "page-faults"]);

/** Second names of perf-list(1). */
const ALIASES: Readonly<Record<string, PerfEvent>> = {
  "cpu-cycles": "cycles",
  "branch-instructions": "branches",
  cs: "context-switches",
  migrations: "cpu-migrations",
  faults: "page-faults",
};

const known: ReadonlyMap<string, PerfEvent> = new Map([
  ...PERF_EVENTS.map((event) => [event, event] as const),
  ...Object.entries(ALIASES),
]);

export const isSoftware = (event: PerfEvent): boolean => SOFTWARE.has(event);

/** Which event a name means: `cycles`, with modifiers `cycles:u`, of one kind of cores `cpu_core/cycles/u`; null: none of ours. */
export function perfEventOf(name: string): PerfEvent | null {
  const [, ofUnit, plain] = /^(?:[\w.-]+\/([\w-]+)\/|([\w-]+))(?::?[a-zA-Z]+)?$/.exec(name) ?? [];
  return known.get(ofUnit ?? plain ?? "") ?? null;
}

/** What `value` counts; the clock runs in milliseconds. */
export const unitOf = (event: PerfEvent): string => (event === "cpu-clock" ? "msec" : "count");

/** How an event fared in an interval. */
export type Fare = "counted" | "not counted" | "not supported";

/** Why an event has no value; null: it has. @param fare undefined: perf told nothing of it */
export function reasonOf(fare: Fare | undefined): Reason | null {
  if (fare === undefined) return "perf has no event of this name";
  if (fare === "not supported") return "this machine cannot count it";
  return fare === "not counted" ? "it had no counter of the processor in this interval" : null;
}
