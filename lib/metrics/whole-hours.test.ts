// What is answered without asking the database: the same as it would say, whoever writes, seals, reduces or drops, and
// never for longer than changes are heard of.
import fc from "fast-check";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { reduceHour } from "../../tests/support/reduce-hours";
import { pool } from "../db";
import { hearChanges } from "../remembered";
import { Buckets } from "./buckets";
import { deliver, type Fetched } from "./deliver";
import { fetchAtOnce, fetchKnown, findSeries, type StoredSeries, type Wanted } from "./fetch";
import { HOUR_MS, hourOf } from "./hour";
import { hourMemory } from "./hour-memory";
import { storedPartitions } from "./partitions";
import { readSeries } from "./read";
import { dropPartitions } from "./retention-tables";
import { sealHours } from "./seal";
import { transaction } from "./transaction";
import { wholeHours } from "./whole-hours";
import { writeSamples } from "./write";

const START = Date.UTC(2026, 10, 18);
const HOURS = 4;
const METRICS = ["cpu.usage_percent", "cpu.interrupts"];
const selectors = METRICS.map((metric) => ({ metric }));

useDatabase();
let subject = 0;
let stopHearing = async (): Promise<void> => {};
beforeEach(async () => {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
  stopHearing = await hearChanges();
});
afterEach(() => stopHearing());

let value = 0;

const batch = (at: number, both = true) => ({
  ...{ subject, probe: "cpu", ts: START + at * 5_000 },
  rows: [{ labels: {}, values: { usage_percent: value++ % 1_000, ...(both && { interrupts: value++ }) } }],
});

const write = (ticks: readonly number[], both = true) => writeSamples([...new Set(ticks)].map((at) => batch(at, both)));

/** What another process does and tells of has been heard of afterwards. */
async function elsewhere(work: () => Promise<unknown>): Promise<void> {
  const before = wholeHours().mark();
  await work();
  await vi.waitUntil(() => wholeHours().mark() > before, { timeout: 20_000, interval: 2 });
}

const tell = (payload: string) => pool().query("SELECT pg_notify('dozor_history', $1)", [payload]);

async function writeElsewhere(at: number): Promise<void> {
  const ts = START + at * 5_000;
  await elsewhere(async () => {
    await pool().query(
      `INSERT INTO sample_head (set_id, ts, values) SELECT id, $2, ARRAY[$3, $3]::float8[] FROM series_set WHERE subject = $1
       ON CONFLICT (set_id, ts) DO UPDATE SET values = excluded.values`,
      [subject, ts, value++ % 1_000],
    );
    await tell(`other ${ts}`);
  });
}

async function drop(at: number): Promise<void> {
  for (const table of ["sample_data", "sample_reduced", "sample_hour"])
    await pool().query(
      `DELETE FROM ${table} WHERE hour = $1 AND set_id IN (SELECT id FROM series_set WHERE subject = $2)`,
      [hourOf(START) + at, subject],
    );
}

const memory = () => ({ hours: hourMemory(), whole: wholeHours() });

const wantedOf = (series: readonly StoredSeries[], from: number, to: number, byHour = false): Wanted => ({
  ...{ series, byHour },
  from: START + from * HOUR_MS,
  to: START + to * HOUR_MS,
});

/** What a range comes to in steps of an hour, and in finer ones where all of it is as fine. */
function told(fetched: Fetched, { series, from, to, byHour }: Wanted): unknown {
  const [coarse = 1] = fetched.sealed.map(({ stepSeconds }) => stepSeconds).sort((a, b) => b - a);
  const step = byHour || fetched.rows.some(({ kind }) => kind === "hour") ? 3_600 : Math.max(coarse, 5);
  const steps = { stepSeconds: step, from, to, count: (to - from) / 1_000 / step };
  const buckets = series.map(() => new Buckets(steps));
  deliver(fetched, series, {
    samples: (at, samples) => buckets[at]?.addSamples(samples),
    step: (at, one) => buckets[at]?.addAggregate(one.start, one),
  });
  return [step, buckets.map((one) => one.result())];
}

