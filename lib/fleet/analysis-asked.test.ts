import { describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { serverWith } from "../../tests/support/database-history";
import { pool } from "../db";
import { systemActor } from "../users/permissions";
import { analyse } from "./analysis";

useDatabase();
const actor = systemActor();

describe("analyse()", () => {
  it("computes once for all who ask at once", async () => {
    const { name } = await serverWith({
      databases: [{ name: "shop", readings: [{ ts: Date.now(), clients: 0, sessions: 10, rows_written: 100 }] }],
    });
    await analyse(actor, name);
    const original = pool().query.bind(pool()) as (text: string, values: unknown[]) => Promise<unknown>;
    // Slow enough for all to have asked before the first is answered.
    const query = vi.spyOn(pool(), "query").mockImplementation((async (text: string, values: unknown[]) => {
      if (String(text).includes("FROM server_databases")) await new Promise((resolve) => setTimeout(resolve, 1_000));
      return original(text, values);
    }) as never);
    const asked = async (times: number) => {
      query.mockClear();
      const found = await Promise.all(Array.from({ length: times }, () => analyse(actor, name)));
      for (const one of found) expect(one).toEqual(found[0]);
      return query.mock.calls.filter(([text]) => String(text).includes("server_databases")).length;
    };
    expect([await asked(1), await asked(20)]).toEqual([1, 1]);
    query.mockRestore();
  });

  it("computes two of one person's at once, so that others are not kept waiting", async () => {
    const names: string[] = [];
    for (let i = 0; i < 5; i++) names.push((await serverWith({ databases: [] })).name);
    const viewer = { ...actor, kind: "user", userId: "vera", role: "viewer" } as const;
    const original = pool().query.bind(pool()) as (text: string, values: unknown[]) => Promise<unknown>;
    let running = 0;
    let most = 0;
    const query = vi.spyOn(pool(), "query").mockImplementation((async (text: string, values: unknown[]) => {
      const isFirst = String(text).includes("FROM server_databases");
      if (isFirst) most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, isFirst ? 20 : 0));
      if (isFirst) running -= 1;
      return original(text, values);
    }) as never);
    await Promise.all(names.map((name) => analyse(viewer, name)));
    query.mockRestore();
    expect(most).toBe(2);
  });

  it("is for whoever may read servers, of servers that there are", async () => {
    await expect(analyse(null, "x")).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(analyse(actor, "no\0such")).rejects.toMatchObject({ code: "not_found" });
    await expect(analyse(actor, "no such")).rejects.toMatchObject({ code: "not_found" });
  });
});
