// A server that makes databases up: what it may cost us is bounded, and what it says of others is kept.
import { beforeEach, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { pool } from "../db";
import { forgetPlaces } from "../metrics/slots";
import { writeSamples } from "../metrics/write";
import { changesBy } from "./databases-seen";
import { createInventory } from "./inventory";
import { createRecorder } from "./record";
import { sightingOf } from "./sighting";
import type { RunResult } from "./state";

useDatabase();
const START = Date.UTC(2026, 2, 2, 10);
let subject = 0;
let servers = 0;
beforeEach(async () => {
  servers += 1;
  subject = await createServerRow(`flood${servers}`);
});

const result = (probe: string, tick: number, facts: object): RunResult => ({
  ...{ subject, probe, live: false, ts: START + tick, startedAt: START + tick, durationMs: 1, failures: 0, skipped: 0 },
  ...{ intervalSeconds: 15, nextRunAt: START, changed: false },
  outcome: { outcome: "ok", reading: { rows: [], facts } as never },
});
const listed = (tick: number, oids: readonly number[]) =>
  result("inventory", tick, {
    databases: oids.map((oid) => ({
      ...{ oid, name: `d${oid}`, owner: "a", encoding: "UTF8", created_at: null },
      ...{ is_template: false, allow_connections: true },
    })),
  });
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const count = async (sql: string): Promise<number> =>
  (await pool().query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql} = $1`, [String(subject)])).rows[0]?.n ?? 0;

it("many changes at once are a few events, and their number", async () => {
  const recorder = createRecorder();
  const inventory = createInventory(recorder, { holdMs: 30_000 });
  await inventory.learn(new Map([[subject, "crowd"]]));
  for (const [tick, oids] of [[10], range(10, 101), [10]].entries()) {
    inventory.record(listed(tick, oids));
    await inventory.close();
  }
  const { rows } = await pool().query("SELECT type, message FROM activity_events WHERE target_id = $1", [
    String(subject),
  ]);
  expect(rows).toHaveLength(22);
  expect(rows.map(({ message }) => message)).toEqual(
    expect.arrayContaining(["90 more databases were created on crowd", "90 more databases were dropped on crowd"]),
  );
  await recorder.close();
});

it("changes without end are written down more and more seldom", async () => {
  const recorder = createRecorder();
  const flush = vi.spyOn(recorder, "flush");
  const inventory = createInventory(recorder, { holdMs: 30_000 });
  await inventory.learn(new Map([[subject, "churn"]]));
  for (let tick = 0; tick < 40; tick++) {
    inventory.record(listed(tick, [10, 100 + tick]));
    await inventory.close();
  }
  expect(flush).toHaveBeenCalledTimes(20);
  expect(await count("server_databases WHERE subject::text")).toBe(21);
  await recorder.close();
});

it("hundreds of changes at once are written down once in a while", async () => {
  const recorder = createRecorder();
  const flush = vi.spyOn(recorder, "flush");
  const inventory = createInventory(recorder, { holdMs: 30_000 });
  await inventory.learn(new Map([[subject, "storm"]]));
  for (let tick = 0; tick < 5; tick++) {
    inventory.record(listed(tick, range(1_000 * (tick + 1), 300)));
    await inventory.close();
  }
  expect(flush).toHaveBeenCalledTimes(2);
  await recorder.close();
});

it("more databases than any server has are not taken notice of", () => {
  const databases = range(1, 50_000).map((oid) => ({ oid, name: `d${oid}`, isTemplate: false }));
  const { after } = changesBy([], { at: 1, complete: true, databases });
  expect(after).toHaveLength(10_000);
  const others = databases.map(({ oid }) => ({ oid: oid + 50_000, name: `e${oid}`, isTemplate: false }));
  expect(changesBy(after, { at: 2, complete: true, databases: others }).after).toHaveLength(10_000);
});

it("names are cut, and times that no server can mean are left out", () => {
  const long = "n".repeat(1_000);
  expect(sightingOf(result("databases", 0, { oids: { [long]: 5 } }))?.databases).toEqual([
    { oid: 5, name: "n".repeat(256), isTemplate: false },
  ]);
  const times = ["never", "-250000-01-01T00:00:00Z", "2026-03-01T10:00:00Z"];
  const databases = times.map((created_at, i) => ({
    ...{ oid: i + 1, name: long, owner: long, encoding: "UTF8", created_at, is_template: false },
  }));
  const seen = sightingOf(result("inventory", 0, { databases }))?.databases ?? [];
  expect(seen.map(({ details }) => details?.createdAt)).toEqual([null, null, Date.UTC(2026, 2, 1, 10)]);
  expect(seen.map(({ name, details }) => [name.length, details?.owner?.length])).toEqual(Array(3).fill([256, 256]));
});

it("a subject with all the series it may have gets no more, and those it has go on", async () => {
  const batch = (ts: number, names: string[]) => ({
    ...{ subject, probe: "databases", ts },
    rows: names.map((database) => ({ labels: { database }, values: { connections: 1 } })),
  });
  await writeSamples([batch(START, ["first"])]);
  await pool().query(
    "INSERT INTO series_set (subject, probe, part) SELECT $1, 'databases', part FROM generate_series(1, 2047) AS part",
    [subject],
  );
  forgetPlaces(subject);
  await writeSamples([batch(START + 1, ["new", "first"]), batch(START + 2, ["newer", "first"])]);
  expect(await count("series WHERE subject::text")).toBe(1);
  const { rows } = await pool().query(
    "SELECT values FROM sample_head JOIN series_set s ON s.id = set_id WHERE subject = $1",
    [subject],
  );
  expect(rows).toEqual(Array(3).fill({ values: [1] }));
});
