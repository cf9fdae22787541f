import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { useFrozenProxy } from "../../tests/support/frozen-proxy";
import { listen, pool } from "../db";
import { readRaw } from "../metrics/read";
import type { Outcome } from "../probe";
import { createRecorder } from "./record";
import { payloads, type RunResult, stillToTell } from "./state";
import { isOutage } from "./write-batches";

const HOUR = Date.UTC(2026, 0, 1);
let subject = 0;
const ok = (value: number): Outcome => ({
  outcome: "ok",
  reading: { rows: [{ labels: {}, values: { usage_percent: value } }] },
});
const failed: Outcome = { outcome: "failed", code: "refused", message: "Connection refused on port 5432" };
const result = (over: Partial<RunResult> = {}): RunResult => ({
  subject,
  probe: "cpu",
  live: false,
  ts: HOUR,
  startedAt: HOUR,
  durationMs: 1.5,
  outcome: ok(1),
  latest: { usage_percent: 1 },
  failures: 0,
  skipped: 0,
  intervalSeconds: 5,
  nextRunAt: HOUR + 5_000,
  changed: false,
  ...over,
});
const one = async (sql: string) => (await pool().query(sql, [subject])).rows[0];
const stored = () =>
  readRaw({ subject, selectors: [{ metric: "cpu.usage_percent" }], from: HOUR, to: HOUR + 3_600_000, limit: 10_000 });

