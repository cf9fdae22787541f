// Watched servers that are away in every way, beside healthy ones: what is told of them, how soon, and once.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector } from "../../lib/collect/index";
import { phaseOf } from "../../lib/collect/schedule";
import { pool } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { serverByName } from "../../lib/fleet/queries";
import { systemActor } from "../../lib/users/permissions";
import { useDatabase } from "../support/database";
import { type FaultyRelay, type Manner, startFaultyRelay } from "../support/faulty-relay";
import { registerServer } from "../support/fleet";
import { makeFolder, removeFolder, until } from "./support";

const database = useDatabase();
const INTERVAL_MS = 5_000;
/** What a crowded machine adds. */
const CROWDED_MS = 4_000;
const HEALTHY = ["h1", "h2", "h3", "h4"];
const FAULTS: [Manner, string, string][] = [
  ["refuse", "down", "refused"],
  ["silent", "down", "timeout"],
  ["drop", "down", "unreachable"],
];
const ids = new Map<string, number>();
const relays = new Map<string, FaultyRelay>();
const folder = makeFolder();
let stop: () => Promise<void>;

const statusOf = async (name: string) => {
  const server = await serverByName(systemActor(), name);
  return [server?.status, server?.reason];
};
const entries = async (name: string) =>
  (
    await pool().query(
      "SELECT level || ' ' || (details->>'code') AS text, message FROM system_log WHERE server = $1 ORDER BY id",
      [name],
    )
  ).rows.map(({ text, message }) => text ?? message);

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder });
  await pool().query("INSERT INTO settings (key, value) VALUES ('collect_interval', '5')");
  for (const name of HEALTHY) ids.set(name, await registerServer(name, database.url));
  for (const name of [...FAULTS.map(([manner]) => manner), "slow"]) {
    const relay = await startFaultyRelay(database.url);
    relays.set(name, relay);
    ids.set(name, await registerServer(name, relay.url));
  }
  stop = await startCollector({ exclusive: true });
});
afterAll(async () => {
  await stop?.();
  for (const relay of relays.values()) await relay.stop();
  removeFolder(folder);
});

describe("servers that are away", () => {
  it("are told with their reason within two intervals, are up again by themselves, and each is told of once", async () => {
    for (const name of ids.keys()) await until(`${name} to be up`, async () => (await statusOf(name)).join() === "up,");
    const began = Date.now();
    for (const [name, relay] of relays) await relay.behave(name as Manner);
    const told = new Map<string, number>();
    await until("all to be down", async () => {
      for (const [name, status, reason] of FAULTS)
        if (!told.has(name) && (await statusOf(name)).join() === `${status},${reason}`)
          told.set(name, Date.now() - began);
      return told.size === FAULTS.length;
    });
    // A silent one is asked within an interval and given up after 5 s or 7 s, when it is known for sure.
    expect(told.get("refuse")).toBeLessThan(2 * INTERVAL_MS + CROWDED_MS);
    expect(told.get("drop")).toBeLessThan(2 * INTERVAL_MS + CROWDED_MS);
    expect(told.get("silent")).toBeLessThan(2 * INTERVAL_MS + 7_000 + CROWDED_MS);
    expect((await statusOf("slow"))[0]).toBe("up");
    await sleep(2_000);
    for (const [name, , reason] of FAULTS) expect(await entries(name), name).toEqual([`warning ${reason}`]);

    for (const relay of relays.values()) await relay.behave("well");
    for (const name of relays.keys())
      await until(`${name} to be up again`, async () => (await statusOf(name)).join() === "up,");
    await sleep(2_000);
    for (const [name, , reason] of FAULTS)
      expect(await entries(name), name).toEqual([`warning ${reason}`, `${name} answers again`]);
    for (const name of [...HEALTHY, "slow"]) expect(await entries(name), name).toEqual([]);
  });

  it("keep nobody else waiting: healthy servers are asked within a second of their time, all the while", async () => {
    for (const name of HEALTHY) {
      const id = ids.get(name) ?? 0;
      const { rows } = await pool().query<{ ts: string }>(
        `SELECT DISTINCT h.ts FROM sample_head h JOIN series_set s ON s.id = h.set_id
         WHERE s.subject = $1 AND s.probe = 'activity' ORDER BY h.ts`,
        [id],
      );
      // The first question of all is off the grid.
      const times = rows.slice(1).map(({ ts }) => Number(ts) - phaseOf(id, INTERVAL_MS));
      const late = times.map((time) => time % INTERVAL_MS);
      expect(Math.max(...late), `${name}: ${late.join()}`).toBeLessThan(1_000);
      const ticks = times.map((time) => Math.floor(time / INTERVAL_MS));
      const missing = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) + 1 - new Set(ticks).size;
      expect([name, missing, ticks.length > 3]).toEqual([name, 0, true]);
    }
  });
});
