import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { releaseLeases } from "./lease";
import { createStreams, type Part } from "./streams";

useDatabase();
const open: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  await pool().query("DELETE FROM lease");
});
afterEach(async () => {
  for (const streams of open.splice(0)) await streams.stop();
});

/** An instance that does these parts. */
function instance(holder: string, parts: Record<string, Part>) {
  const made = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, () => part]));
  const streams = createStreams(holder, made);
  open.push(streams);
  return { ...streams, ended: streams.run() };
}

const counting =
  <Name extends string>(turns: Record<Name, number>, name: Name): Part =>
  async () => {
    turns[name] += 1;
    return undefined;
  };

describe("the work about streams", () => {
  it("is done by one of two instances, and by the other when that one leaves", async () => {
    const turns = { one: 0, two: 0 };
    const one = instance("one", { turn: counting(turns, "one") });
    await expect.poll(() => turns.one).toBeGreaterThan(0);
    await instance("two", { turn: counting(turns, "two") }).ended;
    expect(turns.two).toBe(0);
    await one.stop();
    await releaseLeases("one");
    const after = turns.one;
    instance("two", { turn: counting(turns, "two") });
    await expect.poll(() => turns.two).toBeGreaterThan(0);
    expect(turns.one).toBe(after);
  });

  it("goes on in all other parts while one fails or waits", async () => {
    const turns = { failing: 0, quick: 0 };
    let release = (): void => {};
    const stuck = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    instance("one", {
      failing: async () => {
        turns.failing += 1;
        throw new Error("never works");
      },
      stuck: () => stuck,
      quick: async () => {
        turns.quick += 1;
        return 0;
      },
    });
    await expect.poll(() => Math.min(turns.failing, turns.quick), { timeout: 10_000 }).toBeGreaterThan(1);
    release();
  });

  it("tells a part since when it has gone on: whoever failed was not there", async () => {
    const turns: { at: number; since: number }[] = [];
    instance("one", {
      turn: async (goingOnForMs) => {
        const at = performance.now();
        turns.push({ at, since: at - goingOnForMs });
        if (turns.length === 2) throw new Error("the database is away");
        return 0;
      },
    });
    await expect.poll(() => turns.length, { timeout: 10_000 }).toBeGreaterThan(2);
    const [first, failed, after] = turns;
    expect(failed?.since).toBeLessThan(first?.at ?? 0);
    expect(after?.since).toBeGreaterThan(failed?.at ?? 0);
  });

  it("asks a single thing while nobody has streams, and begins as soon as there are some", async () => {
    const asked = vi.spyOn(pool(), "query");
    const texts = () => asked.mock.calls.map(([query]) => String((query as { text?: string }).text ?? query));
    const looked = () => texts().filter((text) => text.startsWith("SELECT EXISTS (SELECT FROM channels)")).length;
    const streams = createStreams("idle");
    open.push(streams);
    void streams.run();
    await expect.poll(looked, { timeout: 10_000 }).toBeGreaterThan(2);
    expect(texts().filter((text) => /channels|stream_|clock_timestamp/.test(text))).toHaveLength(looked());
    await pool().query("INSERT INTO stream_sources (name, url) VALUES ('radio', 'http://localhost:1')");
    const polled = async () => {
      const { rows } = await pool().query("SELECT polled_at FROM stream_sources");
      return rows[0]?.polled_at;
    };
    await expect.poll(polled, { timeout: 10_000 }).not.toBeNull();
    await pool().query("DELETE FROM stream_sources");
    asked.mockRestore();
  });

  it("is woken when something is due sooner", async () => {
    const turns = { one: 0 };
    instance("one", { turn: counting(turns, "one") });
    await expect.poll(() => turns.one).toBeGreaterThan(0);
    const before = turns.one;
    // Far more turns than one a second gives in that time.
    await expect
      .poll(
        async () => {
          await pool().query("SELECT pg_notify('dozor_stream_due', '')");
          await sleep(20);
          return turns.one - before;
        },
        { interval: 10, timeout: 3_000 },
      )
      .toBeGreaterThan(15);
  });
});
