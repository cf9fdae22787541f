import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { treeReader } from "./linux/tree-reader";
import { remember, sparing } from "./remember";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("asks again only after the rest, for another key, or for another host", async () => {
  let asked = 0;
  const ask = remember(
    async () => ++asked,
    () => 1000,
  );
  const host = treeReader({});
  expect([await ask(host, "a"), await ask(host, "a")]).toEqual([1, 1]);
  vi.advanceTimersByTime(1001);
  expect(await ask(host, "a")).toBe(2);
  expect(await ask(host, "b")).toBe(3);
  expect(await ask(treeReader({}), "b")).toBe(4);
});

it("does not remember a failure", async () => {
  let asked = 0;
  const ask = remember(
    async () => {
      asked++;
      throw new Error("no answer");
    },
    () => 1000,
  );
  const host = treeReader({});
  await expect(ask(host, 0)).rejects.toThrow("no answer");
  await expect(ask(host, 0)).rejects.toThrow("no answer");
  expect(asked).toBe(2);
});

it.each([
  [0.1, 4500],
  [2, 12_000],
  [50, 14_500],
])("what takes %d ms rests for %d ms", (took, rest) => {
  expect(sparing(took)).toBe(rest);
});
