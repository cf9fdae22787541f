import { expect, it, vi } from "vitest";
import { useFrozenProxy } from "../../tests/support/frozen-proxy";
import { pool } from "../db";
import { transaction } from "./transaction";

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
