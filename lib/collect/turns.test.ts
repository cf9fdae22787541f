import fc from "fast-check";
import { expect, it } from "vitest";
import { createTurns } from "./turns";

const step = fc.oneof(
  fc.record({ set: fc.nat(30), at: fc.integer({ min: 0, max: 50 }) }),
  fc.record({ delete: fc.nat(30) }),
  fc.constant({ take: true }),
);

it("gives the earliest, as a list that is sorted anew each time would", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const turns = createTurns<number>();
      const model = new Map<number, number>();
      for (const one of steps) {
        if ("set" in one) {
          turns.set(one.set, one.at);
          model.set(one.set, one.at);
        } else if ("delete" in one) {
          turns.delete(one.delete);
          model.delete(one.delete);
        } else {
          const first = turns.first();
          if (first) {
            expect(model.get(first.item)).toBe(first.at);
            turns.delete(first.item);
            model.delete(first.item);
          }
        }
        expect(turns.size).toBe(model.size);
        expect(turns.first()?.at).toBe(model.size > 0 ? Math.min(...model.values()) : undefined);
      }
      expect(turns.items().sort((a, b) => a - b)).toEqual([...model.keys()].sort((a, b) => a - b));
    }),
  );
});

it("moves ten thousand in little time", () => {
  const turns = createTurns<number>();
  for (let item = 0; item < 10_000; item += 1) turns.set(item, (item * 7_919) % 10_007);
  let last = -1;
  for (let taken = 0; taken < 50_000; taken += 1) {
    const first = turns.first();
    if (!first || first.at < last) throw new Error(`${first?.at} came after ${last}`);
    last = first.at;
    turns.set(first.item, first.at + 10_007);
  }
  expect(turns.size).toBe(10_000);
});
