interface Grid {
  count: number;
  columns: number;
}

/** Where a key leads from a tile of a grid that is filled row by row; null where it leads nowhere. */
export function nextTile(key: string, from: number, { count, columns }: Grid): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: from + 1,
    ArrowLeft: from - 1,
    ArrowDown: from + columns,
    ArrowUp: from - columns,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined || next < 0 || next >= count ? null : next;
}
