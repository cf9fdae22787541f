// What reading remembers of sealed hours: bounded, and never seen where the database says something else by now.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { reduceHour } from "../../tests/support/reduce-hours";
import { pool } from "../db";
import type { SealedHour } from "./decode";
import { deliver } from "./deliver";
import { fetchAtOnce, findSeries, type StoredSeries } from "./fetch";
import { HOUR_MS, hourOf } from "./hour";
import { HourMemory } from "./hour-memory";
import { readSeries } from "./read";
import { sealHours } from "./seal";
import { wholeHours } from "./whole-hours";
import { writeSamples } from "./write";

const LARGE = 2 ** 24;

function hourWith(hour: number, slots: readonly number[], version = 1): SealedHour {
  const times = Float64Array.of(hour * HOUR_MS);
  const samples = new Map(slots.map((slot) => [slot, { times, values: Float64Array.of(slot) }]));
  return { set: 7, hour, stepSeconds: 0, table: 1, transaction: version, samples, steps: new Map() };
}

const asked = (...slots: number[]) => new Map([[7, slots]]);

describe("HourMemory", () => {
  it("knows an hour only where all series that are asked for were looked for", () => {
    const memory = new HourMemory(LARGE);
    memory.keep(asked(1, 2), [hourWith(10, [1])]);
    const recall = (...slots: number[]) => memory.recall(asked(...slots), { first: 9, last: 12 }).length;
    expect([recall(1), recall(2), recall(1, 2), recall(1, 3), recall(3)]).toEqual([1, 1, 1, 0, 0]);
    expect(memory.recall(asked(1), { first: 11, last: 1e9 })).toEqual([]);
    expect(memory.recall(asked(1), { first: -1e9, last: 1e9 })).toHaveLength(1);
  });

  it("joins what was asked of the same row, and forgets the row before", () => {
    const memory = new HourMemory(LARGE);
    memory.keep(asked(1), [hourWith(10, [1])]);
    memory.keep(asked(2), [hourWith(10, [2])]);
    expect([...(memory.recall(asked(1, 2), { first: 10, last: 10 })[0]?.samples.keys() ?? [])].sort()).toEqual([1, 2]);
    memory.keep(asked(2), [hourWith(10, [2], 2)]);
    expect(memory.recall(asked(1), { first: 10, last: 10 })).toEqual([]);
    expect(memory.recall(asked(2), { first: 10, last: 10 })).toMatchObject([{ transaction: 2 }]);
  });

  it("holds no more than its limit, and lets go of what was used longest ago", () => {
    const memory = new HourMemory(20_000);
    for (let hour = 0; hour < 100; hour++) {
      memory.keep(asked(1), [hourWith(hour, [1])]);
      memory.recall(asked(1), { first: 0, last: 0 });
      expect(memory.bytes).toBeLessThanOrEqual(20_000);
    }
    const left = memory.recall(asked(1), { first: 0, last: 99 }).map(({ hour }) => hour);
    expect(left.sort((a, b) => a - b)).toEqual([0, 97, 98, 99]);
    memory.clear();
    expect([memory.bytes, memory.recall(asked(1), { first: 0, last: 99 })]).toEqual([0, []]);
  });

  it("forgets after an hour: numbers of transactions come round", () => {
    let now = 0;
    const memory = new HourMemory(LARGE, () => now);
    memory.keep(asked(1), [hourWith(10, [1])]);
    now = 3_600_000;
    expect(memory.recall(asked(1), { first: 10, last: 10 })).toHaveLength(1);
    now += 1;
    expect(memory.recall(asked(1), { first: 10, last: 10 })).toEqual([]);
    expect(memory.bytes).toBe(0);
  });
});

useDatabase();
const START = Date.UTC(2026, 10, 18);
const HOURS = 4;
const METRICS = ["cpu.usage_percent", "cpu.interrupts"];
const selectors = METRICS.map((metric) => ({ metric }));
let subject = 0;
beforeEach(async () => {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
});

type Action =
  | { kind: "write"; ticks: number[]; both: boolean }
  | { kind: "seal" }
  | { kind: "reduce"; hour: number; step: 5 | 60 | 300 | 3600 }
  | { kind: "drop"; hour: number }
  | { kind: "read"; from: number; to: number; series: number };

