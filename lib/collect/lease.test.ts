import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { claimServers, dropForeignLeases, releaseLeases, releaseServers, takeShare } from "./lease";

useDatabase();

const expire = (holder: string) =>
  pool().query("UPDATE lease SET until = now() - interval '1 s' WHERE holder = $1", [holder]);

describe("leases", () => {
  beforeEach(async () => {
    await pool().query("DELETE FROM lease");
  });

  it("gives each server to one instance, whoever asks at the same time", async () => {
    const servers = Array.from({ length: 40 }, (_, index) => index + 2);
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((holder) => claimServers(holder, servers)));
    const owned = [...(a ?? []), ...(b ?? []), ...(c ?? [])];
    expect(owned.sort((x, y) => x - y)).toEqual(servers);
  });

  it("keeps a server with its holder until the lease runs out, then lets another take it", async () => {
    expect([...(await claimServers("a", [2]))]).toEqual([2]);
    expect([...(await claimServers("b", [2]))]).toEqual([]);
    expect([...(await claimServers("a", [2]))]).toEqual([2]);
    await expire("a");
    expect([...(await claimServers("b", [2]))]).toEqual([2]);
    expect([...(await claimServers("a", [2]))]).toEqual([]);
  });

  it("is given back at a stop, and taken from the dead by one that is alone", async () => {
    await claimServers("a", [2, 3]);
    await releaseLeases("a");
    expect((await claimServers("b", [2, 3])).size).toBe(2);
    await dropForeignLeases("c");
    expect((await claimServers("c", [2, 3])).size).toBe(2);
  });
});

describe("the share of an instance", () => {
  const SERVERS = [2, 3, 4, 5, 6, 7, 8];
  const take = (holder: string, servers = SERVERS) => takeShare(holder, { servers, beside: [1] });
  /** As an instance does it: gives its surplus back once nobody asks it. */
  async function turn(holder: string, servers = SERVERS): Promise<number[]> {
    const { owned, surplus } = await take(holder, servers);
    if (surplus.length > 0) await releaseServers(holder, surplus);
    return [...owned].filter((server) => server !== 1);
  }
  beforeEach(async () => {
    await pool().query("DELETE FROM lease");
  });

  it("is everything for one that is alone, and fair for several, who give back what is too much", async () => {
    expect(await turn("a")).toEqual(SERVERS);
    expect(await turn("b")).toEqual([]);
    expect(await turn("a")).toHaveLength(4);
    expect(await turn("b")).toHaveLength(3);
    expect(await turn("c")).toEqual([]);
    const three = [await turn("a"), await turn("b"), await turn("c")];
    expect(three.map((one) => one.length)).toEqual([3, 3, 1]);
    expect(three.flat().sort()).toEqual(SERVERS);
  });

  it("keeps what is to be given back until it is, and takes none of it again meanwhile", async () => {
    await take("a");
    await take("b");
    const { owned, surplus } = await take("a");
    expect([owned.size, surplus.length]).toEqual([5, 3]);
    expect(await turn("b")).toEqual([]);
    const leaving = new Set(surplus);
    const again = await takeShare("a", { servers: SERVERS, beside: [1], leaving });
    expect([again.owned.size, again.surplus]).toEqual([5, []]);
    await releaseServers("a", surplus);
    expect((await turn("b")).sort()).toEqual([...surplus].sort());
  });

  it("gives back servers that are not watched any more", async () => {
    await turn("a");
    const { owned, surplus } = await take("a", [2, 3]);
    expect([[...owned], surplus]).toEqual([
      [1, 2, 3],
      [4, 5, 6, 7, 8],
    ]);
  });

  it("grows when another instance dies, and says when it is time to look", async () => {
    await turn("a");
    await turn("b");
    await turn("a");
    await turn("b");
    const { lookAgainMs } = await take("b");
    expect(lookAgainMs).toBeGreaterThan(26_000);
    expect(lookAgainMs).toBeLessThan(28_100);
    await expire("a");
    expect((await turn("b")).sort()).toEqual(SERVERS);
  });

  it("leaves each server to one instance and comes to rest with all of them shared, whoever comes, goes, and dies", async () => {
    const step = fc.record({
      who: fc.constantFrom("a", "b", "c", "d"),
      what: fc.constantFrom("turn", "turn", "die", "stop"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        await pool().query("DELETE FROM lease");
        const holds = new Map<string, number[]>();
        for (const { who, what } of steps) {
          if (what === "turn") holds.set(who, await turn(who));
          if (what === "die") await expire(who);
          if (what === "stop") await releaseLeases(who);
          if (what !== "turn") holds.delete(who);
          const all = [...holds.values()].flat();
          expect(new Set(all).size).toBe(all.length);
        }
        const alive = [...holds.keys(), "z"];
        for (let round = 0; round < 3; round += 1) for (const who of alive) holds.set(who, await turn(who));
        expect([...holds.values()].flat().sort()).toEqual(SERVERS);
        for (const who of alive) expect(holds.get(who)?.length).toBeLessThanOrEqual(Math.ceil(7 / alive.length));
      }),
      { numRuns: 12 },
    );
  });
});
