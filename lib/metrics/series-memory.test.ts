// Which series a subject has is remembered for seconds; new ones are seen at once all the same.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { subjectByName } from "../fleet/queries";
import { hearChanges } from "../remembered";
import { systemActor } from "../users/permissions";
import { readSeries } from "./read";

const database = useDatabase();
const START = Date.UTC(2026, 10, 18);
let stop: () => Promise<void>;
/** Another instance: it shares nothing with this process but the database. */
let other: pg.Client;

beforeAll(async () => {
  stop = await hearChanges();
  other = new pg.Client({ connectionString: database.url });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await stop();
});

async function newSet(): Promise<{ subject: number; set: number }> {
  const { rows } = await other.query(
    `WITH new AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
     INSERT INTO series_set (subject, probe, part) SELECT id, 'disk', 0 FROM new RETURNING subject, id AS set`,
  );
  return rows[0];
}

const addSeries = ({ subject, set }: { subject: number; set: number }, slot: number) =>
  other.query("INSERT INTO series (set_id, slot, subject, metric, labels) VALUES ($1, $2, $3, 'disk.busy', $4)", [
    ...[set, slot, subject],
    { device: `sd${slot}` },
  ]);

/** How often something asks for what may be remembered; samples are read on connections of their own. */
async function lookUps(work: () => Promise<unknown>): Promise<number> {
  const queries = vi.spyOn(pool(), "query");
  await work();
  const asked = queries.mock.calls.length;
  queries.mockRestore();
  return asked;
}

describe("a series", () => {
  it("is looked up once, and seen at once when another instance gives it a place", async () => {
    const place = await newSet();
    const { subject } = place;
    let round = 0;
    const found = async () => {
      // Another range each time: equal questions under way share one answer.
      const from = START + 60_000 * round++;
      return (await readSeries({ subject, selectors: [{ metric: "disk.busy" }], from, to: from + 60_000 })).series
        .length;
    };
    expect(await found()).toBe(0);
    await addSeries(place, 1);
    expect(await found()).toBe(1);
    await expect.poll(() => lookUps(found)).toBe(0);
    const began = performance.now();
    await addSeries(place, 2);
    await expect.poll(found, { interval: 5 }).toBe(2);
    await other.query("DELETE FROM series WHERE subject = $1 AND slot = 2", [subject]);
    await expect.poll(found, { interval: 5 }).toBe(1);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it("is found by everybody who asks at the same time, however many there are", async () => {
    const { subject } = await newSet();
    await other.query(
      `WITH new AS (INSERT INTO series_set (subject, probe, part) VALUES ($1, 'disk', 1) RETURNING id)
       INSERT INTO series (set_id, slot, subject, metric, labels)
       SELECT id, slot, $1, 'disk.busy', jsonb_build_object('device', id || '-' || slot)
       FROM (SELECT id FROM new UNION ALL SELECT id FROM series_set WHERE subject = $1) AS part, generate_series(1, 35) AS slot`,
      [subject],
    );
    const found = await Promise.all(
      [0, 1, 2].map((at) =>
        readSeries({ subject, selectors: [{ metric: "disk.busy" }], from: START + 60_000 * at, to: START + 3_600_000 }),
      ),
    );
    expect(found.map(({ series }) => series.length)).toEqual([70, 70, 70]);
  });
});

describe("a subject", () => {
  it("is looked up once, and is gone at once when another instance renames its server", async () => {
    const { subject } = await newSet();
    await other.query("INSERT INTO servers (id, name, enabled) VALUES ($1, 'before', false)", [subject]);
    const find = async (name: string) => (await subjectByName(systemActor(), name))?.id ?? null;
    expect(await find("before")).toBe(subject);
    await expect.poll(() => lookUps(() => find("before"))).toBe(0);
    const began = performance.now();
    await other.query("UPDATE servers SET name = 'after' WHERE id = $1", [subject]);
    await expect.poll(() => find("before"), { interval: 5 }).toBeNull();
    expect(await find("after")).toBe(subject);
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});
