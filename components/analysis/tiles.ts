// The tiles of the activity map as data. Pure.

/** Letters that a narrow tile has room for. */
const ROOM = 9;

/** Databases of one kind differ at the ends of their names: what is cut out is the middle. */
export function shortName(name: string): string {
  const letters = [...name];
  return letters.length <= ROOM ? name : `${letters.slice(0, 3).join("")}…${letters.slice(3 - ROOM + 1).join("")}`;
}

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
