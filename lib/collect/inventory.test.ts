import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { type Database, DatabaseModel, step } from "../../tests/support/database-changes";
import { createServerRow } from "../../tests/support/live";
import { pool } from "../db";
import { readRaw } from "../metrics/read";
import { forgetPlaces } from "../metrics/slots";
import { createInventory } from "./inventory";
import { createRecorder } from "./record";
import type { RunResult } from "./state";

useDatabase();
const START = Date.UTC(2026, 2, 2, 10);
const MOST_PER_OID = 1_000;
/** What is asserted holds for writes that are in time. */
const PATIENT = { holdMs: 30_000 };

let subject = 0;
let servers = 0;
const names = () => new Map([[subject, `s${servers}`]]);
beforeEach(async () => {
  servers += 1;
  subject = await createServerRow(`s${servers}`);
});

const result = (probe: string, tick: number, reading: { rows?: object[]; facts?: object }): RunResult => ({
  ...{ subject, probe, live: false, ts: START + tick, startedAt: START + tick, durationMs: 1, failures: 0, skipped: 0 },
  ...{ intervalSeconds: 15, nextRunAt: START, changed: false },
  outcome: { outcome: "ok", reading: { rows: [], ...reading } as never },
});
/** A sample says whose it is. */
const rowsOf = (databases: readonly Database[], tick: number) =>
  databases.map(({ oid, name }) => ({
    labels: { database: name },
    values: { connections: oid * MOST_PER_OID + tick },
  }));
const measured = (databases: readonly Database[], tick: number) =>
  result("databases", tick, {
    rows: rowsOf(databases, tick),
    facts: { oids: Object.fromEntries(databases.map(({ oid, name }) => [name, oid])) },
  });
const listed = (databases: readonly (Database & { is_template?: boolean })[], tick: number) =>
  result("inventory", tick, {
    facts: {
      databases: databases.map((one) => ({
        ...{ owner: "ann", encoding: "UTF8", created_at: "2026-03-01T10:00:00.123Z" },
        ...{ is_template: false, allow_connections: true, ...one },
      })),
    },
  });
const template = { oid: 1, name: "template1", is_template: true };

/** Labels of each series, and the oids of whose samples it holds any. */
async function storedSeries(): Promise<{ labels: Record<string, string>; oids: number[] }[]> {
  const range = { subject, selectors: [{ metric: "databases.connections" }], from: START, to: START + 100_000 };
  const { series } = await readRaw({ ...range, limit: 1_000 });
  return series.map(({ labels, values }) => {
    const found = values.flatMap((value) => (value === null ? [] : [Math.floor(value / MOST_PER_OID)]));
    return { labels, oids: [...new Set(found)] };
  });
}
const events = async (): Promise<{ type: string; oid: number }[]> =>
  (
    await pool().query(
      "SELECT type, (details->>'oid')::int AS oid FROM activity_events WHERE target_id = $1::text ORDER BY id",
      [String(subject)],
    )
  ).rows;
const stored = async () =>
  (
    await pool().query(
      `SELECT oid::int, name, owner, dropped_at IS NULL AS "exists" FROM server_databases WHERE subject = $1 ORDER BY oid`,
      [subject],
    )
  ).rows;

describe("inventory", () => {
  it("keeps the list and tells of changes once, not of what was there before nor of templates", async () => {
    const recorder = createRecorder();
    const [one, two] = [createInventory(recorder, PATIENT), createInventory(recorder, PATIENT)];
    await Promise.all([one.learn(names()), two.learn(names())]);
    const take = async (run: RunResult) => {
      one.record(run);
      two.record(run);
      await Promise.all([one.close(), two.close()]);
      await recorder.flush();
    };
    const [shop, mail, web] = [
      { oid: 10, name: "shop" },
      { oid: 11, name: "mail" },
      { oid: 12, name: "web" },
    ];
    await take(measured([shop], 1));
    await take(listed([template, shop, mail], 2));
    expect(await events()).toEqual([]);
    await take(listed([template, mail, web], 3));
    await take(listed([template, mail, web], 4));
    expect(await events()).toEqual([
      { type: "database_dropped", oid: 10 },
      { type: "database_created", oid: 12 },
    ]);
    expect(await stored()).toEqual([
      { oid: 10, name: "shop", owner: "ann", exists: false },
      { oid: 11, name: "mail", owner: "ann", exists: true },
      { oid: 12, name: "web", owner: "ann", exists: true },
    ]);
  });

  it("leaves the series of templates as they are", async () => {
    const recorder = createRecorder();
    const inventory = createInventory(recorder, PATIENT);
    await inventory.learn(names());
    for (const tick of [1, 2]) {
      const run = listed([template, { oid: 10, name: "shop" }], tick);
      if (run.outcome.outcome === "ok") run.outcome.reading.rows = rowsOf([template, { oid: 10, name: "shop" }], tick);
      inventory.record(run);
      await inventory.close();
      await recorder.flush();
    }
    const { rows } = await pool().query("SELECT labels FROM series WHERE subject = $1 ORDER BY slot", [subject]);
    expect(rows.map(({ labels }) => labels)).toEqual([{ database: "template1" }, { database: "shop" }]);
  });

  it("takes a list that may be short, or an empty one, for no proof that a database is gone", async () => {
    const recorder = createRecorder();
    const inventory = createInventory(recorder, PATIENT);
    await inventory.learn(names());
    const both = [
      { oid: 10, name: "shop" },
      { oid: 11, name: "mail" },
    ];
    for (const run of [listed(both, 1), measured([], 2), listed([], 3), measured(both.slice(1), 4)]) {
      inventory.record(run);
      await inventory.close();
    }
    expect((await stored()).every(({ exists }) => exists)).toBe(true);
    expect(await events()).toEqual([]);
  });

  it("shows a recreated database without what was before, which stays readable under its oid", async () => {
    const recorder = createRecorder();
    const inventory = createInventory(recorder, PATIENT);
    await inventory.learn(names());
    const take = async (run: RunResult) => {
      inventory.record(run);
      await inventory.close();
      await recorder.flush();
    };
    await take(listed([{ oid: 10, name: "shop" }], 1));
    await take(measured([{ oid: 10, name: "shop" }], 2));
    await take(measured([{ oid: 20, name: "shop" }], 3));
    const read = async (labels?: Record<string, string>) => {
      const selectors = [{ metric: "databases.connections", labels }];
      const { series } = await readRaw({ subject, selectors, from: START, to: START + 10, limit: 10 });
      return series.map(({ values }) => values.filter((value) => value !== null));
    };
    expect(await read({ database: "shop" })).toEqual([[20_003]]);
    expect(await read({ database: "shop", oid: "10" })).toEqual([[10_002]]);
    expect(await read()).toEqual([[10_002], [20_003]]);
    expect(await events()).toEqual([
      { type: "database_dropped", oid: 10 },
      { type: "database_created", oid: 20 },
    ]);
  });

  it("keeps apart what came late under a name that meanwhile is another's", async () => {
    const recorder = createRecorder();
    const inventory = createInventory(recorder, PATIENT);
    await inventory.learn(names());
    // As from the spool of a process that died: its labels are those of the time before.
    recorder.push({ ...measured([{ oid: 20, name: "new" }], 1) });
    await recorder.flush();
    for (const run of [listed([{ oid: 10, name: "old" }], 2), measured([{ oid: 10, name: "old" }], 3)]) {
      inventory.record(run);
      await inventory.close();
      await recorder.flush();
    }
    inventory.record(measured([{ oid: 10, name: "new" }], 4));
    await inventory.close();
    await recorder.flush();
    const series = await storedSeries();
    expect(series.map(({ labels }) => labels.database)).toEqual(["new", "new"]);
    expect(series.find(({ labels }) => labels.oid?.startsWith("10/"))?.oids).toEqual([10]);
  });
});