describe("recorder", () => {
  useDatabase();
  beforeAll(async () => {
    const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
    subject = rows[0].id;
  });
  beforeEach(async () => {
    await pool().query("DELETE FROM run; DELETE FROM probe_state; DELETE FROM latest");
  });

  it("writes samples, the latest values and the probe's state, and tells who listens", async () => {
    const told: string[] = [];
    const stop = await listen("dozor_latest", (payload) => told.push(payload));
    const recorder = createRecorder();
    for (let tick = 0; tick < 3; tick += 1) {
      recorder.push(result({ ts: HOUR + tick * 5_000, startedAt: HOUR + tick * 5_000, outcome: ok(tick) }));
    }
    await recorder.flush();
    expect((await stored()).ts).toHaveLength(3);
    expect(await one("SELECT data FROM latest WHERE subject = $1")).toEqual({ data: { usage_percent: 1 } });
    expect(await one("SELECT outcome, failures, last_success_at FROM probe_state WHERE subject = $1")).toEqual({
      outcome: "ok",
      failures: 0,
      last_success_at: new Date(HOUR + 10_000),
    });
    await expect.poll(() => told).toEqual([`${subject}:cpu`]);
    await stop();
  });

  it("loses nothing of others where our database refuses what one server said", async () => {
    const recorder = createRecorder();
    recorder.push(result({ probe: "cpu" }));
    recorder.push(result({ probe: "hostile", latest: { name: "a\0b" }, outcome: { ...failed, message: "a\0b" } }));
    recorder.push(result({ probe: "memory", outcome: failed }));
    await recorder.flush();
    const { rows } = await pool().query("SELECT kind FROM latest WHERE subject = $1 ORDER BY kind", [subject]);
    expect(rows).toEqual([{ kind: "cpu" }, { kind: "memory" }]);
    const states = await pool().query("SELECT probe FROM probe_state WHERE subject = $1 ORDER BY probe", [subject]);
    expect(states.rows).toEqual([{ probe: "cpu" }, { probe: "memory" }]);
    expect(await one("SELECT count(*)::int AS runs FROM run WHERE subject = $1")).toEqual({ runs: 1 });
  });

  it("ends a flush when what was there is written, however fast more comes", async () => {
    const recorder = createRecorder();
    const at = HOUR + 100_000;
    let count = 0;
    const feed = () => recorder.push(result({ ts: at + count++ }));
    feed();
    const feeding = setInterval(feed, 1);
    const endless = new Promise((resolve) => setTimeout(resolve, 1_500, "endless"));
    expect(await Promise.race([recorder.flush(), endless])).toBeUndefined();
    clearInterval(feeding);
    await recorder.close();
    expect((await stored()).ts.filter((ts) => ts * 1000 >= at && ts * 1000 < at + count)).toHaveLength(count);
  });

  it("keeps the last success while a probe fails, and a run for the failure", async () => {
    const recorder = createRecorder();
    recorder.push(result());
    await recorder.flush();
    recorder.push(result({ startedAt: HOUR + 5_000, outcome: failed, latest: undefined, failures: 1, changed: true }));
    await recorder.flush();
    expect(await one("SELECT outcome, code, last_success_at FROM probe_state WHERE subject = $1")).toEqual({
      outcome: "failed",
      code: "refused",
      last_success_at: new Date(HOUR),
    });
    expect(await one("SELECT count(*)::int AS runs FROM run WHERE subject = $1")).toEqual({ runs: 1 });
  });

  it("shows live readings and stores none of them", async () => {
    const before = (await stored()).ts.length;
    const recorder = createRecorder();
    recorder.push(result({ live: true, ts: HOUR + 60_000, outcome: ok(50), latest: { usage_percent: 50 } }));
    await recorder.flush();
    expect((await stored()).ts).toHaveLength(before);
    expect(await one("SELECT data FROM latest WHERE subject = $1")).toEqual({ data: { usage_percent: 50 } });
    expect(await one("SELECT * FROM probe_state WHERE subject = $1")).toBeUndefined();
  });

  it("lets a subject that is gone harm no other", async () => {
    const recorder = createRecorder();
    const gone = 2_000_000_000;
    recorder.push(result({ subject: gone, outcome: failed, changed: true }));
    recorder.push(result({ subject: gone, probe: "memory" }));
    recorder.push(result({ outcome: failed, changed: true }));
    await recorder.flush();
    expect(await one("SELECT outcome FROM probe_state WHERE subject = $1")).toEqual({ outcome: "failed" });
    expect(await one("SELECT count(*)::int AS runs FROM run WHERE subject = $1")).toEqual({ runs: 1 });
    expect(await one("SELECT count(*)::int AS rows FROM latest WHERE subject <> $1")).toEqual({ rows: 0 });
  });

  it("writes samples also while a table of something else is broken", async () => {
    await pool().query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''index is broken'' USING ERRCODE = ''XX002''; END';
      CREATE TRIGGER fail BEFORE INSERT ON latest EXECUTE FUNCTION fail()`);
    const recorder = createRecorder();
    recorder.push(result({ ts: HOUR + 600_000, outcome: failed, changed: true }));
    recorder.restore();
    await recorder.flush();
    await pool().query("DROP TRIGGER fail ON latest; DROP FUNCTION fail");
    expect(await one("SELECT count(*)::int AS runs FROM run WHERE subject = $1")).toEqual({ runs: 1 });
    expect(recorder.counts()).toMatchObject({ waiting: 0, delayed: 0 });
  });

  it("writes latest values again that a crash of the database took, and no older ones over newer", async () => {
    const recorder = createRecorder();
    recorder.push(result({ probe: "sizes", latest: { total: 1 } }));
    recorder.push(result({ probe: "memory", latest: { used: 1 } }));
    recorder.push(result({ probe: "network", subject: 1 }));
    await recorder.flush();
    await pool().query("DELETE FROM latest WHERE kind = 'sizes' OR subject = 1");
    await pool().query("UPDATE latest SET data = '2' WHERE kind = 'memory'");
    recorder.retain(new Set([subject]));
    recorder.restore();
    await recorder.flush();
    const { rows } = await pool().query("SELECT kind, data, ts FROM latest ORDER BY kind");
    expect(rows).toEqual([
      { kind: "memory", data: 2, ts: new Date(HOUR) },
      { kind: "sizes", data: { total: 1 }, ts: new Date(HOUR) },
    ]);
  });

  it("holds samples while the database refuses work, and writes them when it is back", async () => {
    const recorder = createRecorder();
    const database = (await one("SELECT current_database() AS name WHERE $1 > 0")).name;
    const at = HOUR + 600_000;
    await pool().query(`ALTER DATABASE "${database}" SET default_transaction_read_only = on`);
    await pool().query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    const away = await pool().connect();
    await away.query("SET default_transaction_read_only = on");
    away.release();
    for (let tick = 0; tick < 5; tick += 1) {
      recorder.push(result({ ts: at + tick * 5_000, startedAt: at + tick * 5_000, outcome: ok(7) }));
      await recorder.flush();
    }
    expect((await stored()).ts.filter((ts) => ts * 1000 >= at)).toHaveLength(0);
    const back = await pool().connect();
    await back.query("SET default_transaction_read_only = off");
    await back.query(`ALTER DATABASE "${database}" SET default_transaction_read_only = off`);
    back.release(true);
    await expect
      .poll(async () => (await stored()).ts.filter((ts) => ts * 1000 >= at).length, { timeout: 10_000 })
      .toBe(5);
    expect(recorder.counts()).toEqual({ waiting: 0, held: 0, delayed: 0, dropped: 0 });
  });
});

describe("recorder before a database that falls silent", () => {
  const frozen = useFrozenProxy();
  const at = HOUR + 1_800_000;
  const add = async () => {
    subject = (await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id")).rows[0].id;
  };
  const push = (recorder: ReturnType<typeof createRecorder>, count: number) => {
    for (let tick = 0; tick < count; tick += 1) {
      recorder.push(result({ ts: at + tick * 1_000, startedAt: at + tick * 1_000, outcome: ok(tick) }));
    }
  };

  it("loses nothing of what comes while a write is under way, not even when it ends in between", async () => {
    await add();
    const recorder = createRecorder();
    push(recorder, 1);
    await expect.poll(async () => (await stored()).ts.length).toBe(1);
    frozen.proxy.freeze();
    push(recorder, 1_200);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const flushed = Promise.all([recorder.flush(), recorder.flush()]);
    frozen.proxy.thaw();
    await flushed;
    expect((await stored()).ts).toHaveLength(1_200);
  });

  it("tells state and latest values of what ran meanwhile, however seldom it runs", async () => {
    await add();
    const recorder = createRecorder();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    frozen.proxy.freeze();
    recorder.push(result({ probe: "sizes", intervalSeconds: 1_800, changed: true }));
    const flushed = recorder.flush();
    await vi.advanceTimersByTimeAsync(60_000);
    await flushed;
    frozen.proxy.thaw();
    const state = () => one("SELECT outcome FROM probe_state WHERE subject = $1");
    await expect.poll(() => vi.advanceTimersByTimeAsync(1_000).then(state)).toEqual({ outcome: "ok" });
    vi.useRealTimers();
    expect(await one("SELECT kind FROM latest WHERE subject = $1")).toEqual({ kind: "sizes" });
    await expect.poll(() => one("SELECT count(*)::int AS runs FROM run WHERE subject = $1")).toEqual({ runs: 1 });
  });

  it("drops the oldest and counts them when too many wait", async () => {
    await add();
    const recorder = createRecorder();
    frozen.proxy.freeze();
    push(recorder, 20_003);
    expect(recorder.counts()).toMatchObject({ waiting: 20_000, held: 20_000, dropped: 3 });
  });
});

describe("isOutage", () => {
  it.each([
    ["57P01", true],
    ["53100", true],
    ["08006", true],
    ["25006", true],
    ["ECONNREFUSED", true],
    ["EPIPE", true],
    ["28P01", true],
    ["3D000", true],
    ["42501", true],
    ["42P01", true],
    ["40P01", true],
    [undefined, true],
    ["22003", false],
    ["23503", false],
    ["54000", false],
  ])("%s: %s", (code, outage) => {
    expect(isOutage(Object.assign(new Error("x"), { code }))).toBe(outage);
  });
});

describe("stillToTell", () => {
  it("keeps of each probe the newest state and values, and every failure", () => {
    const results = [
      result({ startedAt: 1, outcome: failed, latest: undefined, changed: true }),
      result({ startedAt: 2 }),
      result({ startedAt: 3, live: true }),
      result({ startedAt: 4, latest: undefined }),
      result({ startedAt: 5, live: true }),
      result({ startedAt: 6, probe: "memory" }),
    ];
    expect(stillToTell(results).map(({ startedAt }) => startedAt)).toEqual([1, 4, 5, 6]);
  });

  it("does not grow with the length of an outage", () => {
    const many = (over: Partial<RunResult>) =>
      Array.from({ length: 5_000 }, (_, at) => result({ ...over, startedAt: at }));
    expect(stillToTell(many({ live: true }))).toHaveLength(1);
    expect(stillToTell(many({ outcome: failed, latest: undefined })).length).toBeLessThanOrEqual(1_000);
  });
});

describe("payloads", () => {
  it("loses no key and stays under what a notification may carry", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^\d{1,9}:[a-z]{1,30}$/), { maxLength: 2_000 }), (keys) => {
        const joined = payloads(keys);
        expect(joined.flatMap((payload) => payload.split(","))).toEqual(keys);
        expect(joined.every((payload) => payload.length < 8_000)).toBe(true);
      }),
    );
  });
});
