import { expect, it } from "vitest";
import { frameQueue } from "./frame-queue";

function frames() {
  const pending: (() => void)[] = [];
  return { queue: frameQueue((run) => pending.push(run)), pending, tick: () => pending.shift()?.() };
}

it("runs one job per frame, each once, in the order of asking", () => {
  const { queue, pending, tick } = frames();
  const done: string[] = [];
  const job = (name: string) => () => void done.push(name);
  const [a, b] = [job("a"), job("b")];
  for (const each of [a, b, a]) queue.add(each);
  tick();
  expect(done).toEqual(["a"]);
  tick();
  expect(done).toEqual(["a", "b"]);
  expect(pending).toHaveLength(0);
});

it("forgets a removed job and survives a failing one", () => {
  const { queue, tick } = frames();
  const done: string[] = [];
  const removed = () => void done.push("removed");
  queue.add(() => {
    throw new Error("broken chart");
  });
  queue.add(removed);
  queue.add(() => void done.push("next"));
  queue.remove(removed);
  expect(tick).toThrow("broken chart");
  tick();
  expect(done).toEqual(["next"]);
});