const tick = fc.integer({ min: 0, max: HOURS * 720 - 1 });
const hour = fc.integer({ min: 0, max: HOURS - 1 });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("write"), ticks: fc.array(tick, { minLength: 1, maxLength: 8 }), both: fc.boolean() }),
  fc.record({ kind: fc.constant("seal") }),
  fc.record({ kind: fc.constant("reduce"), hour, step: fc.constantFrom(5, 60, 300, 3600) }),
  fc.record({ kind: fc.constant("drop"), hour }),
  fc.record({ kind: fc.constant("read"), from: hour, to: hour, series: fc.integer({ min: 1, max: 3 }) }),
) as fc.Arbitrary<Action>;

let value = 0;

async function write({ ticks, both }: { ticks: readonly number[]; both: boolean }): Promise<void> {
  const values = () => ({ usage_percent: value++ % 1_000, ...(both && { interrupts: value++ }) });
  await writeSamples(
    [...new Set(ticks)].map((at) => ({
      ...{ subject, probe: "cpu", ts: START + at * 5_000 },
      rows: [{ labels: {}, values: values() }],
    })),
  );
}

async function drop(at: number): Promise<void> {
  for (const table of ["sample_data", "sample_reduced", "sample_hour"])
    await pool().query(
      `DELETE FROM ${table} WHERE hour = $1 AND set_id IN (SELECT id FROM series_set WHERE subject = $2)`,
      [hourOf(START) + at, subject],
    );
}

/** All that a range gives, as one text. */
async function told(series: readonly StoredSeries[], [from, to]: [number, number], memory?: HourMemory) {
  const lines: string[] = [];
  deliver(
    await fetchAtOnce({ series, from, to, byHour: false }, memory && { hours: memory, whole: wholeHours() }),
    series,
    {
      samples: (at, { times, values }) => {
        for (const [i, time] of times.entries()) lines.push(`${at} ${time} ${values[i]}`);
      },
      step: (at, step) => void lines.push(`${at} ${JSON.stringify(step)}`),
    },
  );
  return lines.sort().join("\n");
}

describe("reading with a memory", () => {
  it("tells the same as without one, whatever is sealed, merged, reduced or dropped meanwhile", async () => {
    let [reads, filled] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 6, maxLength: 16 }), async (actions) => {
        const memories = [new HourMemory(LARGE), new HourMemory(9_000)];
        await write({ ticks: [0, 1, 720, 1_440, 2_160], both: true });
        for (const one of actions) {
          if (one.kind === "write") await write(one);
          if (one.kind === "seal") await sealHours(START + (HOURS + 1) * HOUR_MS);
          if (one.kind === "drop") await drop(one.hour);
          if (one.kind === "reduce") await reduceHour(subject, hourOf(START) + one.hour, one.step);
          const asks = one.kind === "read" ? one : { from: 0, to: HOURS - 1, series: 3 };
          const all = await findSeries(pool(), subject, selectors);
          const series = all.filter((_, i) => asks.series & (1 << i));
          const [from, to] = [Math.min(asks.from, asks.to), Math.max(asks.from, asks.to) + 1];
          const range: [number, number] = [START + from * HOUR_MS, START + to * HOUR_MS];
          const expected = await told(series, range);
          for (const memory of memories) expect(await told(series, range, memory)).toBe(expected);
          reads++;
          if (expected !== "") filled++;
        }
        expect(memories[1]?.bytes).toBeLessThanOrEqual(9_000);
      }),
      { numRuns: 10 },
    );
    expect(filled).toBeGreaterThan(reads / 2);
  });

  it("gives the very same numbers of steps from what it remembers", async () => {
    const ask = (stepSeconds: number, from: number) =>
      readSeries({ subject, selectors, from: START + from, to: START + 3 * HOUR_MS, stepSeconds });
    await write({ ticks: Array.from({ length: 1_400 }, (_, i) => i), both: true });
    await sealHours(START + (HOURS + 1) * HOUR_MS);
    const questions = [300, 60, 300, 420, 300, 1_800].flatMap((step) => [
      ask.bind(null, step, 0),
      ask.bind(null, step, 90_000),
    ]);
    const first = [];
    for (const question of questions) first.push(await question());
    for (const [i, question] of questions.entries()) expect(await question()).toEqual(first[i]);
  });
});
