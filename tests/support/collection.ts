// What a host with its PostgreSQL gives at default settings, as a function of the tick: pushed by tests, checked afterwards.
import type { RunResult } from "../../lib/collect/state";
import { readRaw } from "../../lib/metrics/read";

export const TICK_MS = 5_000;
const START = Date.UTC(2026, 2, 1, 10);

interface Source {
  probe: string;
  /** Asked in every n-th tick. */
  every: number;
  rows: number;
  metrics: number;
}

/** About 170 values a tick. */
const SOURCES: readonly Source[] = [
  { probe: "cpu", every: 1, rows: 4, metrics: 9 },
  { probe: "memory", every: 1, rows: 1, metrics: 20 },
  { probe: "disk", every: 1, rows: 4, metrics: 8 },
  { probe: "network", every: 1, rows: 3, metrics: 8 },
  { probe: "self", every: 1, rows: 1, metrics: 5 },
  { probe: "databases", every: 3, rows: 6, metrics: 20 },
  { probe: "activity", every: 3, rows: 1, metrics: 12 },
  { probe: "instance", every: 3, rows: 1, metrics: 15 },
];

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const valueAt = (tick: number, row: number, metric: number) => ((tick * 31 + row * 17 + metric * 7) % 1_009) / 8;

function rowsAt({ rows, metrics }: Source, tick: number) {
  return names(rows, "t").map((thing, row) => ({
    labels: { thing },
    values: Object.fromEntries(names(metrics, "m").map((metric, i) => [metric, valueAt(tick, row, i)])),
  }));
}

const ALL = SOURCES.map(({ probe }) => probe);

/** What the runs of that tick gave, of these probes. */
export function resultsAt(subject: number, tick: number, probes: readonly string[] = ALL): RunResult[] {
  const ts = START + tick * TICK_MS;
  return SOURCES.filter(({ every, probe }) => tick % every === 0 && probes.includes(probe)).map((source) => ({
    ...{ subject, probe: source.probe, live: false, ts, startedAt: ts, durationMs: 1 },
    outcome: { outcome: "ok", reading: { rows: rowsAt(source, tick) } },
    latest: { tick },
    ...{ failures: 0, skipped: 0, intervalSeconds: 5, nextRunAt: ts + TICK_MS, changed: false },
  }));
}

export interface Found {
  /** Samples that should be there and are not, or are others. */
  missing: number;
  /** Samples that are there and should not be. */
  strange: number;
  right: number;
}

/** Holds what is stored against what the ticks gave, sample by sample. */
export async function checkCollection(
  subject: number,
  ticks: readonly number[],
  probes: readonly string[] = ALL,
): Promise<Found> {
  const found = { missing: 0, strange: 0, right: 0 };
  for (const source of SOURCES.filter(({ probe }) => probes.includes(probe))) {
    const wanted = ticks.filter((tick) => tick % source.every === 0);
    const stored = await readRaw({
      subject,
      selectors: names(source.metrics, "m").map((metric) => ({ metric: `${source.probe}.${metric}` })),
      from: START,
      to: START + 1e10,
      limit: wanted.length + 10,
    });
    const places = new Map(stored.ts.map((ts, i) => [Math.round((ts * 1000 - START) / TICK_MS), i]));
    for (const { metric, labels, values } of stored.series) {
      const [, number = ""] = metric.split(".m");
      const row = Number(labels.thing?.slice(1));
      for (const tick of wanted) {
        const value = values[places.get(tick) ?? -1] ?? null;
        if (value === valueAt(tick, row, Number(number))) found.right += 1;
        else found.missing += 1;
      }
      found.strange += values.filter((value) => value !== null).length;
    }
    found.missing += (source.rows * source.metrics - stored.series.length) * wanted.length;
  }
  found.strange -= found.right;
  return found;
}
