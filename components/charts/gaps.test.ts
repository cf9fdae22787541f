import { describe, expect, it } from "vitest";
import { gaps, staleSince } from "./gaps";

const presence = { ts: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], maxGap: 1.5, staleAfter: 3, from: 0, to: 10, since: 0 };

describe("gaps", () => {
  it.each([
    { name: "none while samples keep coming", series: [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]], found: [] },
    { name: "between samples", series: [[1, 1, 1, null, null, 1, 1, 1, 1, 1]], found: [{ from: 2, to: 5 }] },
    {
      name: "only where every series is missing",
      series: [
        [1, 1, null, null, null, null, 1, 1, 1, 1],
        [1, 1, 1, null, null, 1, 1, 1, 1, 1],
      ],
      found: [{ from: 2, to: 5 }],
    },
    { name: "before the first sample", series: [[null, null, null, 1, 1, 1, 1, 1, 1, 1]], found: [{ from: 0, to: 3 }] },
    {
      name: "after a stale last one",
      series: [[1, 1, 1, 1, 1, null, null, null, null, null]],
      found: [{ from: 4, to: 10 }],
    },
    { name: "not after a last one that is merely late", series: [[1, 1, 1, 1, 1, 1, 1, 1, null, null]], found: [] },
    { name: "everything where nothing is known", series: [[null, null]], found: [{ from: 0, to: 10 }] },
  ])("$name", ({ series, found }) => {
    expect(gaps({ ...presence, series })).toEqual(found);
  });

  it("none before the server was watched at all, nor where it is not watched yet", () => {
    const late = [null, null, null, null, 1, 1, 1, 1, 1, 1];
    expect(gaps({ ...presence, since: 3.5, series: [late] })).toEqual([]);
    expect(gaps({ ...presence, since: 2, series: [late] })).toEqual([{ from: 2, to: 4 }]);
    expect(gaps({ ...presence, since: 20, series: [[null]] })).toEqual([]);
  });
});

it("staleSince is the time of the last sample, once it is too old", () => {
  expect(staleSince({ ...presence, series: [[1, 1, 1, null, null, null, null, null, null, null]] })).toBe(2);
  expect(staleSince({ ...presence, series: [[1, 1, 1, 1, 1, 1, 1, 1, 1, null]] })).toBeNull();
  expect(staleSince({ ...presence, series: [[]] })).toBeNull();
});
