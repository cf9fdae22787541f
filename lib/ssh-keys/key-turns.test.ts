import { expect, it } from "vitest";
import { inTurn } from "./key-turns";

it("two at once, eight wait, and no more", async () => {
  let running = 0;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work = async () => {
    running += 1;
    await ended;
  };
  const taken = Array.from({ length: 10 }, () => inTurn(work));
  expect(() => inTurn(work)).toThrow(expect.objectContaining({ code: "too_many_requests" }));
  expect(running).toBe(2);
  end();
  await Promise.all(taken);
  expect(running).toBe(10);
  await inTurn(work);
});
