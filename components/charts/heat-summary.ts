// The heat map in three numbers, for its legend row.

export interface HeatSummary {
  /** Index of the busiest row and its value. */
  busiest: { row: number; value: number };
  median: number;
  aboveCritical: number;
  /** Rows with a value. */
  known: number;
}

/** @param values one per row, in percent; null where nothing is known at all */
export function heatSummary(values: readonly (number | null)[], critical: number): HeatSummary | null {
  const known = values.flatMap((value, row) => (value === null ? [] : [{ row, value }]));
  const [first] = known;
  if (!first) return null;
  const sorted = known.map(({ value }) => value).sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? first.value;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? first.value;
  return {
    busiest: known.reduce((best, one) => (one.value > best.value ? one : best), first),
    median: (upper + lower) / 2,
    aboveCritical: known.filter(({ value }) => value >= critical).length,
    known: known.length,
  };
}

/** Rows that get a label: about five, first and last among them (`0 3 7 11 15`). */
export function labelledRows(count: number, most = 5): number[] {
  if (count <= most) return Array.from({ length: count }, (_, row) => row);
  return Array.from({ length: most }, (_, index) => Math.floor((index * (count - 1)) / (most - 1)));
}
