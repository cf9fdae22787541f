import { expect, it, vi } from "vitest";
import { useFrozenProxy } from "../../tests/support/frozen-proxy";
import { pool } from "../db";
import { session, transaction } from "./transaction";

const frozen = useFrozenProxy();

it("does not wait long a second time to roll back what never answered", async () => {
  await pool().query("SELECT 1");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let begun = () => {};
  const asking = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const asked = transaction(async (client) => {
    frozen.proxy.freeze();
    const answer = client.query("SELECT 1");
    begun();
    await answer;
  }).catch((error: Error) => error.message);
  await asking;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(await asked).toMatch(/timeout/i);
  vi.useRealTimers();
  await expect.poll(() => pool().totalCount).toBe(0);
});

it.each([
  ["transaction", transaction],
  ["session", session],
])("a connection lost between two statements of a %s fails the next one, and not the process", async (_, run) => {
  const failed = run(async (client) => {
    const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
    const ended = new Promise((resolve) => client.once("end", resolve));
    await pool().query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
    await ended;
    await client.query("SELECT 1");
  });
  await expect(failed).rejects.toThrow(/connection|terminat/i);
  expect((await pool().query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});
