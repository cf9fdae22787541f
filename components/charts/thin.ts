// Leaves out points that no screen could show, never a spike.

/**
 * Of the points that fall into one pixel column keeps the first, the lowest, the highest and the last: the drawn line
 * is the same (the M4 aggregation of Jugel et al., VLDB 2014).
 * @param run indices of an unbroken stretch, ascending
 * @param column pixel column of an index, never falling
 */
export function thin(
  run: readonly number[],
  value: (index: number) => number,
  column: (index: number) => number,
): number[] {
  const kept: number[] = [];
  let start = 0;
  while (start < run.length) {
    const here = column(run[start] ?? 0);
    let end = start + 1;
    while (end < run.length && column(run[end] ?? 0) === here) end++;
    kept.push(...(end - start <= 4 ? run.slice(start, end) : extremes(run.slice(start, end), value)));
    start = end;
  }
  return kept;
}

function extremes(indices: readonly number[], value: (index: number) => number): number[] {
  const first = indices[0] ?? 0;
  const last = indices.at(-1) ?? first;
  let low = first;
  let high = first;
  for (const index of indices) {
    if (value(index) < value(low)) low = index;
    if (value(index) > value(high)) high = index;
  }
  return [...new Set([first, low, high, last])].sort((a, b) => a - b);
}
