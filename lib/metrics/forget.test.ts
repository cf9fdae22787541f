import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { withCut } from "../../tests/support/faults";
import { HistoryModel } from "../../tests/support/history-model";
import { pool } from "../db";
import { forgetSubjects } from "./forget";
import { HOUR_MS } from "./hour";
import { applyRetention } from "./retention";
import { sealHours } from "./seal";
import { forgetPlaces } from "./slots";
import { type SampleBatch, writeSamples } from "./write";

useDatabase();
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const WEEK = Date.UTC(2026, 8, 7);
const NOW = WEEK + 15 * DAY_MS;
const SAMPLES = ["sample_head", "sample_data", "sample_hour", "sample_reduced"];
const STATES = ["latest", "watch", "probe_state", "run", "server_databases", "series"];
const minutes = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i * 60_000);

let other: HistoryModel;
beforeAll(async () => {
  other = await HistoryModel.create();
  await other.write(minutes(WEEK, 150));
  await other.write(minutes(WEEK + 9 * DAY_MS, 150));
  await sealHours(NOW);
  const policy = { archiveEnabled: true, retentionDays: 90, retentionMonths: 12, downsampleAfterDays: 7 };
  await applyRetention({ ...policy, downsampleInterval: "1m" }, NOW, { dryRun: false });
  await other.write(minutes(NOW + HOUR_MS, 20));
});

const sample = (subject: number, ts: number): SampleBatch => ({
  ...{ subject, probe: "p", ts },
  rows: [{ labels: {}, values: { a: 1, b: 2 } }],
});

