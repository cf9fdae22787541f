// Tables as CSV (RFC 4180) that no spreadsheet takes for formulas. Pure.

/** What a cell must not begin with, lest a spreadsheet runs it. */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * A header and one line per row, each ended by CR LF.
 * Missing values are empty, times ISO 8601, objects JSON; text that looks like a formula gets a leading `'`.
 * @param columns names of the columns: those of the fields in a row
 */
export function toCsv(columns: readonly string[], rows: Iterable<Readonly<Record<string, unknown>>>): string {
  const lines = [columns.map(cell)];
  for (const row of rows) lines.push(columns.map((column) => cell(row[column])));
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

function cell(value: unknown): string {
  const text = textOf(value);
  // Numbers are what they look like, also negative ones.
  const safe = FORMULA.test(text) && typeof value !== "number" && typeof value !== "bigint" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
