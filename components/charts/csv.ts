// The values behind a chart, as a file for spreadsheets.
import type { Picture } from "./picture";

/** RFC 4180: times in ISO 8601 UTC, values in the series' own unit, empty where none is known. */
export function pictureCsv({ ts, lines }: Pick<Picture, "ts" | "lines">, unit: string): string {
  const head = ["time", ...lines.map(({ line }) => (unit ? `${line.label} (${unit})` : line.label))];
  const rows = ts.map((time, index) => [
    new Date(time * 1000).toISOString(),
    ...lines.map(({ values }) => String(values[index] ?? "")),
  ]);
  return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export const csvFile = (text: string): Blob => new Blob([text], { type: "text/csv;charset=utf-8" });

/** Hands a file to the browser. */
export function download(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
