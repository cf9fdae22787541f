import { describe, expect, it } from "vitest";
import { newStepsOf, pollSeconds, queryAddress, spanOf } from "./chart-query";

describe("newStepsOf", () => {
  const data = { stepSeconds: 10, from: 1000, ts: [1000, 1010, 1500, 1510] };

  it("asks from two steps before the last known one, on borders of the same step", () => {
    expect(newStepsOf(data, 1534)).toEqual({ from: 1490, to: 1540, points: 5 });
  });

  it.each([
    { name: "nothing is known", ts: [] },
    { name: "most of the window is new", ts: [1000, 1010] },
  ])("asks for everything when $name", ({ ts }) => {
    expect(newStepsOf({ ...data, ts }, 1534)).toBeNull();
  });
});

it.each([
  [1, 5],
  [10, 10],
  [86_400, 300],
])("steps of %i s are polled every %i s", (step, seconds) => {
  expect(pollSeconds(step)).toBe(seconds);
});

it("spanOf reaches back further for what is measured seldom", () => {
  const query = { name: "sizes", metrics: [], points: 1 };
  expect(spanOf(query, { from: 900, to: 1000 })).toEqual({ from: 900, to: 1000 });
  expect(spanOf({ ...query, leastSeconds: 500 }, { from: 900, to: 1000 })).toEqual({ from: 500, to: 1000 });
});

it("queryAddress escapes what it must", () => {
  const address = queryAddress(
    "a&b",
    { metrics: ['x.y{z="1"}', "u.v"], averages: true },
    { from: 1.5, to: 2.5, points: 9 },
  );
  const parameters = new URL(address, "http://localhost").searchParams;
  expect(Object.fromEntries(parameters)).toEqual({
    server: "a&b",
    metrics: 'x.y{z="1"},u.v',
    from: "1",
    to: "3",
    points: "9",
    agg: "avg",
  });
});
