import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { type MadeDatabase, type Reading, serverWith } from "../../tests/support/database-history";
import { writeLatest } from "../../tests/support/live";
import { systemActor } from "../users/permissions";
import { analyseAt } from "./analysis";
import type { DatabaseVerdict } from "./analysis-schema";

useDatabase();

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** At no whole hour, and on a reading. */
const NOW = Date.UTC(2026, 4, 20, 9, 40);
const CRITERIA = { static_days: 2, inactive_days: 3, low_connections: 2 };
const actor = systemActor();

type Line = (ts: number) => Partial<Omit<Reading, "ts">>;

/** A reading each 20 minutes of the days before NOW. */
function readings(days: number, line: Line = () => ({}), to = NOW - 1): Reading[] {
  const times: number[] = [];
  for (let ts = NOW - days * DAY; ts <= to; ts += HOUR / 3) times.push(ts);
  return times.map((ts) => ({ ts, clients: 0, sessions: 10, rows_written: 100, ...line(ts) }));
}

async function judged(databases: MadeDatabase[], more: Partial<Parameters<typeof serverWith>[0]> = {}) {
  const { id } = await serverWith({ databases, ...more });
  const { databases: found } = await analyseAt(actor, id, { by: CRITERIA, now: NOW });
  return new Map(found.map((one) => [one.name, one]));
}
const verdictsOf = (found: ReadonlyMap<string, DatabaseVerdict>) =>
  Object.fromEntries([...found].map(([name, { verdict }]) => [name, verdict]));
const isSince = (day: number, ts: number) => ts >= NOW - day * DAY;

describe("borders of the criteria", () => {
  it("wants all of the window, to the reading", async () => {
    const idle = readings(3);
    const pooled = readings(2, () => ({ clients: 4 }));
    const light = readings(7, (ts) => ({ clients: ts % (2 * HOUR) === 0 ? 2 : 1 }));
    const found = await judged([
      { name: "idle", readings: idle },
      { name: "idle, one less", readings: idle.slice(1) },
      { name: "pooled", readings: pooled },
      { name: "pooled, one less", readings: pooled.slice(1) },
      { name: "light", readings: light },
      { name: "light, one less", readings: light.slice(1) },
    ]);
    expect(verdictsOf(found)).toEqual({
      ...{ idle: "inactive", "idle, one less": "insufficient" },
      ...{ pooled: "static", "pooled, one less": "insufficient" },
      ...{ light: "low", "light, one less": "insufficient" },
    });
    expect(found.get("idle, one less")?.reason).toEqual({
      ...{ code: "short_history", days: 2.9, needed: 3, connections: null, average: null },
    });
    expect(found.get("pooled")?.reason).toMatchObject({ code: "unchanged", days: 2, connections: 4 });
    expect(found.get("idle")?.history_since).toBe(new Date(NOW - 3 * DAY).toISOString());
  });

  it("takes an average at the limit for activity", async () => {
    const half = (low: number, high: number) =>
      readings(7, (ts) => ({ clients: (ts / (HOUR / 3)) % 2 === 0 ? low : high }));
    const found = await judged([
      { name: "at", readings: half(1, 3) },
      { name: "below", readings: half(1, 2) },
    ]);
    expect(verdictsOf(found)).toEqual({ at: "active", below: "low" });
    expect(found.get("at")).toMatchObject({ average_connections: 2, reason: { code: "in_use", days: 0 } });
    expect(found.get("below")?.reason).toMatchObject({ code: "few_connections", days: 7, average: 1.5 });
  });

  it("rounds no average up to the limit, nor down to nobody", async () => {
    const found = await judged([
      { name: "nearly two", readings: readings(7, (ts) => ({ clients: isSince(0.02, ts) ? 1 : 2 })) },
      { name: "hardly one", readings: readings(7, (ts) => ({ clients: isSince(0.02, ts) ? 1 : 0 })) },
    ]);
    expect(found.get("nearly two")).toMatchObject({
      ...{ verdict: "low", average_connections: 1.99, reason: { average: 1.99 } },
      explanation: "1.99 connections on average over 7 days",
    });
    expect(found.get("hardly one")).toMatchObject({
      ...{ verdict: "low", average_connections: 0, reason: { average: 0 } },
      explanation: "Fewer than 0.01 connections on average over 7 days",
    });
  });

  it("looks for use before a window no longer, and says when it was", async () => {
    const used = (day: number) => readings(9, (ts) => ({ sessions: isSince(day, ts) ? 11 : 10 }));
    const found = await judged([
      { name: "in the window", readings: used(2) },
      { name: "before", readings: used(4) },
      { name: "long before", readings: used(8.5) },
    ]);
    expect(verdictsOf(found)).toEqual({ "in the window": "active", before: "inactive", "long before": "inactive" });
    expect(found.get("before")?.last_used_at?.slice(0, 13)).toBe(new Date(NOW - 4 * DAY).toISOString().slice(0, 13));
    expect(Date.parse(found.get("long before")?.last_used_at ?? "")).toBeCloseTo(NOW - 8.5 * DAY, -7);
  });

  it("finds the last use long ago, whether it was counted or seen", async () => {
    const rare = (line: Line) => readings(150, line).filter((_, at) => at % 36 === 0);
    const found = await judged([
      { name: "counted", readings: rare((ts) => ({ sessions: isSince(100, ts) ? 11 : 10 })) },
      { name: "seen", readings: rare((ts) => ({ clients: isSince(100, ts) ? 0 : 1 })) },
      { name: "nobody counts", readings: rare((ts) => ({ clients: isSince(100, ts) ? 0 : 1, sessions: null })) },
      { name: "never", readings: rare(() => ({})) },
    ]);
    for (const { verdict, last_used_at, name } of found.values()) {
      expect([name, verdict]).toEqual([name, "inactive"]);
      if (name === "never") expect(last_used_at).toBeNull();
      else expect(Math.abs(Date.parse(last_used_at ?? "") - (NOW - 100 * DAY))).toBeLessThanOrEqual(DAY);
    }
  });
});

