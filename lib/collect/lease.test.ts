import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { claimServers, dropForeignLeases, releaseLeases } from "./lease";

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
