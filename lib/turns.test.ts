import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "./turns";

describe("Turns", () => {
  it("runs so many at once, in the order in which they came, whatever becomes of them", async () => {
    const turns = new Turns(2);
    const began: number[] = [];
    let [running, most] = [0, 0];
    const works = Array.from({ length: 7 }, (_, at) =>
      turns.run(async () => {
        began.push(at);
        running += 1;
        most = Math.max(most, running);
        await sleep(2);
        running -= 1;
        if (at % 3 === 0) throw new Error("no");
        return at;
      }),
    );
    expect([turns.waiting, turns.isFull]).toEqual([5, true]);
    const outcomes = await Promise.allSettled(works);
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual([0, 1, 1, 0, 1, 1, 0].map(Boolean));
    expect(began).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([most, turns.waiting, turns.isIdle, turns.isFull]).toEqual([2, 0, true, false]);
  });
});
