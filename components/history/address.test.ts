import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PERIOD_NAMES, relativeWindow } from "../charts/time-window";
import {
  COMPARISONS,
  chartText,
  type HistoryState,
  historyAddress,
  labelsText,
  MOST_CHARTS,
  parseHistory,
  shiftSeconds,
  USUAL_CHARTS,
} from "./address";

const NOW = Date.parse("2026-03-01T12:00:00Z") / 1000;
const parameters = (address: string) => {
  const query = new URL(address, "http://localhost").searchParams;
  return Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)]).map(unwrapped));
};
/** One value stands alone, as Next gives it. */
const unwrapped = ([name, values]: (string | string[])[]) => [name, values?.length === 1 ? values[0] : values];
const parse = (address: string) => parseHistory(parameters(address), NOW);

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
const labels = fc.dictionary(name, fc.string({ unit: "grapheme", maxLength: 12 }), {
  minKeys: 1,
  maxKeys: 3,
  noNullPrototype: true,
});
const chart = fc.record({
  server: fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  metric: fc.tuple(name, name).map((parts) => parts.join(".")),
  instances: fc.uniqueArray(labels, { maxLength: 7, selector: labelsText }),
});
const span = fc
  .record({ from: fc.integer({ min: 0, max: NOW }), length: fc.integer({ min: 1, max: 400 * 86_400 }) })
  .map(({ from, length }) => ({ period: null, from, to: from + length }));
const state: fc.Arbitrary<HistoryState> = fc.record({
  charts: fc.uniqueArray(chart, { maxLength: 6, selector: chartText }),
  compare: fc.oneof(fc.constantFrom(null, ...COMPARISONS), fc.integer({ min: 1, max: 600_000_000 })),
  window: fc.oneof(
    fc.constantFrom(...PERIOD_NAMES).map((period) => relativeWindow(period, NOW)),
    span,
  ),
});

describe("the address of the page", () => {
  it("says all that is shown, whatever servers and labels are called", () => {
    fc.assert(
      fc.property(state, (shown) => {
        expect(parse(historyAddress(shown))).toEqual(shown);
      }),
    );
  });

  it("never fails on any other text", () => {
    const value = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-z]\/[a-z]\.[a-z]\{[a-z=",\\]*\}$/),
      fc.array(fc.string()),
    );
    fc.assert(
      fc.property(value, value, (chart, compare) => {
        expect(parseHistory({ chart, compare }, NOW).charts.length).toBeLessThanOrEqual(MOST_CHARTS);
      }),
    );
  });

  it("is short for what is usually shown", () => {
    const usual = parse("/history");
    expect(usual).toEqual({ charts: USUAL_CHARTS, compare: null, window: relativeWindow("24h", NOW) });
    expect(historyAddress(usual)).toBe("/history");
    expect(historyAddress({ ...usual, charts: [], window: relativeWindow("7d", NOW), compare: "last_week" })).toBe(
      "/history?chart=&compare=last_week&period=7d",
    );
  });

  it("reads what people may type or send", () => {
    const query = new URLSearchParams([
      ["chart", 'db-1/disk.read_bytes_per_sec{device="sda"}{device="sdb"}{device="sda"}'],
      ["chart", "no chart"],
      ["chart", "db-1/cpu.user{}"],
      ["chart", "a%20b/cpu.user"],
      ["chart", "a%20b/cpu.user"],
      ["compare", "0"],
    ]);
    expect(parse(`/history?${query}`)).toMatchObject({
      charts: [
        {
          server: "db-1",
          metric: "disk.read_bytes_per_sec",
          instances: [{ device: "sda" }, { device: "sdb" }],
        },
        { server: "a b", metric: "cpu.user", instances: [] },
      ],
      compare: null,
    });
  });
});

it.each([
  ["previous", 3_600],
  ["yesterday", 86_400],
  ["last_week", 604_800],
  [-7_200, -7_200],
] as const)("%s begins %d s before", (compare, seconds) => {
  expect(shiftSeconds(compare, { from: NOW - 3_600, to: NOW })).toBe(seconds);
});
