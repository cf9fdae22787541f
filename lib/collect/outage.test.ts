import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkCollection, resultsAt, TICK_MS } from "../../tests/support/collection";
import { TEST_ENVIRONMENT } from "../../tests/support/database";
import { startFrozenProxy } from "../../tests/support/frozen-proxy";
import { MemoryDisk } from "../../tests/support/memory-files";
import { startTestServer, type TestServer } from "../../tests/support/server";
import { pool } from "../db";
import { provideEnv } from "../env";
import { createLosses } from "./losses";
import { createOutage, sentenceOf } from "./outage";
import { createRecorder } from "./record";
import type { SpoolOptions } from "./spool";

const shared = globalThis as { dozorPool?: { end(): Promise<void> }; dozorPrisma?: { $disconnect(): Promise<void> } };
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const minutes = (count: number) => (count * 60_000) / TICK_MS;
const patiently = { timeout: 60_000, interval: 100 };

let server: TestServer;
let folder = "";
let subject = 0;
const options = (over: Partial<SpoolOptions> = {}): SpoolOptions => ({
  ...{ folder: path.join(folder, "spool"), maxBytes: 268_435_456, database: "ours", exclusive: true },
  ...over,
});

async function endPool(): Promise<void> {
  await shared.dozorPrisma?.$disconnect();
  await shared.dozorPool?.end();
  shared.dozorPool = undefined;
  shared.dozorPrisma = undefined;
}

/** Pushes the ticks, so many a second. @returns the most samples that were in memory at once */
async function collect(
  recorder: ReturnType<typeof createRecorder>,
  ticks: readonly number[],
  perSecond: number,
): Promise<number> {
  let most = 0;
  for (const tick of ticks) {
    for (const result of resultsAt(subject, tick)) recorder.push(result);
    most = Math.max(most, recorder.counts().held);
    if (tick % Math.ceil(perSecond / 20) === 0) await sleep(50);
  }
  return most;
}

const events = async () =>
  (await pool().query("SELECT type, severity, message, details FROM activity_events ORDER BY id")).rows;
const logged = async () => (await pool().query("SELECT level, message FROM system_log ORDER BY id")).rows;

