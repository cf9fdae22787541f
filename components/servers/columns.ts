// Columns of the list that may be hidden; status and name always show.
export const COLUMNS = [
  "host",
  "version",
  "connections",
  "trend",
  "tps",
  "disk",
  "uptime",
  "last_success",
  "labels",
] as const;
export type Column = (typeof COLUMNS)[number];

/** The hidden ones, from what was remembered. */
export function hiddenColumns(remembered: string | undefined): Column[] {
  const words = remembered?.split(".") ?? [];
  return COLUMNS.filter((column) => words.includes(column));
}

/** What to remember. */
export const columnsText = (hidden: readonly string[]): string =>
  COLUMNS.filter((column) => hidden.includes(column)).join(".");
