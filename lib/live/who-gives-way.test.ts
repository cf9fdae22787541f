import fc from "fast-check";
import { expect, it } from "vitest";
import { systemActor } from "../users/permissions";
import { whoGivesWay } from "./who-gives-way";

const actorOf = (userId: string) => ({ ...systemActor(), kind: "user", userId }) as const;
const holder = (userId: string, id: number, isOpen = true) => ({ actor: actorOf(userId), id, isOpen });

it("is the newest open connection of whoever holds the most", () => {
  const holders = [
    holder("anna", 1),
    holder("vera", 2),
    holder("vera", 3),
    holder("vera", 4),
    holder("vera", 5, false),
  ];
  expect(whoGivesWay(holders, actorOf("otto"))).toMatchObject({ id: 4 });
  expect(whoGivesWay(holders, actorOf("anna"))).toMatchObject({ id: 4 });
  expect(whoGivesWay(holders, actorOf("vera"))).toBeNull();
  expect(whoGivesWay([holder("anna", 1)], actorOf("otto"))).toBeNull();
});

it("brings users' shares together, and no two users to drive each other out in turn", () => {
  const users = ["a", "b", "c"];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...users), { maxLength: 20 }), fc.constantFrom(...users), (ids, id) => {
      const holders = ids.map((userId, index) => holder(userId, index));
      const leaving = whoGivesWay(holders, actorOf(id));
      const held = (userId: string | null) => ids.filter((one) => one === userId).length;
      if (leaving) expect(held(leaving.actor.userId) - 1).toBeGreaterThanOrEqual(held(id) + 1);
      else for (const user of users) expect(held(user)).toBeLessThan(held(id) + 2);
    }),
  );
});
