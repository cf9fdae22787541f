import { describe, expect, it } from "vitest";
import { pointsOf, timeWindow, windowQuery } from "./time-window";

const NOW = Date.parse("2026-03-01T12:00:00Z") / 1000;
const hour = { period: "1h", from: NOW - 3600, to: NOW };

describe("timeWindow", () => {
  it.each([
    { name: "nothing", parameters: {}, window: hour },
    { name: "a period", parameters: { period: "7d" }, window: { period: "7d", from: NOW - 604_800, to: NOW } },
    { name: "an unknown period", parameters: { period: "toString" }, window: hour },
    { name: "a repeated period", parameters: { period: ["5m", "1h"] }, window: hour },
    { name: "epoch seconds", parameters: { from: "100", to: "200.5" }, window: { period: null, from: 100, to: 200.5 } },
    {
      name: "ISO times",
      parameters: { from: "2026-03-01T10:00:00Z", to: "2026-03-01T11:00:00Z" },
      window: { period: null, from: NOW - 7200, to: NOW - 3600 },
    },
    { name: "ends the wrong way round", parameters: { from: "200", to: "100" }, window: hour },
    { name: "more than history answers", parameters: { from: "1", to: "99999999999" }, window: hour },
    { name: "no time", parameters: { from: "yesterday", to: "200" }, window: hour },
  ])("$name", ({ parameters, window }) => {
    expect(timeWindow(parameters, NOW)).toEqual(window);
  });

  it("reads back what windowQuery wrote", () => {
    const query = windowQuery({ from: 100.2, to: 200.6 });
    expect(query).toBe("from=1970-01-01T00:01:40Z&to=1970-01-01T00:03:21Z");
    expect(timeWindow(Object.fromEntries(new URLSearchParams(query)), NOW)).toEqual({
      period: null,
      from: 100,
      to: 201,
    });
  });
});

it("asks for one point a second only over five minutes", () => {
  expect(pointsOf(timeWindow({ period: "5m" }, NOW))).toBe(302);
  expect(pointsOf(timeWindow({}, NOW))).toBe(362);
});