it("says nothing of a window in which nobody read anything", async () => {
  const until = (line: Line) => readings(9, line, NOW - DAY - HOUR / 3);
  const { id } = await serverWith({
    databases: [
      { name: "idle", readings: until(() => ({})) },
      { name: "pooled", readings: until(() => ({ clients: 4 })) },
    ],
  });
  const by = { static_days: 1, inactive_days: 1, low_connections: 2 };
  const { databases } = await analyseAt(actor, id, { by, now: NOW });
  expect(databases.map(({ verdict, reason: { code } }) => [verdict, code])).toEqual([
    ["insufficient", "gap"],
    ["insufficient", "gap"],
  ]);
});

describe("a window of months", () => {
  it("is read to its beginning of those that nobody used lately", async () => {
    const rare = (line: Line) => readings(150, line).filter((_, at) => at % 36 === 0);
    const { id } = await serverWith({
      databases: [40, 80, 130].map((day) => ({
        name: `${day} days ago`,
        readings: rare((ts) => ({ sessions: isSince(day, ts) ? 11 : 10 })),
      })),
    });
    const { databases } = await analyseAt(actor, id, { by: { ...CRITERIA, inactive_days: 100 }, now: NOW });
    expect(databases.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["130 days ago", "inactive"],
      ["40 days ago", "active"],
      ["80 days ago", "active"],
    ]);
    expect(databases.map(({ reason }) => Math.round(reason.days ?? 0))).toEqual([100, 40, 80]);
  });
});

describe("what is known", () => {
  it("is what a counter says of a gap, or else only what came after it", async () => {
    const gap = (from: number, to: number, line?: Line) =>
      readings(12, line).filter(({ ts }) => ts < NOW - from * DAY || ts >= NOW - to * DAY);
    const found = await judged([
      { name: "nobody came", readings: gap(2.8, 1) },
      { name: "somebody came", readings: gap(2.8, 1, (ts) => ({ sessions: isSince(2, ts) ? 11 : 10 })) },
      { name: "began anew", readings: gap(2.8, 1, (ts) => ({ sessions: isSince(2, ts) ? 0 : 10 })) },
      { name: "nobody counts", readings: gap(2.8, 1, () => ({ sessions: null })) },
      { name: "short", readings: gap(2, 1.2, () => ({ sessions: null })) },
    ]);
    expect(verdictsOf(found)).toEqual({
      ...{ "nobody came": "inactive", "somebody came": "active", "began anew": "insufficient" },
      ...{ "nobody counts": "insufficient", short: "inactive" },
    });
    expect(found.get("began anew")?.reason).toMatchObject({ code: "gap", days: 1, needed: 3 });
  });

  it("is no average of a week of which a part in use was not read", async () => {
    const gap = (came: (ts: number) => number) =>
      readings(12, (ts) => ({ clients: 1, sessions: 10 + came(ts) })).filter(
        ({ ts }) => ts < NOW - 6 * DAY || ts >= NOW - 2 * DAY,
      );
    const found = await judged([
      { name: "few came", readings: gap((ts) => (isSince(1, ts) ? 1 : 0)) },
      { name: "many may have come", readings: gap((ts) => (isSince(1, ts) ? 999 : isSince(4, ts) ? 998 : 0)) },
    ]);
    expect(verdictsOf(found)).toEqual({ "few came": "low", "many may have come": "insufficient" });
    expect(found.get("many may have come")?.reason).toMatchObject({ code: "gap", days: 2, needed: 7 });
  });

  it("is looked for before a gap in which the longest window begins", async () => {
    const gap = (line?: Line) => readings(14, line).filter(({ ts }) => ts < NOW - 12 * DAY || ts >= NOW - 6 * DAY);
    const came = (ts: number) => ({ sessions: isSince(9, ts) ? 11 : 10, clients: 0 });
    const { id } = await serverWith({
      databases: [
        { name: "nobody", readings: gap() },
        { name: "somebody", readings: gap(came) },
      ],
    });
    const found = await analyseAt(actor, id, { by: { ...CRITERIA, inactive_days: 8 }, now: NOW });
    expect(found.databases.map(({ verdict, reason }) => [verdict, reason.code])).toEqual([
      ["inactive", "unused"],
      ["insufficient", "gap"],
    ]);
  });

  it("is nothing of what happens while nobody asks", async () => {
    const found = await judged([{ name: "left", readings: readings(12, undefined, NOW - 2 * DAY) }]);
    expect(found.get("left")).toMatchObject({ verdict: "insufficient", reason: { code: "gap", days: 0 } });
  });

  it("outlives resets: what is counted after one is new", async () => {
    const reset = (value: number) => readings(5, (ts) => ({ clients: 3, rows_written: isSince(1, ts) ? value : 100 }));
    const found = await judged([
      { name: "nothing", readings: reset(0) },
      { name: "something", readings: reset(5) },
    ]);
    expect(verdictsOf(found)).toEqual({ nothing: "static", something: "active" });
  });

  it("is estimated where nobody counts sessions", async () => {
    const found = await judged([
      { name: "read", readings: readings(4, () => ({ sessions: null })) },
      {
        name: "written",
        readings: readings(4, (ts) => ({ sessions: null, rows_written: isSince(1, ts) ? 101 : 100 })),
      },
    ]);
    expect(found.get("read")).toMatchObject({ verdict: "inactive", estimate: true });
    expect(found.get("read")?.explanation).toContain("an estimate");
    expect(found.get("written")).toMatchObject({ verdict: "active", estimate: false });
  });
});