type Action =
  | { kind: "write" | "elsewhere"; tick: number; ticks: number; both: boolean }
  | { kind: "again" | "seal" }
  | { kind: "reduce"; hour: number; step: 5 | 60 | 300 | 3600 }
  | { kind: "drop"; hour: number }
  | { kind: "read"; from: number; to: number; series: number; byHour: boolean };

const hour = fc.integer({ min: 0, max: HOURS - 1 });
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("write", "write", "elsewhere"),
      tick: fc.integer({ min: 0, max: HOURS * 720 - 1 }),
      ticks: fc.integer({ min: 1, max: 6 }),
      both: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("again", "seal") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reduce"), hour, step: fc.constantFrom(5, 60, 300, 3600) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("drop"), hour }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ kind: fc.constant("read"), from: hour, to: hour },
      ...{ series: fc.integer({ min: 1, max: 3 }), byHour: fc.boolean() },
    }),
  },
) as fc.Arbitrary<Action>;

describe("answers without a question", () => {
  it("say what the database would, whoever writes, seals, reduces or drops meanwhile", async () => {
    let known = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 30 }), async (actions) => {
        let newest = 2_161;
        await write([0, 1, 720, 1_440, 2_160]);
        for (const one of actions) {
          if (one.kind === "write") await write([one.tick, newest, ...(one.both ? [newest + 1] : [])], one.both);
          if (one.kind === "elsewhere") await writeElsewhere(one.tick);
          if (one.kind === "again") await write([newest - 1]);
          if (one.kind === "seal") await sealHours(START + (HOURS + 1) * HOUR_MS);
          if (one.kind === "drop") await elsewhere(() => drop(one.hour).then(() => tell("*")));
          if (one.kind === "reduce")
            await elsewhere(() => reduceHour(subject, hourOf(START) + one.hour, one.step).then(() => tell("*")));
          if (one.kind === "write") newest = Math.min(newest + (one.both ? 2 : 1), HOURS * 720 - 3);
          const all = await findSeries(pool(), subject, selectors);
          const questions = [wantedOf(all, 0, HOURS), wantedOf(all, 0, HOURS, true)];
          if (one.kind === "read") {
            const [from, to] = [Math.min(one.from, one.to), Math.max(one.from, one.to) + 1];
            const some = all.filter((_, i) => one.series & (1 << i));
            questions.push(wantedOf(some, from, to, one.byHour));
          }
          for (const wanted of questions) {
            const expected = told(await fetchAtOnce(wanted), wanted);
            const before = fetchKnown(wanted, memory());
            if (before) known++;
            if (before) expect(told(before, wanted)).toEqual(expected);
            expect(told(await fetchAtOnce(wanted, memory()), wanted)).toEqual(expected);
            const after = fetchKnown(wanted, memory());
            if (after) expect(told(after, wanted)).toEqual(expected);
          }
        }
      }),
      { numRuns: 12 },
    );
    expect(known).toBeGreaterThan(5);
  });

  it("go on with every sample that is written here, into new hours, and over sealing", async () => {
    await write([600, 601, 602]);
    const series = await findSeries(pool(), subject, selectors);
    const wanted = wantedOf(series, 0, 2);
    await fetchAtOnce(wanted, memory());
    await write([603, 604]);
    await write([720, 721], false);
    await sealHours(START + HOUR_MS + 120_000);
    await write([722]);
    const known = fetchKnown(wanted, memory());
    expect(known?.sealed.map(({ samples }) => [...samples.values()].map(({ times }) => times.length))).toEqual([
      [5, 5],
      [3, 1],
    ]);
    expect(known && told(known, wanted)).toEqual(told(await fetchAtOnce(wanted), wanted));
  });

  it("serve charts of different series of a part side by side", async () => {
    await write([1, 2]);
    const [one, other] = await findSeries(pool(), subject, selectors);
    if (!one || !other) throw new Error("There are two series");
    const [first, second] = [wantedOf([one], 0, 1), wantedOf([other], 0, 1)];
    for (const wanted of [first, second]) await fetchAtOnce(wanted, memory());
    await write([3]);
    for (const wanted of [first, second]) expect(fetchKnown(wanted, memory())).not.toBeNull();
    await sealHours(START + 2 * HOUR_MS);
    await elsewhere(() => tell("*"));
    for (const wanted of [first, second]) await fetchAtOnce(wanted, memory());
    for (const wanted of [first, second, wantedOf([one, other], 0, 1)])
      expect(fetchKnown(wanted, memory())).not.toBeNull();
  });

  it("end with what others write, from its hour on, and with tables that are dropped", async () => {
    await write([0, 720, 1_440]);
    await sealHours(START + HOURS * HOUR_MS);
    const series = await findSeries(pool(), subject, selectors);
    const ranges = [0, 1, 2].map((from) => wantedOf(series, from, from + 1));
    const day = { ...wantedOf(series, 0, 24, true), byDay: true };
    const isKnown = () => [...ranges, day].map((wanted) => fetchKnown(wanted, memory()) !== null);
    const learn = async () => {
      for (const wanted of [...ranges, day]) await fetchAtOnce(wanted, memory());
    };
    await learn();
    expect(isKnown()).toEqual([true, true, true, true]);
    await writeElsewhere(721);
    expect(isKnown()).toEqual([true, false, false, false]);
    await sealHours(START + HOURS * HOUR_MS);
    await learn();
    const weeks = (await storedPartitions()).filter(({ parent }) => parent === "sample_data");
    await elsewhere(() => transaction((client) => dropPartitions(client, weeks)));
    expect(isKnown()).toEqual([false, false, false, false]);
  });

  it("are given up when a write fails, and when nothing is heard any more", async () => {
    await write([0]);
    const wanted = wantedOf(await findSeries(pool(), subject, selectors), 0, 1);
    const learn = () => fetchAtOnce(wanted, memory());
    await learn();
    expect(fetchKnown(wanted, memory())).not.toBeNull();
    await pool().query("ALTER TABLE sample_head ADD CONSTRAINT broken CHECK (false) NOT VALID");
    await expect(write([1])).rejects.toThrow("broken");
    await pool().query("ALTER TABLE sample_head DROP CONSTRAINT broken");
    expect(fetchKnown(wanted, memory())).toBeNull();
    await learn();
    expect(fetchKnown(wanted, memory())).not.toBeNull();
    await stopHearing();
    expect(fetchKnown(wanted, memory())).toBeNull();
    await learn();
    expect(fetchKnown(wanted, memory())).toBeNull();
  });

  it("are not taken from a snapshot that was older than a write by the time its last piece was asked for", async () => {
    await write([1]);
    const ask = async (hours: number) => {
      const query = { subject, selectors, from: START - hours * HOUR_MS, to: START + HOUR_MS, stepSeconds: 60 };
      return (await readSeries(query)).series[0]?.avg.filter((one) => one !== null).length;
    };
    await ask(1);
    await elsewhere(() => tell("*"));
    const query = pg.Client.prototype.query as (...asked: unknown[]) => unknown;
    let pieces = 0;
    async function slowly(this: pg.Client, ...asked: unknown[]): Promise<unknown> {
      const rows = await query.apply(this, asked);
      const { text = "", values = [] } = asked[0] as Partial<pg.QueryConfig>;
      const isPiece = text.includes("sample_head") && values.length === 8;
      if (isPiece && pieces++ === 0) await write([100]);
      return rows;
    }
    const spied = vi.spyOn(pg.Client.prototype, "query").mockImplementation(slowly as typeof pg.Client.prototype.query);
    await ask(600);
    spied.mockRestore();
    expect([pieces, await ask(1), await ask(600)]).toEqual([2, 2, 2]);
  });

  it("ask nothing of the database for a chart that stays open", async () => {
    await write(Array.from({ length: 700 }, (_, i) => i));
    // What is told comes in order: then the news of these series has been heard, too.
    await elsewhere(() => tell("*"));
    const ask = (to: number) =>
      readSeries({ subject, selectors, from: START, to: START + to * 5_000, stepSeconds: 5 }).then(({ series }) =>
        series[0]?.avg.filter((one) => one !== null),
      );
    await ask(700);
    await write([700, 701]);
    const pooled = vi.spyOn(pool(), "connect");
    const answers = [await ask(700), await ask(702)];
    const asked = pooled.mock.calls.length;
    pooled.mockRestore();
    expect([answers.map((one) => one?.length), asked]).toEqual([[700, 702], 0]);
  });
});
