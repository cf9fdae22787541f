import type { ServerResponse } from "node:http";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../../tests/support/database";
import { useServers } from "../../../tests/support/served";
import { pool } from "../../db";
import { pollDueSources } from "./turn";

useDatabase();
const serve = useServers();
beforeEach(() => pool().query("DELETE FROM stream_sources"));

/** Nobody listens there, unless an address is given. */
async function add({ name = "radio", url = "http://127.0.0.1:1", interval_seconds = 5, enabled = true }) {
  await pool().query("INSERT INTO stream_sources (name, url, interval_seconds, enabled) VALUES ($1, $2, $3, $4)", [
    ...[name, url, interval_seconds, enabled],
  ]);
}

describe("the turn of polls", () => {
  const NOW = Date.parse("2026-11-22T12:00:00Z");
  const at = (seconds: number) => new Date(NOW + seconds * 1_000);
  const polledAt = async () => {
    const { rows } = await pool().query("SELECT name, polled_at FROM stream_sources ORDER BY name");
    return rows.map(({ name, polled_at }) => [name, polled_at && (polled_at.getTime() - NOW) / 1_000]);
  };

  const failed = (failures: Record<string, number>) =>
    vi.waitFor(async () => {
      const { rows } = await pool().query("SELECT name, failures FROM stream_sources");
      expect(Object.fromEntries(rows.map(({ name, failures }) => [name, failures]))).toEqual(failures);
    }, 10_000);

  it("asks each source at its own pace, once, and tells when the next one is due", async () => {
    await add({ name: "a" });
    await add({ name: "b", interval_seconds: 60 });
    await add({ name: "c", interval_seconds: 1, enabled: false });
    expect(await pollDueSources(at(0))).toBe(1_000);
    expect(await polledAt()).toEqual([
      ["a", 0],
      ["b", 0],
      ["c", null],
    ]);
    await failed({ a: 1, b: 1, c: 0 });
    expect(await pollDueSources(at(4.6))).toBe(400);
    await Promise.all([pollDueSources(at(5)), pollDueSources(at(5))]);
    expect(await polledAt()).toEqual([
      ["a", 5],
      ["b", 0],
      ["c", null],
    ]);
    await failed({ a: 2, b: 1, c: 0 });
  });

  it("goes on where a clock was set back", async () => {
    await add({});
    await pollDueSources(at(86_400));
    await failed({ radio: 1 });
    await pollDueSources(at(0));
    expect(await polledAt()).toEqual([["radio", 0]]);
  });

  it("does not wait for a server that is silent, and asks it only once at a time", async () => {
    const asked: ServerResponse[] = [];
    const held = await serve((_, response) => asked.push(response));
    await add({ url: held, interval_seconds: 1 });
    const began = performance.now();
    await pollDueSources(at(0));
    // One that is asked already is not waited for.
    expect(await pollDueSources(at(2))).toBe(1_000);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(await polledAt()).toEqual([["radio", 0]]);
    await vi.waitFor(() => expect(asked).toHaveLength(1), 10_000);
    asked[0]?.destroy();
    await failed({ radio: 1 });
    await pollDueSources(at(4));
    await vi.waitFor(() => expect(asked).toHaveLength(2), 10_000);
  });
});