/** A server with parts of the same history as `other`, and with everything else that belongs to one. @returns its sets */
async function createVictim(probes = ["p", "q"]): Promise<{ subject: number; sets: number[] }> {
  const { rows } = await pool().query<{ id: number }>("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  const subject = rows[0]?.id ?? 0;
  const parts = await pool().query<{ id: number }>(
    "INSERT INTO series_set (subject, probe, part) SELECT $1, probe, 0 FROM unnest($2::text[]) AS probe RETURNING id",
    [subject, probes],
  );
  const sets = parts.rows.map(({ id }) => id);
  const copies: Record<string, string> = {
    ...{ sample_head: "ts, values", sample_data: "hour, offs, data", sample_hour: "hour, agg" },
    sample_reduced: "hour, step_s, offs, data",
  };
  for (const [table, columns] of Object.entries(copies))
    await pool().query(
      `INSERT INTO ${table} (set_id, ${columns}) SELECT victim.id, ${columns} FROM ${table}, unnest($2::int[]) AS victim (id)
       WHERE set_id IN (SELECT id FROM series_set WHERE subject = $1)`,
      [other.subject, sets],
    );
  await pool().query(
    `INSERT INTO series (set_id, slot, subject, metric, labels)
     SELECT v.id, e.slot, $2, v.probe || substr(e.metric, 2), e.labels FROM series e, series_set v
     WHERE e.subject = $1 AND v.subject = $2`,
    [other.subject, subject],
  );
  for (const statement of [
    "INSERT INTO latest (subject, kind, ts, data) VALUES ($1, 'cpu', now(), '{}')",
    "INSERT INTO watch (subject, kind, interval_seconds, until) VALUES ($1, 'host', 1, now())",
    "INSERT INTO probe_state (subject, probe, interval_seconds) VALUES ($1, 'cpu', 5)",
    "INSERT INTO run (subject, probe, started_at, duration_ms, outcome) VALUES ($1, 'cpu', now(), 1, 'ok')",
    "INSERT INTO server_databases (subject, oid, name) VALUES ($1, 5, 'shop')",
    "INSERT INTO lease (name, holder, until) VALUES ('server:' || $1::int, 'x', now())",
  ])
    await pool().query(statement, [subject]);
  // From now on this process remembers its places.
  await writeSamples([sample(subject, NOW - DAY_MS)]);
  await pool().query("UPDATE subject SET deleted_at = now() - interval '1 minute' WHERE id = $1", [subject]);
  return { subject, sets };
}

const count = async (from: string, value: unknown): Promise<number> =>
  (await pool().query<{ count: number }>(`SELECT count(*)::int AS count FROM ${from}`, [value])).rows[0]?.count ?? -1;

async function expectNothingOf({ subject, sets }: { subject: number; sets: number[] }): Promise<void> {
  for (const table of SAMPLES) expect(await count(`${table} WHERE set_id = ANY ($1)`, sets), table).toBe(0);
  for (const table of [...STATES, "series_set"])
    expect(await count(`${table} WHERE subject = $1`, subject), table).toBe(0);
  expect(await count("subject WHERE id = $1", subject)).toBe(0);
  expect(await count("lease WHERE name = 'server:' || $1::int", subject)).toBe(0);
}

/** Every byte that is stored of it. */
async function digestOf(subject: number): Promise<string[]> {
  const of = (table: string, where: string) =>
    pool().query<{ md5: string }>(
      `SELECT md5(coalesce(string_agg(one::text, ',' ORDER BY one::text), '')) FROM ${table} AS one WHERE ${where}`,
      [subject],
    );
  const found = await Promise.all([
    ...SAMPLES.map((table) => of(table, "set_id IN (SELECT id FROM series_set WHERE subject = $1)")),
    of("series", "subject = $1"),
  ]);
  return found.map(({ rows }) => rows[0]?.md5 ?? "");
}

describe("forgetSubjects", () => {
  it("leaves nothing of a deleted server and all of the others, wherever it is cut and whatever comes late", async () => {
    const before = await digestOf(other.subject);
    expect(await other.check()).toMatchObject({ samples: 6, steps: 6, head: 2 });
    let cuts = 0;
    for (let at = 1, cut = true; cut; at++) {
      const victim = await createVictim(["p"]);
      cut = await withCut(() => forgetSubjects(), at);
      cuts += cut ? 1 : 0;
      // From a process that remembers the places, from one that does not, and from one that died.
      const late = [sample(victim.subject, NOW - 2 * DAY_MS), sample(victim.subject, WEEK + 30_000)];
      await writeSamples(late).catch(() => {});
      if (at % 2) await sealHours(NOW);
      forgetPlaces();
      await writeSamples(late).catch((error) => expect(error).toMatchObject({ code: "23503" }));
      await forgetSubjects();
      await sealHours(NOW);
      await expectNothingOf(victim);
    }
    expect(cuts).toBeGreaterThan(20);
    expect(await digestOf(other.subject)).toEqual(before);
    await other.check();
  }, 60_000);

  it("waits until whoever collects has heard, and leaves servers that are there alone", async () => {
    const { subject, sets } = await createVictim();
    const of = () => count("sample_data WHERE set_id = ANY ($1)", sets);
    const stored = await of();
    expect(stored).toBeGreaterThan(0);
    await pool().query("UPDATE subject SET deleted_at = now() - interval '5 seconds' WHERE id = $1", [subject]);
    await forgetSubjects();
    await pool().query("UPDATE subject SET deleted_at = NULL WHERE id = $1", [subject]);
    await forgetSubjects();
    expect(await of()).toBe(stored);
  });

  it("keeps the number of the last one, which tells a start that servers were here before", async () => {
    const victim = await createVictim(["p"]);
    const others = await pool().query(
      "UPDATE subject SET deleted_at = now(), kind = 'channel' WHERE kind = 'server' AND id <> $1 RETURNING id",
      [victim.subject],
    );
    await forgetSubjects();
    expect(await count("series_set WHERE subject = $1", victim.subject)).toBe(0);
    expect(await count("subject WHERE id = $1", victim.subject)).toBe(1);
    await pool().query("UPDATE subject SET deleted_at = NULL, kind = 'server' WHERE id = ANY ($1)", [
      others.rows.map(({ id }) => id),
    ]);
    await forgetSubjects();
    await expectNothingOf(victim);
  });

  it("ends at once when it is asked to, and goes on the next time", async () => {
    const victim = await createVictim();
    const stop = new AbortController();
    stop.abort();
    expect(await forgetSubjects(stop.signal)).toBe(0);
    expect(await count("sample_data WHERE set_id = ANY ($1)", victim.sets)).toBeGreaterThan(0);
    expect(await forgetSubjects()).toBeGreaterThan(0);
    await expectNothingOf(victim);
  });

  it("leaves nothing behind when it comes between sealing's look and its work", async () => {
    const staying = await createVictim(["p"]);
    await pool().query("UPDATE subject SET deleted_at = NULL WHERE id = $1", [staying.subject]);
    const victim = await createVictim();
    const late = sample(victim.subject, NOW - 3 * DAY_MS);
    await writeSamples([sample(staying.subject, NOW - 4 * DAY_MS), late]);
    const client = await pool().connect();
    await client.query("BEGIN");
    await client.query("SELECT FROM sample_head WHERE set_id = ANY ($1) FOR UPDATE", [staying.sets]);
    const sealing = sealHours(NOW);
    const waits = "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND $1";
    await expect.poll(() => count(waits, true)).toBe(1);
    expect(await forgetSubjects()).toBeGreaterThan(0);
    await writeSamples([late]);
    await client.query("ROLLBACK");
    client.release();
    await sealing;
    await sealHours(NOW);
    await expectNothingOf(victim);
  });
});
