import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BlockingNode, blockingTrees, firstOf } from "./blocking";
import { session } from "./session.fixture";

/** `12:2(13:0 14:0)`: the pid, its victims, who stands under it. */
const drawn = (nodes: readonly BlockingNode[]): string =>
  nodes
    .map((node) => `${node.pid}:${node.victims}${node.children.length ? `(${drawn(node.children)})` : ""}`)
    .join(" ");

/** Sessions that wait, by who blocks them. */
const trees = (waits: Record<number, number[]>, others: Record<number, object> = {}) =>
  blockingTrees(
    [...new Set([...Object.keys(waits), ...Object.keys(others)])].map((pid) =>
      session(Number(pid), { blocked_by: waits[Number(pid)] ?? [], ...others[Number(pid)] }),
    ),
  );

describe("blockingTrees", () => {
  it.each([
    ["nobody waits", { 1: [], 2: [] }, ""],
    ["a chain of five", { 1: [], 2: [1], 3: [2], 4: [3], 5: [4] }, "1:4(2:3(3:2(4:1(5:0))))"],
    ["as the design draws it", { 1: [], 2: [1], 3: [2], 4: [3], 5: [3], 6: [1] }, "1:5(2:3(3:2(4:0 5:0)) 6:0)"],
    ["roots with most victims first", { 1: [], 2: [1], 3: [], 4: [3], 5: [3] }, "3:2(4:0 5:0) 1:1(2:0)"],
    ["a victim of two roots stands once", { 1: [], 2: [], 3: [1, 2], 4: [2] }, "2:2(3:0 4:0) 1:1"],
    ["a queue for one lock", { 1: [], 2: [1], 3: [1, 2], 4: [1, 2, 3] }, "1:3(2:2 3:1 4:0)"],
    ["a prepared transaction", { 7: [0], 8: [7] }, "0:2(7:1(8:0))"],
    ["a blocker that is not listed", { 7: [99] }, "99:1(7:0)"],
    ["a circle", { 1: [2], 2: [1] }, "1:1(2:1)"],
    ["a circle and who waits behind it", { 1: [3], 2: [1], 3: [2], 4: [2] }, "1:3(2:3(3:3 4:0))"],
    ["a circle behind a root", { 1: [], 2: [1, 3], 3: [2] }, "1:2(2:1(3:1))"],
    ["one that waits for itself does not wait", { 1: [1] }, ""],
  ])("%s", (_, waits, expected) => {
    expect(drawn(trees(waits).roots)).toBe(expected);
  });

  it("counts a parallel worker as its leader, on both ends", () => {
    const { roots, waiting } = trees(
      { 10: [], 11: [], 20: [11], 21: [11], 22: [11] },
      {
        ...{ 10: {}, 11: { leader_pid: 10 } },
        ...{ 21: { leader_pid: 20 }, 22: { leader_pid: 20 } },
      },
    );
    expect(drawn(roots)).toBe("10:1(20:0)");
    expect(roots[0]?.workers).toBe(1);
    expect(roots[0]?.children[0]?.workers).toBe(2);
    expect(waiting).toBe(1);
  });

  it("names the blockers that it does not stand under", () => {
    const { roots } = trees({ 1: [], 2: [], 3: [1, 2], 4: [2] });
    expect(roots[0]?.children.map(({ pid, also }) => [pid, also])).toEqual([
      [3, [1]],
      [4, []],
    ]);
  });

  it("counts a long queue, in which each waits for all before", () => {
    const queue = Array.from({ length: 200 }, (_, at) =>
      session(at + 1, { blocked_by: Array.from({ length: at }, (_, before) => before + 1) }),
    );
    const { roots } = blockingTrees(queue);
    expect(roots.map(({ pid, victims }) => [pid, victims])).toEqual([[1, 199]]);
    expect(roots[0]?.children.map(({ victims }) => victims)).toEqual(Array.from({ length: 199 }, (_, at) => 198 - at));
  });

  it("shows everybody who waits or blocks once, and counts who is behind", () => {
    const pid = fc.integer({ min: 0, max: 12 });
    const waits = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.array(pid, { maxLength: 4 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(waits, (pairs) => {
        const by = new Map(pairs.map(([waiter, blockers]) => [waiter, blockers.filter((one) => one !== waiter)]));
        const listed = [...by].map(([waiter, blockers]) => session(waiter, { blocked_by: blockers }));
        const involved = new Set(
          [...by].flatMap(([waiter, blockers]) => (blockers.length ? [waiter, ...blockers] : [])),
        );
        const behind = (start: number) => {
          const seen = new Set([start]);
          for (const one of seen) for (const [waiter, blockers] of by) if (blockers.includes(one)) seen.add(waiter);
          return seen.size - 1;
        };
        const { roots, waiting } = blockingTrees(listed);
        const all: BlockingNode[] = [];
        const walk = (node: BlockingNode, under: number | null) => {
          all.push(node);
          expect(node.victims).toBe(behind(node.pid));
          const named = under === null ? node.also : [...node.also, under];
          expect([...named].sort()).toEqual([...new Set(by.get(node.pid))].sort());
          for (const child of node.children) walk(child, node.pid);
        };
        for (const root of roots) walk(root, null);
        expect(all.map((node) => node.pid).sort()).toEqual([...involved].sort());
        expect(waiting).toBe([...by.values()].filter(({ length }) => length > 0).length);
        const counts = roots.map(({ victims }) => victims);
        expect(counts).toEqual([...counts].sort((a, b) => b - a));
        // A root waits for nobody, unless it stands in a circle.
        for (const { pid: root } of roots)
          for (const one of by.get(root) ?? []) expect(reaches(by, root, one)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

/** Whether `to` waits behind `from`. */
function reaches(by: ReadonlyMap<number, number[]>, from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const one of seen) for (const [waiter, blockers] of by) if (blockers.includes(one)) seen.add(waiter);
  return seen.has(to);
}

describe("firstOf", () => {
  it("cuts the trees from the top down", () => {
    const { roots } = trees({ 1: [], 2: [1], 3: [2], 4: [1], 5: [], 6: [5] });
    const { shown, total } = firstOf(roots, 3);
    expect(drawn(shown)).toBe("1:3(2:1(3:0))");
    expect(total).toBe(6);
  });
});
