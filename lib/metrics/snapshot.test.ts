import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { inSnapshot, readAtOnce } from "./snapshot";

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

describe("readAtOnce", () => {
  const reading = (name: string, text: string) => ({ name, text, values: [] });

  it("converts rows while the database is still at the next ones", async () => {
    const arrivals: number[] = [];
    const began = performance.now();
    // Longer than what PostgreSQL collects before it sends.
    const rows = await readAtOnce<{ n: number; filler: string }, number>(
      reading(
        "slowly",
        "SELECT n, repeat('x', 20000) AS filler, CASE n WHEN 3 THEN pg_sleep(1) END FROM (VALUES (1), (2), (3)) AS of (n)",
      ),
      ({ n }) => {
        arrivals.push(performance.now() - began);
        return n;
      },
    );
    expect(rows).toEqual([1, 2, 3]);
    const [first = 0, , third = 0] = arrivals;
    expect(third - first).toBeGreaterThan(500);
  });

  it("tells what went wrong with a row, and goes on with the next question", async () => {
    const numbers = reading("numbers", "SELECT n FROM generate_series(1, 3) AS n");
    const seen: number[] = [];
    const refuse = ({ n }: { n: number }) => {
      seen.push(n);
      if (n === 2) throw new RangeError("no column");
      return n;
    };
    await expect(readAtOnce(numbers, refuse)).rejects.toThrow("no column");
    expect(seen).toEqual([1, 2]);
    expect(await readAtOnce(numbers, ({ n }: { n: number }) => n)).toEqual([1, 2, 3]);
  });

  it("tells what the database refuses, also in the middle of the rows", async () => {
    const divided = reading("divided", "SELECT 6 / (3 - n) AS n FROM generate_series(1, 5) AS n");
    await expect(readAtOnce(divided, (row) => row)).rejects.toMatchObject({ code: "22012" });
    expect((await pool().query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });
});