describe("an outage of our database", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    server = await startTestServer();
  });
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "dozor-outage-"));
    provideEnv({ DATABASE_URL: await server.createDatabase(), ...TEST_ENVIRONMENT });
    subject = (await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id")).rows[0].id;
  });
  afterEach(async () => {
    await endPool();
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(() => server.stop());

  it("of 10 minutes, with a restart in the middle, costs nothing", async () => {
    const first = createRecorder(options());
    await first.start();
    await collect(first, range(0, 10), 20);
    await expect.poll(() => first.counts().waiting, patiently).toBe(0);
    await server.halt();
    await collect(first, range(10, 10 + minutes(5)), 60);
    const stopped = performance.now();
    await first.close();
    expect(performance.now() - stopped).toBeLessThan(4_000);
    expect(first.counts().held).toBe(0);
    const second = createRecorder(options());
    await second.start();
    await collect(second, range(10 + minutes(5), 10 + minutes(10)), 60);
    await server.resume();
    await second.recovered;
    await collect(second, range(10 + minutes(10), 20 + minutes(10)), 20);
    await expect.poll(() => second.counts(), patiently).toEqual({ waiting: 0, held: 0, delayed: 0, dropped: 0 });
    const ticks = range(0, 20 + minutes(10));
    expect(await checkCollection(subject, ticks)).toMatchObject({ missing: 0, strange: 0 });
    await second.close();
    expect(readdirSync(path.join(folder, "spool"))).toEqual([]);
  });

  it("of 2 hours costs nothing and no memory", async () => {
    const recorder = createRecorder(options());
    await recorder.start();
    await collect(recorder, range(0, 10), 20);
    await expect.poll(() => recorder.counts().waiting, patiently).toBe(0);
    await server.halt();
    const PER_SECOND = 250;
    const most = await collect(recorder, range(10, 10 + minutes(120)), PER_SECOND);
    await expect.poll(() => recorder.counts().held, patiently).toBe(0);
    const { waiting: samples, delayed } = recorder.counts();
    expect(delayed).toBe(samples);
    expect(samples).toBeGreaterThan(200_000);
    expect(most).toBeLessThan(samples / 2);
    const [own = ""] = readdirSync(path.join(folder, "spool"));
    const files = readdirSync(path.join(folder, "spool", own)).map((name) => path.join(folder, "spool", own, name));
    expect(files.every((file) => (statSync(file).mode & 0o077) === 0)).toBe(true);
    expect(statSync(path.join(folder, "spool")).mode & 0o077).toBe(0);
    await server.resume();
    await collect(recorder, range(10 + minutes(120), 20 + minutes(120)), 20);
    await expect.poll(() => recorder.counts().waiting, patiently).toBe(0);
    const ticks = range(0, 20 + minutes(120));
    expect(await checkCollection(subject, ticks)).toMatchObject({ missing: 0, strange: 0 });
    // It was an outage of seconds, but of what was kept somebody hears only when it lasted.
    expect((await events()).map(({ type }) => type)).not.toContain("samples_lost");
    await recorder.close();
  });

  it("is told with what was kept and lost where there was no room on the disk, and recovers", async () => {
    const disk = new MemoryDisk();
    const recorder = createRecorder(options({ files: disk.port }));
    await recorder.start();
    await server.halt();
    await collect(recorder, range(0, 60), 60);
    await expect.poll(() => recorder.counts().held, patiently).toBe(0);
    disk.capacity = disk.used;
    // More readings than memory holds.
    for (const tick of range(60, 20_100))
      for (const result of resultsAt(subject, tick, ["self"])) recorder.push(result);
    const { dropped, waiting } = recorder.counts();
    expect(dropped).toBeGreaterThan(0);
    await server.resume();
    await expect.poll(() => recorder.counts().waiting, patiently).toBe(0);
    expect(recorder.counts().dropped).toBe(dropped);
    const found = await checkCollection(subject, range(0, 20_100), ["self"]);
    expect(found).toMatchObject({ missing: dropped, strange: 0 });
    await expect.poll(async () => (await events()).length, patiently).toBe(1);
    const [event] = await events();
    expect(event).toMatchObject({ type: "samples_lost", severity: "error", details: { samples_lost: dropped } });
    expect(event.details.samples_kept).toBeLessThanOrEqual(waiting);
    expect((await logged()).map(({ level, message }) => `${level} ${message.slice(0, 22)}`)).toEqual([
      "error Samples began to be lo",
      "error Dozor's database was a",
    ]);
    await recorder.close();
  });

  it("keeps in memory what an unwritable folder does not take", async () => {
    const disk = new MemoryDisk();
    disk.refusal = "EROFS";
    const recorder = createRecorder(options({ files: disk.port }));
    await recorder.start();
    await server.halt();
    await collect(recorder, range(0, 100), 50);
    await server.resume();
    await expect.poll(() => recorder.counts(), patiently).toEqual({ waiting: 0, held: 0, delayed: 0, dropped: 0 });
    expect(await checkCollection(subject, range(0, 100))).toMatchObject({ missing: 0, strange: 0 });
    await recorder.close();
  });

  it("by silence reaches the spool as soon as one by refusal", async () => {
    const direct = pool();
    const proxy = await startFrozenProxy(
      (direct as unknown as { options: { connectionString: string } }).options.connectionString,
    );
    await endPool();
    provideEnv({ DATABASE_URL: proxy.url });
    const recorder = createRecorder(options());
    await recorder.start();
    await collect(recorder, range(0, 5), 20);
    await expect.poll(() => recorder.counts().waiting, patiently).toBe(0);
    proxy.freeze();
    await collect(recorder, range(5, 45), 20);
    await expect.poll(() => recorder.counts().held, { timeout: 3_000 }).toBe(0);
    const stopped = performance.now();
    await recorder.close();
    expect(performance.now() - stopped).toBeLessThan(4_000);
    proxy.thaw();
    const next = createRecorder(options());
    await next.start();
    await next.recovered;
    expect(await checkCollection(subject, range(0, 45))).toMatchObject({ missing: 0, strange: 0 });
    await next.close();
    await endPool();
    await proxy.stop();
  });

  it("is told when it lasted, even by the process that comes after it", async () => {
    const losses = createLosses();
    const outage = createOutage(losses);
    outage.failed(performance.now() - 9_000);
    expect(await outage.answered(100)).toBe(true);
    expect(await events()).toEqual([]);
    outage.failed(performance.now() - 600_000);
    const next = createLosses();
    next.inherit(losses.untold());
    const after = createOutage(next);
    after.resume();
    expect(await after.answered(4_321)).toBe(true);
    const details = { samples_kept: 4_321, samples_lost: 0, away_seconds: 600 };
    const message = "Dozor's database was away for 10 min; 4,321 samples kept, 0 lost";
    expect(await events()).toEqual([{ type: "database_back", severity: "warning", message, details }]);
    expect(await after.answered(0)).toBe(false);
  });

  it("lets what the database refuses block nothing", async () => {
    const recorder = createRecorder(options());
    await recorder.start();
    await server.halt();
    const kept = subject;
    for (const tick of range(0, 30)) {
      for (const owner of [kept, 2_000_000_000]) for (const result of resultsAt(owner, tick)) recorder.push(result);
      await sleep(100);
    }
    await server.resume();
    await expect.poll(() => recorder.counts(), patiently).toEqual({ waiting: 0, held: 0, delayed: 0, dropped: 0 });
    expect(await checkCollection(kept, range(0, 30))).toMatchObject({ missing: 0, strange: 0 });
    await recorder.close();
  });
});

describe("sentenceOf", () => {
  const kept = { lost: 0, lostSince: null, lostUntil: null, awayMs: 0 };
  it.each([
    [{ ...kept, awayMs: 12 * 60_000 }, "Dozor's database was away for 12 min; 1,200 samples kept, 0 lost"],
    [{ ...kept, awayMs: 45_400 }, "Dozor's database was away for 45 s; 1,200 samples kept, 0 lost"],
    [{ ...kept, awayMs: 7_260_000, lost: 5 }, "Dozor's database was away for 2 h 1 min; 1,200 samples kept, 5 lost"],
    [{ ...kept, lost: 7 }, "7 samples were lost: they came faster than Dozor's database took them"],
  ])("%o", (losses, sentence) => {
    expect(sentenceOf(losses, 1_200)).toBe(sentence);
  });
});
