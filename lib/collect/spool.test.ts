import { createHash } from "node:crypto";
import { performance } from "node:perf_hooks";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { MemoryDisk } from "../../tests/support/memory-files";
import type { SampleBatch } from "../metrics/write";
import { createLosses } from "./losses";
import { createSpool, type SpoolOptions } from "./spool";

const FOLDER = "/spool";
/** A batch of 10 samples that compresses badly, so that sizes are like those of real ones. */
const batchOf = (tick: number): SampleBatch => ({
  subject: 2,
  probe: "cpu",
  ts: tick * 5_000,
  rows: [{ labels: { key: createHash("sha256").update(String(tick)).digest("hex") }, values: valuesOf(tick) }],
});
const valuesOf = (tick: number) => Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`m${i}`, tick + i / 8]));

function open(disk: MemoryDisk, over: Partial<SpoolOptions> = {}) {
  const losses = createLosses();
  const options = { folder: FOLDER, maxBytes: 1_000_000, database: "ours", exclusive: false, files: disk.port };
  return { losses, spool: createSpool({ ...options, ...over }, losses) };
}

/** Everything that waits, in the order in which it comes. */
async function drain(spool: ReturnType<typeof createSpool>): Promise<number[]> {
  const ticks: number[] = [];
  while (spool.waiting() > 0) {
    const piece = await spool.read();
    if (!piece) continue;
    for (const batch of piece.batches) {
      expect(batch).toEqual(batchOf(batch.ts / 5_000));
      ticks.push(batch.ts / 5_000);
    }
    await spool.done(piece);
  }
  return ticks;
}

const range = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

