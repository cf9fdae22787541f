// Verdicts against a brute-force reckoning from the readings themselves, over made-up histories.
import fc from "fast-check";
import { expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { type MadeDatabase, type Reading, serverWith } from "../../tests/support/database-history";
import { systemActor } from "../users/permissions";
import { analyseAt } from "./analysis";
import type { Criteria, Verdict } from "./analysis-schema";

useDatabase();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 15, 10, 7, 30);

/** What somebody does with a database, at parts of its time. */
const habit = fc.record({
  /** Clients that stand there from the beginning. */
  standing: fc.constantFrom(0, 0, 0, 1, 3),
  /** Visits: when, with how many clients; none are seen between two readings. */
  visits: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 9)), { maxLength: 3 }),
  /** When rows are written, without anybody new. */
  writes: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 1 }),
  resets: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 1 }),
  /** Sessions are not counted, from the beginning on or ever. */
  uncounted: fc.constantFrom(0, 0, 0, 0.3, 1),
  /** The database was made later. */
  made: fc.constantFrom(0, 0, 0, 0.2, 0.6),
});
type Habit = typeof habit extends fc.Arbitrary<infer T> ? T : never;

const history = fc.record({
  habits: fc.array(habit, { minLength: 20, maxLength: 40 }),
  /** Minutes between two times at which there are three readings, 17 minutes apart. */
  pause: fc.integer({ min: 150, max: 400 }),
  days: fc.oneof(fc.double({ min: 8, max: 11, noNaN: true }), fc.double({ min: 1, max: 11, noNaN: true })),
  gaps: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 2, max: 60 })), {
    maxLength: 2,
  }),
  bands: fc.record({ hourly: fc.nat(50), steps: fc.nat(30), unsealed: fc.integer({ min: 60, max: 200 }) }),
  /** ms from the last reading to the analysis. */
  later: fc.integer({ min: 1, max: 2 * HOUR }),
  criteria: fc.record({
    static_days: fc.integer({ min: 1, max: 9 }),
    inactive_days: fc.integer({ min: 1, max: 9 }),
    low_connections: fc.integer({ min: 1, max: 4 }),
  }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

function readingsOf(one: Habit, { pause, days, gaps }: History): Reading[] {
  const length = days * DAY;
  const at = (part: number) => START + part * length;
  const isGap = (ts: number) => gaps.some(([part, hours]) => ts >= at(part) && ts < at(part) + hours * HOUR);
  const others = [
    ...[...one.visits.map(([part]) => part), ...one.writes].map(at),
    ...gaps.map(([part, hours]) => at(part) + hours * HOUR),
  ];
  const all: Reading[] = [];
  let [sessions, rows, before] = [100, 1_000, 0];
  const times = Array.from({ length: Math.floor(length / (pause * MINUTE)) + 1 }, (_, k) => START + k * pause * MINUTE);
  for (const ts of times.flatMap((time) => [time, time + 17 * MINUTE, time + 34 * MINUTE])) {
    const within = (part: number) => at(part) > before && at(part) <= ts;
    const visits = one.visits.filter(([part]) => within(part));
    // Beside something else within an hour a reset may hide it, where samples are not kept one by one.
    const isAlone = (part: number) => !others.some((time) => Math.abs(at(part) - time) < 2 * HOUR);
    if (one.resets.some((part) => within(part) && isAlone(part))) [sessions, rows] = [0, 0];
    sessions += visits.length;
    rows += 50 * one.writes.filter(within).length;
    before = ts;
    if (isGap(ts) || ts < at(one.made)) continue;
    const clients = one.standing + visits.reduce((sum, [, seen]) => sum + seen, 0);
    all.push({ ts, clients, sessions: ts < at(one.uncounted) ? null : sessions, rows_written: rows });
  }
  return all;
}

const NOBODY: Habit = { standing: 0, visits: [], writes: [], resets: [], uncounted: 0, made: 0 };
/** One of each verdict. */
const ordinary: History = {
  habits: [
    NOBODY,
    { ...NOBODY, standing: 3 },
    { ...NOBODY, standing: 1, visits: [[0.9, 1]] },
    { ...NOBODY, standing: 3, visits: [[0.9, 9]] },
    { ...NOBODY, made: 0.6 },
  ],
  ...{ pause: 180, days: 10, gaps: [[0.5, 30]], bands: { hourly: 60, steps: 30, unsealed: 3 }, later: 1_000 },
  criteria: { static_days: 5, inactive_days: 6, low_connections: 2 },
};

interface Window {
  since: number | null;
  clients: number[];
  sessions: boolean;
  rows: boolean;
  counted: boolean;
}

const hourOf = (ts: number) => Math.floor(ts / HOUR);
const isGap = (before: number, after: number) => hourOf(after) - hourOf(before) > 24;
const grew = (values: readonly (number | null)[]) => {
  const told = values.filter((value) => value !== null);
  // After a reset whatever was counted is new.
  return told.some((value, i) => i > 0 && (value > (told[i - 1] ?? 0) || (value < (told[i - 1] ?? 0) && value > 0)));
};

function windowOf(readings: readonly Reading[], { from, now }: { from: number; now: number }): Window {
  const inside = readings.filter(({ ts }) => ts >= from);
  let since = readings[0]?.ts ?? null;
  for (const [i, after] of readings.entries()) {
    const before = readings[i - 1];
    if (!before || !isGap(before.ts, after.ts) || after.ts < from) continue;
    const went = after.sessions !== null && before.sessions !== null ? after.sessions - before.sessions : -1;
    if (went !== 0) since = after.ts;
  }
  const last = readings.at(-1)?.ts;
  return {
    since: last === undefined || isGap(last, now) ? null : since,
    clients: inside.map(({ clients }) => clients),
    sessions: grew(inside.map(({ sessions }) => sessions)),
    rows: grew(inside.map(({ rows_written }) => rows_written)),
    counted: inside.length > 0 && inside.every(({ sessions }) => sessions !== null),
  };
}

function expected(
  readings: readonly Reading[],
  criteria: Criteria,
  now: number,
): { verdict: Verdict; estimate: boolean } {
  const back = (days: number) => windowOf(readings, { from: now - days * DAY, now });
  const [steady, idle, week] = [back(criteria.static_days), back(criteria.inactive_days), back(7)];
  const nobody = idle.clients.every((n) => n === 0) && !idle.sessions && (idle.counted || !idle.rows);
  const same = steady.clients.every((n) => n > 0 && n === steady.clients[0]) && !steady.sessions && !steady.rows;
  const average = week.clients.reduce((sum, n) => sum + n, 0) / week.clients.length;
  const few = week.clients.length === 0 || (average > 0 && average < criteria.low_connections);
  const possible: [Verdict, boolean, number, Window][] = [
    ["static", same, criteria.static_days, steady],
    ["inactive", nobody, criteria.inactive_days, idle],
    ["low", few, 7, week],
  ];
  const left = possible.filter(([, stands]) => stands);
  if (left.some(([, , days, { since }]) => since === null || now - since < days * DAY))
    return { verdict: "insufficient", estimate: false };
  const [verdict = "active", , , window] = left[0] ?? [];
  return { verdict, estimate: (verdict === "static" || verdict === "inactive") && !window?.counted };
}

it("judges made-up histories as a reckoning from their readings does, however they are stored", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(history, async (made) => {
      const { habits, criteria, bands, later } = made;
      const databases: MadeDatabase[] = habits.map((one, at) => ({
        name: `db ${at}`,
        readings: readingsOf(one, made),
      }));
      const last = Math.max(...databases.flatMap(({ readings }) => readings.at(-1)?.ts ?? []));
      if (!Number.isFinite(last)) return;
      const now = last + later;
      const { id, storedAt } = await serverWith({ databases, bands });
      const found = await analyseAt(systemActor(), id, { by: criteria, now });
      for (const { name, readings } of databases) {
        const stored = readings.map((one) => ({ ...one, ts: storedAt(one.ts) }));
        const wanted = expected(stored, criteria, now);
        const said = found.databases.find((one) => one.name === name);
        expect({ name, verdict: said?.verdict, estimate: said?.estimate, reason: said?.reason }).toMatchObject({
          ...{ name, ...wanted },
        });
        seen.set(wanted.verdict, (seen.get(wanted.verdict) ?? 0) + 1);
      }
      expect(Object.values(found.summary).reduce((sum, { count }) => sum + count, 0)).toBe(databases.length);
    }),
    { numRuns: 4, examples: [[ordinary]] },
  );
  for (const verdict of ["insufficient", "static", "inactive", "low", "active"])
    expect(seen.get(verdict), verdict).toBeGreaterThan(0);
}, 120_000);
