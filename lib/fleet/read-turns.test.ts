import { describe, expect, it } from "vitest";
import { type Actor, systemActor } from "../users/permissions";
import { inTurnOf } from "./read-turns";

const actorOf = (userId: string): Actor => ({ ...systemActor(), kind: "user", userId, role: "viewer" });

describe("inTurnOf", () => {
  it("lets one person read twice at once, and others beside, and refuses who asks for ever", async () => {
    let answer = () => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const began: string[] = [];
    const read = (userId: string) =>
      inTurnOf(actorOf(userId), async () => {
        began.push(userId);
        await slow;
      });
    const waiting = Array.from({ length: 102 }, () => read("one"));
    waiting.push(read("other"));
    expect(began).toEqual(["one", "one", "other"]);
    await expect(read("one")).rejects.toMatchObject({ code: "too_many_requests", retryAfterSeconds: 10 });
    answer();
    await Promise.all(waiting);
    expect(began).toHaveLength(103);
    await read("one");
    expect(began).toHaveLength(104);
  });

  it("does not read what had to wait when nobody waits for it any more", async () => {
    const asking = new AbortController();
    let answer = () => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const first = [1, 2].map(() => inTurnOf(actorOf("gone"), () => slow));
    let wasRead = false;
    const late = inTurnOf(
      actorOf("gone"),
      async () => {
        wasRead = true;
      },
      asking,
    );
    asking.abort();
    answer();
    await expect(late).rejects.toMatchObject({ code: "unavailable" });
    await Promise.all(first);
    expect(wasRead).toBe(false);
  });
});