describe("spool", () => {
  it("gives back what it was given, in order, and leaves nothing behind", async () => {
    const disk = new MemoryDisk();
    const { spool, losses } = open(disk, { maxBytes: 20_000_000 });
    await spool.start();
    for (const tick of range(500)) await spool.append([batchOf(tick)]);
    expect(spool.waiting()).toBe(5_000);
    expect(await drain(spool)).toEqual(range(500));
    await spool.append([batchOf(500)]);
    expect(await drain(spool)).toEqual([500]);
    expect(losses.total()).toBe(0);
    await spool.close();
    expect([...disk.files.keys(), ...disk.folders.keys()]).toEqual([FOLDER]);
  });

  it("reads records that are larger than what it reads at once", async () => {
    const disk = new MemoryDisk();
    const { spool } = open(disk, { maxBytes: 100_000_000 });
    await spool.append(range(20_000).map(batchOf));
    await spool.append([batchOf(20_000)]);
    expect(disk.used).toBeGreaterThan(1_048_576);
    expect(await drain(spool)).toEqual(range(20_001));
  });

  it("gives up the oldest when there is no room, and counts them", async () => {
    const disk = new MemoryDisk();
    const { spool, losses } = open(disk, { maxBytes: 50_000 });
    for (const tick of range(1_000)) await spool.append([batchOf(tick)]);
    expect(disk.used).toBeLessThan(55_000);
    const lost = losses.total() / 10;
    expect(lost).toBeGreaterThan(100);
    expect(await drain(spool)).toEqual(range(1_000 - lost, lost));
  });

  it("passes over segments that were written down, and that a power failure brought back", async () => {
    const disk = new MemoryDisk();
    const { spool } = open(disk, { maxBytes: 32_000 });
    for (const tick of range(60)) await spool.append([batchOf(tick)]);
    const before = new Map(disk.files);
    for (let pieces = 0; pieces < 6; pieces += 1) {
      const piece = await spool.read();
      if (piece) await spool.done(piece);
    }
    const left = spool.waiting();
    expect(disk.files.size).toBeLessThan(before.size - 2);
    for (const [name, entry] of before) if (!disk.files.has(name)) disk.files.set(name, entry);
    const { spool: next, losses } = open(disk.after("kill"), { maxBytes: 32_000, exclusive: true });
    await next.start();
    expect(next.waiting()).toBe(left);
    const ticks: number[] = [];
    for (let pieces = 0; next.waiting() > 0 && pieces < 100; pieces += 1) {
      const piece = await next.read();
      if (!piece) continue;
      ticks.push(...piece.batches.map(({ ts }) => ts / 5_000));
      await next.done(piece);
    }
    expect(ticks).toEqual(range(left / 10, 60 - left / 10));
    expect(losses.total()).toBe(0);
  });

  describe.each(["kill", "power failure"] as const)("after a %s at any step", (what) => {
    /** Ticks that are safe in the spool, in the database, and those that the spool was told of. */
    const ledger = () => ({ kept: [] as number[], written: [] as number[], done: [] as number[] });

    async function work(
      disk: MemoryDisk,
      from: number,
      { kept, written, done }: ReturnType<typeof ledger>,
    ): Promise<void> {
      const { spool } = open(disk, { maxBytes: 32 * 1_000, exclusive: true });
      await spool.start();
      for (const tick of range(12, from)) {
        await spool.append([batchOf(tick)]);
        kept.push(tick);
      }
      for (let left = 2; left > 0; left -= 1) {
        const piece = await spool.read();
        if (!piece) break;
        const ticks = piece.batches.map(({ ts }) => ts / 5_000);
        written.push(...ticks);
        await spool.done(piece);
        done.push(...ticks);
      }
      for (const tick of range(4, from + 12)) {
        await spool.append([batchOf(tick)]);
        kept.push(tick);
      }
      await spool.close();
    }

    it("loses nothing that it took, in order, and repeats only what was being written down", async () => {
      let complete = false;
      for (let stopAt = 1; !complete; stopAt += 1) {
        const first = new MemoryDisk();
        first.stopAt = stopAt;
        const book = ledger();
        complete = await Promise.race([first.stopped.then(() => false), work(first, 0, book).then(() => true)]);
        // The one that comes after it may end as suddenly.
        const second = first.after(what);
        second.stopAt = 1 + (stopAt % 17);
        await Promise.race([second.stopped, work(second, 100, book)]);
        const third = second.after(what);
        const { spool, losses } = open(third, { exclusive: true });
        await spool.start();
        const found = await drain(spool);
        const message = `stopped at ${stopAt}`;
        const reached = new Set([...found, ...book.written]);
        expect(
          book.kept.filter((tick) => !reached.has(tick)),
          message,
        ).toEqual([]);
        if (what === "kill")
          expect(
            found.filter((tick) => book.done.includes(tick)),
            message,
          ).toEqual([]);
        expect(found, message).toEqual(found.toSorted((a, b) => a - b));
        expect(new Set(found).size, message).toBe(found.length);
        expect(losses.total(), message).toBe(0);
        await spool.close();
        expect([...third.files.keys()], message).toEqual([]);
      }
    });
  });

  it("survives any damage to its files: never throws, gives what is whole, and counts the rest", async () => {
    const damage = fc.record({ file: fc.nat(), at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), fc.boolean(), async (wounds, cut) => {
        const disk = new MemoryDisk();
        const before = open(disk, { maxBytes: 32 * 700 });
        for (const tick of range(20)) await before.spool.append([batchOf(tick)]);
        for (const { file, at, bytes } of wounds) {
          const entries = [...disk.files.values()];
          const entry = entries[file % entries.length];
          if (!entry) continue;
          const place = at % entry.bytes.length;
          Buffer.from(bytes).copy(entry.bytes, place);
          if (cut) entry.bytes = entry.bytes.subarray(0, place);
        }
        const { spool, losses } = open(disk, { exclusive: true });
        await spool.start();
        const found = await drain(spool);
        expect(found).toEqual(found.toSorted((a, b) => a - b));
        expect(new Set(found).size).toBe(found.length);
        expect(found.length + losses.total() / 10).toBeLessThanOrEqual(20);
        await spool.append([batchOf(20)]);
        expect(await drain(spool)).toEqual([20]);
      }),
      { numRuns: 200 },
    );
  });

  it("takes nothing while the disk is full or cannot be written to, and goes on where it was", async () => {
    const disk = new MemoryDisk();
    const { spool, losses } = open(disk);
    for (const tick of range(5)) await spool.append([batchOf(tick)]);
    disk.capacity = disk.used + 100;
    await expect(spool.append([batchOf(5)])).rejects.toMatchObject({ code: "ENOSPC" });
    expect(spool.waiting()).toBe(50);
    disk.refusal = "EROFS";
    await expect(spool.append([batchOf(5)])).rejects.toMatchObject({ code: "EROFS" });
    disk.refusal = undefined;
    disk.capacity = Number.POSITIVE_INFINITY;
    await spool.append([batchOf(5)]);
    expect(await drain(spool)).toEqual(range(6));
    expect(losses.total()).toBe(0);
  });

  it("hands over losses that nobody was told of", async () => {
    const disk = new MemoryDisk();
    const before = open(disk);
    await before.spool.append([batchOf(0)]);
    before.losses.lose(7);
    before.losses.away(60_000);
    // Even a full disk takes them: their room was taken at the beginning.
    disk.capacity = 0;
    await before.spool.keepLosses();
    await before.spool.close();
    const { spool, losses } = open(disk, { exclusive: true });
    await spool.start();
    expect(losses.untold()).toMatchObject({ lost: 7, awayMs: 60_000 });
    expect(await drain(spool)).toEqual([0]);
    losses.told(losses.untold());
    await spool.keepLosses();
    await spool.close();
    expect([...disk.files.keys()]).toEqual([]);
  });

  it("leaves samples of another database where they are", async () => {
    const disk = new MemoryDisk();
    const before = open(disk, { database: "another" });
    await before.spool.append([batchOf(0)]);
    await before.spool.close();
    const ours = open(disk, { exclusive: true });
    await ours.spool.start();
    expect(ours.spool.waiting()).toBe(0);
    const theirs = open(disk, { database: "another", exclusive: true });
    await theirs.spool.start();
    expect(await drain(theirs.spool)).toEqual([0]);
  });

  it("adopts what an owner elsewhere left once it has been silent for a minute, never before", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
    const pass = (ms: number) => {
      now += ms;
      return vi.advanceTimersByTimeAsync(ms);
    };
    const disk = new MemoryDisk();
    const elsewhere = open(disk);
    await elsewhere.spool.append([batchOf(0)]);
    const [own] = await disk.port.list(FOLDER);
    const theirs = `${FOLDER}/0123456789ab.1.1.01234567`;
    await disk.port.rename(`${FOLDER}/${own}`, theirs);
    const { spool } = open(disk);
    await spool.start();
    for (const _ of range(30)) {
      await disk.port.touch(theirs);
      await pass(5_000);
    }
    expect(spool.waiting()).toBe(0);
    for (const _ of range(14)) await pass(5_000);
    clock.mockRestore();
    vi.useRealTimers();
    expect(await drain(spool)).toEqual([0]);
    await spool.close();
  });
});
