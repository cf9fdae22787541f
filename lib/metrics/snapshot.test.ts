import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { inSnapshot } from "./snapshot";

useDatabase();

describe("inSnapshot", () => {
  it("leaves connections to others, however many read", async () => {
    let answer = () => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let began = 0;
    const reads = Array.from({ length: 20 }, () =>
      inSnapshot(async (client) => {
        began += 1;
        await slow;
        await client.query("SELECT 1");
      }),
    );
    await expect.poll(() => began).toBe(4);
    await pool().query("SELECT 1");
    expect(pool().totalCount - pool().idleCount).toBe(4);
    answer();
    await Promise.all(reads);
    expect(began).toBe(20);
  });
});
