// Reads what `df -P` writes, as GNU, busybox and the BSDs do; pure, never throws.

export interface DfRow {
  device: string;
  mount: string;
  /** The numbers before the share in percent: size, used, available; null for `-`. */
  numbers: (number | null)[];
  /** Inodes, used and free, where the BSDs put them into the same line. */
  more: (number | null)[];
}

// Devices and mount points may hold blanks. The BSDs add inodes after the percentage: used, free, and their share.
const ROW =
  /^(.*?\S)\s+(-?\d+|-)\s+(-?\d+|-)\s+(-?\d+|-)\s+(?:\d+%|-)\s+(?:(-?\d+|-)\s+(-?\d+|-)\s+(?:\d+%|-)\s+)?(\/.*)$/;

/** A path has at most 4096 bytes; a machine that says more wants to keep us busy. */
const MOST_TEXT = 16_384;
const MOST_LINES = 20;

/** The file system in the output for one path, or null where there is none. */
export function parseDf(text: string): DfRow | null {
  for (const line of text.slice(0, MOST_TEXT).split("\n").slice(0, MOST_LINES)) {
    const [, device, size, used, available, inodesUsed, inodesFree, mount] = ROW.exec(line) ?? [];
    if (device === undefined || mount === undefined) continue;
    const more = inodesUsed === undefined ? [] : [count(inodesUsed), count(inodesFree)];
    return { device, mount, numbers: [count(size), count(used), count(available)], more };
  }
  return null;
}

/** Total and free of the output of `df -P -i`; zeros where the file system counts no inodes, as statvfs says it. */
export function inodesOf(row: DfRow | null): { inodes: number; inodesFree: number } {
  const [used, free] = row?.more ?? [];
  const bsd = used !== undefined && free !== undefined;
  const total = bsd ? (used ?? 0) + (free ?? 0) : (row?.numbers[0] ?? 0);
  return { inodes: total, inodesFree: Math.min(total, (bsd ? free : row?.numbers[2]) ?? 0) };
}

/** Available may be below zero where the reserve is being used. */
function count(text: string | undefined): number | null {
  if (text === undefined || text === "-") return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? Math.max(0, value) : null;
}
