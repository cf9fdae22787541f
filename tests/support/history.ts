// Made-up histories of one server, stored as the collector would, and kept to compare with what is read.
import fc from "fast-check";
import { sealHours } from "../../lib/metrics/seal";
import { type SampleBatch, writeSamples } from "../../lib/metrics/write";
import { createServerRow } from "./live";

/** A series as it was made: what must come back. */
export interface MadeSeries {
  /** `cpu.usage_percent` */
  metric: string;
  labels: Record<string, string>;
  /** ms since the epoch, ascending. */
  samples: { ts: number; value: number }[];
}

/** A Thursday. */
export const MADE_START = Date.UTC(2026, 0, 15, 10);
const HOUR_MS = 3_600_000;
export const MADE_HOURS = 4;

/** Texts that mean something to selectors, to CSV or to a spreadsheet. */
const odd = fc.constantFrom("shop", 'a "b"', "c,d", "e\nf", "=1+1", "@x;=2", "\\", "ü\t-3", "{}", "'", "\r\n+4");
const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 1_000 }) },
  { weight: 2, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 1e-7, 2 ** 53) },
);

/** What a generated history is made of. */
export const madeHistory = fc.record({
  /** ms between ticks, never even on the hour. */
  pause: fc.integer({ min: 20_000, max: 90_000 }),
  /** Ticks at which nothing was collected, as parts of the whole. */
  gap: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.4, noNaN: true })),
  values: fc.array(value, { minLength: 5, maxLength: 40 }),
  labels: fc.uniqueArray(odd, { minLength: 1, maxLength: 3 }),
  /** After so many ticks the counter begins anew. */
  resetAfter: fc.integer({ min: 3, max: 400 }),
  /** Every so many ticks one is late: written after its hour was sealed. */
  lateEvery: fc.integer({ min: 2, max: 50 }),
});
export type MadeHistory = typeof madeHistory extends fc.Arbitrary<infer T> ? T : never;

/** A gauge and a cumulative counter of the processors, and a rate by database whose second half may have no sample. */
function seriesOf({ pause, gap, values, labels, resetAfter }: MadeHistory): MadeSeries[] {
  const count = Math.floor((MADE_HOURS * HOUR_MS) / pause);
  const isGap = (tick: number) => tick / count >= gap[0] && tick / count < gap[0] + gap[1];
  const line = (metric: string, of: Record<string, string>, at: (tick: number) => number | null): MadeSeries => ({
    metric,
    labels: of,
    samples: Array.from({ length: count }, (_, tick) => tick).flatMap((tick) => {
      const found = isGap(tick) ? null : at(tick);
      return found === null ? [] : [{ ts: MADE_START + tick * pause + (tick % 7), value: found }];
    }),
  });
  const pick = (tick: number) => values[tick % values.length] ?? 0;
  return [
    line("cpu.usage_percent", {}, pick),
    line("cpu.interrupts", {}, (tick) => 1_000 * (tick % resetAfter)),
    ...labels.map((database, nth) =>
      line("databases.commits_per_sec", { database }, (tick) => ((tick + nth) % 3 === 0 ? null : pick(tick + nth))),
    ),
  ];
}

let servers = 0;

/** A new server with a made-up history. */
export async function storedServer(
  made: Parameters<typeof seriesOf>[0],
): Promise<{ server: string; lines: MadeSeries[] }> {
  servers += 1;
  const server = `made-${servers}`;
  const lines = seriesOf(made);
  await storeHistory(await createServerRow(server), lines, made.lateEvery);
  return { server, lines };
}

/** Writes all but the late samples, seals the hours before the last one, and writes the late ones. */
async function storeHistory(subject: number, lines: readonly MadeSeries[], lateEvery: number): Promise<void> {
  const batches = new Map<string, SampleBatch>();
  for (const { metric, labels, samples } of lines) {
    const [probe = "", name = ""] = metric.split(".");
    for (const { ts, value } of samples) {
      const batch = batches.get(`${ts} ${probe}`) ?? { subject, ts, probe, rows: [] };
      batch.rows.push({ labels, values: { [name]: value } });
      batches.set(`${ts} ${probe}`, batch);
    }
  }
  const all = [...batches.values()].sort((a, b) => a.ts - b.ts);
  const isLate = (at: number) => at % lateEvery === 0;
  await writeSamples(all.filter((_, at) => !isLate(at)));
  await sealHours(MADE_START + (MADE_HOURS - 1) * HOUR_MS + 180_000);
  await writeSamples(all.filter((_, at) => isLate(at)));
}

/** Decimals to which sums of these values agree in whatever order they are made. */
export const digitsOf = (values: readonly number[]): number =>
  10 - Math.ceil(Math.log10(1 + Math.max(...values.map(Math.abs))));
