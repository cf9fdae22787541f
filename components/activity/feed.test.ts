import { describe, expect, it } from "vitest";
import { event } from "../../tests/support/activity-event";
import { WHOLE_FEED } from "./address";
import { type Feed, mayMatch, withNewest, withOlder } from "./feed";

const events = (...ids: number[]) => ids.map((id) => event({ id }));
const shown = ({ events: list, next }: Feed) => [list.map(({ id }) => id), next];
const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);

describe("withNewest", () => {
  it("puts what came in on top, late ones into their place, and nothing below the end", () => {
    const feed: Feed = { events: events(10, 9, 7), next: 7 };
    const live = { events: events(11, 10, 9, 8, 7, 6, 5), whole: true };
    expect(shown(withNewest(feed, live))).toEqual([[11, 10, 9, 8, 7], 7]);
    expect(shown(withNewest({ ...feed, next: null }, live))).toEqual([[11, 10, 9, 8, 7, 6, 5], null]);
  });

  it("begins anew where more happened than is told", () => {
    const feed: Feed = { events: events(10, 9, 8), next: 8 };
    expect(shown(withNewest(feed, { events: events(...range(90, 41)), whole: true }))).toEqual([range(90, 41), 41]);
    expect(shown(withNewest(feed, { events: events(12), whole: false }))).toEqual([[12, 10, 9, 8], 8]);
  });

  it("fills an empty list, and leaves all as it is while nothing is known", () => {
    const none: Feed = { events: [], next: null };
    expect(withNewest(none, { events: [], whole: false })).toBe(none);
    expect(shown(withNewest(none, { events: events(2, 1), whole: true }))).toEqual([[2, 1], null]);
  });
});

describe("withOlder", () => {
  it("goes on below, showing nothing twice", () => {
    const feed: Feed = { events: events(5, 4), next: 4 };
    expect(shown(withOlder(feed, { events: events(4, 3, 2), next: 2 }))).toEqual([[5, 4, 3, 2], 2]);
  });
});

describe("mayMatch", () => {
  it.each([
    [{}, true],
    [{ types: ["server_up"] }, true],
    [{ types: ["server_down"] }, false],
    [{ severity: "error" as const }, false],
    [{ search: "anything" }, true],
  ])("%j: %s", (part, expected) => {
    expect(mayMatch(events(1), { ...WHOLE_FEED, ...part })).toBe(expected);
  });
});