describe("databases", () => {
  it("have the history of their own, and none when they are dropped", async () => {
    const { id } = await serverWith({
      databases: [
        {
          name: "again",
          oid: 1,
          readings: readings(9, () => ({ clients: 9 }), NOW - 4 * DAY),
          droppedAt: NOW - 4 * DAY,
        },
        { name: "again", oid: 2, readings: readings(4) },
        { name: "gone", oid: 3, readings: readings(9, undefined, NOW - DAY), droppedAt: NOW - DAY },
        { name: "told together", oid: 4, readings: [], firstSeenAt: NOW - 9 * DAY },
      ],
    });
    const { databases, summary } = await analyseAt(actor, id, { by: CRITERIA, now: NOW });
    expect(databases).toMatchObject([
      {
        name: "again",
        oid: 2,
        verdict: "inactive",
        history_since: new Date(NOW - 4 * DAY).toISOString(),
        last_used_at: null,
      },
      { name: "told together", verdict: "insufficient", reason: { days: 0 }, history_since: null },
    ]);
    expect(summary).toMatchObject({ inactive: { count: 1, size_bytes: null }, insufficient: { count: 1 } });
  });

  it("are not used by Dozor's own sessions", async () => {
    const steps = (ts: number) => ({ sessions: 10 + Math.floor((ts - (NOW - 8.5 * DAY)) / DAY) });
    const opened = (until: number) =>
      Array.from({ length: until }, (_, day) => ({ ts: NOW - (8.5 - day) * DAY + 60_000, value: 1 }));
    const own = [{ name: "own", readings: readings(9, steps) }];
    expect((await judged(own, { opened: opened(9) })).get("own")).toMatchObject({
      verdict: "inactive",
      last_used_at: null,
    });
    // One was not ours.
    expect((await judged(own, { opened: opened(8) })).get("own")).toMatchObject({ verdict: "active" });
    const others = [{ name: "other", readings: readings(9, steps) }];
    expect((await judged(others, { opened: opened(9) })).get("other")).toMatchObject({ verdict: "active" });
  });

  it("come with newest values; templates and closed ones do not come at all", async () => {
    const { id } = await serverWith({
      databases: ["shop", "empty", "template"].map((name) => ({ name, readings: readings(4) })),
    });
    const rows = (metric: string, values: object) =>
      Object.entries(values).map(([database, value]) => ({ labels: { database }, values: { [metric]: value } }));
    await writeLatest(id, "databases", { rows: rows("clients", { shop: 3, empty: 0 }) });
    await writeLatest(id, "sizes", { rows: rows("size_bytes", { shop: 5_000, empty: 7 }) });
    await writeLatest(id, "inventory", {
      facts: { databases: [{ name: "template", is_template: true, allow_connections: true }, { name: "shop" }] },
    });
    const found = await analyseAt(actor, id, { by: CRITERIA, now: NOW });
    expect(found.databases).toMatchObject([
      { name: "empty", connections: 0, size_bytes: 7 },
      { name: "shop", connections: 3, size_bytes: 5_000 },
    ]);
    expect(found.summary.inactive).toEqual({ count: 2, size_bytes: 5_007 });
  });
});
