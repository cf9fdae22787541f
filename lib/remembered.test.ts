// What is remembered of our database's answers: bounded, for seconds, and dropped by a notification.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../tests/support/database";
import { pool } from "./db";
import { hearChanges, Remembered, remembered } from "./remembered";

useDatabase();
let stop: () => Promise<void>;
let asked = 0;
const options = { channel: "dozor_servers", maxAgeMs: 60_000, most: 3 };
const names = remembered<string>("names of a test", options);
const ask = (key: string) =>
  names.get(key, async () => {
    asked++;
    return key === "none" ? null : { value: `${key} ${asked}`, about: key };
  });
const notify = (payload: string, channel = "dozor_servers") =>
  pool().query("SELECT pg_notify($1, $2)", [channel, payload]);
const asks = async (key: string) => {
  const before = asked;
  await ask(key);
  return asked > before;
};

beforeAll(async () => {
  stop = await hearChanges();
});
beforeEach(() => names.drop());
afterAll(() => stop());

describe("remembered answers", () => {
  it("are asked for once, until the database tells of a change of what they are about", async () => {
    await Promise.all([ask("a"), ask("b")]);
    expect([await asks("a"), await asks("b")]).toEqual([false, false]);
    await notify("a");
    await expect.poll(() => asks("a")).toBe(true);
    expect(await asks("b")).toBe(false);
    await notify("b", "dozor_sessions");
    await notify("c");
    await expect.poll(() => names.size).toBe(2);
    expect([await asks("a"), await asks("b")]).toEqual([false, false]);
  });

  it("are never more than the bound, and none where there was nothing", async () => {
    for (const key of ["a", "b", "c", "d"]) await ask(key);
    expect(names.size).toBe(3);
    expect(await asks("a")).toBe(true);
    expect([await asks("none"), await asks("none")]).toEqual([true, true]);
  });

  it("are not kept when a change came while they were asked for", async () => {
    const value = await names.get("a", async () => {
      names.drop("dozor_servers", "a");
      return { value: "from before", about: "a" };
    });
    expect([value, await asks("a"), await asks("a")]).toEqual(["from before", true, false]);
  });

  it("are asked for once by all who want them at the same time, and anew after a change", async () => {
    let answer = (_: { value: string; about: string }) => {};
    const slow = () =>
      new Promise<{ value: string; about: string }>((resolve) => {
        asked++;
        answer = resolve;
      });
    const before = asked;
    const first = Array.from({ length: 20 }, () => names.get("a", slow));
    expect(asked - before).toBe(1);
    const old = answer;
    names.drop("dozor_servers", "b");
    const later = names.get("a", slow);
    expect(asked - before).toBe(2);
    old({ value: "old", about: "a" });
    answer({ value: "new", about: "a" });
    expect(new Set(await Promise.all(first))).toEqual(new Set(["old"]));
    expect([await later, await asks("a")]).toEqual(["new", false]);
  });

  it("grow old", async () => {
    const brief = new Remembered<number>({ ...options, maxAgeMs: 30 });
    const get = () => brief.get("a", async () => ({ value: asked++, about: "a" }));
    const first = await get();
    expect(await get()).toBe(first);
    await new Promise((done) => setTimeout(done, 40));
    expect(await get()).not.toBe(first);
  });

  it("are none while changes are not heard of, and what was known before is forgotten", async () => {
    await ask("a");
    await pool().query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dozor-listen' AND datname = current_database()",
    );
    await expect.poll(() => names.size).toBe(0);
    expect([await asks("a"), await asks("a")]).toEqual([true, true]);
    await expect.poll(async () => (await asks("a")) || (await asks("a")), { timeout: 5_000, interval: 50 }).toBe(false);
    await stop();
    expect([await asks("a"), await asks("a")]).toEqual([true, true]);
    stop = await hearChanges();
  });
});
