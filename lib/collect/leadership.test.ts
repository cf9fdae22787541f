import { expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { createLeadership } from "./leadership";

useDatabase();

/** Work that goes on until it is told to end. */
const untilTold = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("told to end")));
  });

it("is one's at a time, and the next one's once it is given back", async () => {
  const [first, second] = [createLeadership("first", "duty"), createLeadership("second", "duty")];
  const done: string[] = [];
  await first.whileLeading(async () => void done.push("first"));
  await second.whileLeading(async () => void done.push("second, too early"));
  await pool().query("DELETE FROM lease WHERE holder = 'first'");
  await second.whileLeading(async () => void done.push("second"));
  expect(done).toEqual(["first", "second"]);
});

it("ends long work when told to stop, and begins none behind that", async () => {
  const { whileLeading, stop } = createLeadership("third", "other duty");
  const working = whileLeading(untilTold);
  const asking = vi.fn(async () => {});
  await expect.poll(async () => (await pool().query("SELECT FROM lease WHERE holder = 'third'")).rowCount).toBe(1);
  const late = whileLeading(asking);
  stop();
  await expect(working).resolves.toBeUndefined();
  await late;
  await whileLeading(asking);
  expect(asking).not.toHaveBeenCalled();
});

it("passes on what fails by itself", async () => {
  const { whileLeading } = createLeadership("fourth", "third duty");
  await expect(whileLeading(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});

it("leaves nothing on a signal that lives as long as the process", async () => {
  const any = vi.spyOn(AbortSignal, "any");
  const { whileLeading } = createLeadership("fifth", "fourth duty");
  const work = vi.fn(async () => {});
  for (let turn = 0; turn < 3; turn += 1) await whileLeading(work);
  expect(work).toHaveBeenCalledTimes(3);
  expect(any).not.toHaveBeenCalled();
  any.mockRestore();
});
