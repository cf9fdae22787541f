import { describe, expect, it, onTestFinished, vi } from "vitest";
import { useFrozenProxy } from "../tests/support/frozen-proxy";
import { likePattern, listen, pool } from "./db";

const frozen = useFrozenProxy();
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => "answered",
    (error: Error) => error.message,
  );
const holdTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });

describe("pool", () => {
  it("gives up on a database that neither answers nor closes, and then asks over another connection", async () => {
    await pool().query("SELECT 1");
    frozen.proxy.freeze();
    holdTimers();
    const asked = outcomeOf(pool().query("SELECT 1"));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await asked).toMatch(/timeout/i);
    vi.useRealTimers();
    await expect.poll(() => pool().totalCount).toBe(0);
    frozen.proxy.thaw();
    expect((await pool().query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  it("lets nobody wait long for a connection", async () => {
    const taken = await Promise.all(Array.from({ length: 10 }, () => pool().connect()));
    holdTimers();
    const asked = outcomeOf(pool().query("SELECT 1"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await asked).toMatch(/timeout/i);
    for (const client of taken) client.release();
  });
});

describe("listen", () => {
  const notify = () => pool().query("SELECT pg_notify('test_channel', 'news')");

  it("tells what is notified, until it is stopped", async () => {
    const told: string[] = [];
    const stop = await listen("test_channel", (payload) => told.push(payload));
    await notify();
    await expect.poll(() => told).toEqual(["news"]);
    await stop();
    await expect.poll(() => frozen.proxy.connections()).toBe(1);
  });

  it("notices within a minute that its connection has fallen silent, and tells what may have been missed", async () => {
    holdTimers();
    const told: string[] = [];
    const missed = vi.fn();
    const stop = await listen("test_channel", (payload) => told.push(payload), missed);
    onTestFinished(() => stop());
    frozen.proxy.freeze();
    await vi.advanceTimersByTimeAsync(50_000);
    frozen.proxy.thaw();
    await expect
      .poll(() => vi.advanceTimersByTimeAsync(100).then(() => missed.mock.calls.length), { timeout: 5_000 })
      .toBe(1);
    vi.useRealTimers();
    await notify();
    await expect.poll(() => told).toEqual(["news"]);
  });

  it("does not wait for ever for a server that accepts and says nothing", async () => {
    frozen.proxy.freeze();
    holdTimers();
    const listening = outcomeOf(listen("test_channel", () => {}).then((stop) => stop()));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await listening).toBe("answered");
  });

  it("can be stopped while the server is silent", async () => {
    const stop = await listen("test_channel", () => {});
    frozen.proxy.freeze();
    holdTimers();
    const stopping = outcomeOf(stop());
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await stopping).toBe("answered");
  });
});

describe("likePattern", () => {
  it.each([
    ["100%", "100% sure", "1000 sure"],
    ["a_b", "xa_bx", "axb"],
    ["c:\\d", "in C:\\D.txt", "in C:D.txt"],
    ["", "anything", null],
  ])("finds %j in %j, not in %j", async (text, holding, other) => {
    const sql = "SELECT $1::text ILIKE $3 AS holding, $2::text ILIKE $3 AS other";
    const { rows } = await pool().query(sql, [holding, other, likePattern(text)]);
    expect(rows).toEqual([{ holding: true, other: other === null ? null : false }]);
  });
});