/** What happens on the server between two turns of the probes, and how the turn goes. */
const turn = fc.record({
  steps: fc.array(step, { maxLength: 3 }),
  probe: fc.constantFrom("databases", "databases", "inventory"),
  /** The database takes nothing, so that changes cannot be written down. */
  away: fc.boolean(),
  wait: fc.boolean(),
  /** Another instance goes on. */
  handover: fc.nat(5).map((roll) => roll === 0),
});

describe("series of databases that come and go", () => {
  it("hold each the samples of one database, all of them, under its name or its name and oid", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 3, maxLength: 12 }), async (turns) => {
        servers += 1;
        subject = await createServerRow(`s${servers}`);
        const recorder = createRecorder();
        let away = false;
        const counts = () => ({ ...recorder.counts(), delayed: away ? 1 : 0 });
        const start = async () => {
          const instance = createInventory({ ...recorder, counts }, PATIENT);
          await instance.learn(names());
          return instance;
        };
        const model = new DatabaseModel();
        const written = new Set<number>();
        const seen = new Set<number>([100]);
        let inventory = await start();
        const settled = async () => {
          await inventory.close();
          await recorder.flush();
        };
        const first = structuredClone(model.databases);
        inventory.record(listed(first, 1));
        await settled();
        let tick = 1;
        for (const { steps, probe, wait, handover, ...one } of [
          ...turns,
          ...(["databases", "inventory"] as const).map((probe) => ({
            ...{ steps: [], probe, away: false, wait: true, handover: false },
          })),
        ]) {
          tick += 1;
          // What is not written down dies with the instance.
          if (handover && !away) {
            await settled();
            forgetPlaces();
            inventory = await start();
          }
          away = one.away;
          for (const change of steps) model.apply(change);
          const now = structuredClone(model.databases);
          for (const { oid } of now) seen.add(oid);
          inventory.record(probe === "inventory" ? listed([template, ...now], tick) : measured(now, tick));
          if (probe === "databases") for (const { oid } of now) written.add(oid);
          if (wait) await settled();
        }
        await settled();
        const series = await storedSeries();
        expect(series.every(({ oids }) => oids.length === 1)).toBe(true);
        const owners = new Map(series.map(({ labels, oids }) => [oids[0] ?? 0, labels]));
        expect(owners.size).toBe(series.length);
        expect([...owners.keys()].sort()).toEqual([...written].sort());
        const live = new Map(model.databases.map(({ oid, name }) => [oid, name]));
        const taken = new Set(live.values());
        for (const [oid, labels] of owners) {
          const mark = live.has(oid) ? undefined : labels.oid;
          expect(labels).toEqual({ database: live.get(oid) ?? labels.database, ...(mark && { oid: mark }) });
          if (!live.has(oid))
            expect(mark ?? (taken.has(labels.database ?? "") ? "missing" : String(oid))).toBe(String(oid));
        }
        const alive = new Set(model.databases.map(({ oid }) => oid));
        const told = await events();
        const recorded = (await stored()).map(({ oid }) => oid);
        const of = (type: string) => told.flatMap((event) => (event.type === type ? [event.oid] : [])).sort();
        // What came and went while nothing could be written down was never known.
        expect([...alive].every((oid) => recorded.includes(oid))).toBe(true);
        expect(recorded.every((oid) => seen.has(oid))).toBe(true);
        expect(of("database_created")).toEqual(recorded.filter((oid) => oid !== first[0]?.oid).sort());
        expect(of("database_dropped")).toEqual(
          model.databases.length > 0 ? recorded.filter((oid) => !alive.has(oid)).sort() : of("database_dropped"),
        );
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});
