import { expect, it } from "vitest";
import { heatSummary, labelledRows } from "./heat-summary";

it.each([
  { values: [], summary: null },
  { values: [null, null], summary: null },
  { values: [10, null, 94], summary: { busiest: { row: 2, value: 94 }, median: 52, aboveCritical: 1, known: 2 } },
  { values: [90, 30, 20], summary: { busiest: { row: 0, value: 90 }, median: 30, aboveCritical: 1, known: 3 } },
])("sums up $values", ({ values, summary }) => {
  expect(heatSummary(values, 90)).toEqual(summary);
});

it.each([
  { count: 2, rows: [0, 1] },
  { count: 16, rows: [0, 3, 7, 11, 15] },
  { count: 128, rows: [0, 31, 63, 95, 127] },
])("labels $rows of $count rows", ({ count, rows }) => {
  expect(labelledRows(count)).toEqual(rows);
});
