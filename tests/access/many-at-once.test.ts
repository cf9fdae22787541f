// One client that asks for history hundreds of times at once: it waits for itself, and others do not.
import { expect, it } from "vitest";
import { pool } from "../../lib/db";
import { analyse } from "../../lib/fleet/analysis";
import { databaseHistory, serverHistory } from "../../lib/fleet/server-history";
import { systemActor } from "../../lib/users/permissions";
import { useDatabase } from "../support/database";
import { serverWith } from "../support/database-history";

useDatabase();
const client = { ...systemActor(), kind: "user", userId: "vera", role: "viewer" } as const;
const CENTURY = { start_date: Date.UTC(2010, 0), end_date: Date.UTC(2029, 0) };

it.each<[string, (server: string, at: number) => Promise<unknown>]>([
  ["a server", (server) => serverHistory(client, { server, ...CENTURY })],
  ["a database", (server, at) => databaseHistory(client, { server, database: `no ${at}`, ...CENTURY })],
])("history of %s", async (_, ask) => {
  const { name } = await serverWith({ databases: [] });
  const asked = Array.from({ length: 150 }, (_, at) =>
    ask(name, at).then(
      () => "",
      (error) => error.code,
    ),
  );
  await new Promise(setImmediate);
  expect(pool().waitingCount).toBeLessThan(5);
  const began = performance.now();
  await analyse({ ...client, userId: "boris" }, name);
  const waited = performance.now() - began;
  const codes = await Promise.all(asked);
  expect(codes.filter((code) => code === "too_many_requests")).toHaveLength(48);
  expect(codes.filter((code) => code === "unavailable")).toEqual([]);
  expect(waited).toBeLessThan(2_000);
});
