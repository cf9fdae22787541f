// History as text: CSV and JSON, row by row.
import { z } from "zod";
import type { Rows } from "../metrics/rows";
import { seriesFields } from "../metrics/schema";
import type { ExportBytes } from "./export-bytes";
import { AGGREGATES } from "./schema";

/** The JSON form of an export. */
export const exportSchema = z.object({
  /** One of the two. */
  server: z.string().optional(),
  channel: z.string().optional(),
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
  /** `raw` or the step that was asked for. */
  interval: z.string(),
  series: z.array(
    z.object({
      ...seriesFields,
      /** What a step's value is; null where every sample is given. */
      aggregate: z.enum(AGGREGATES).nullable(),
    }),
  ),
  /**
   * Time (ISO 8601, UTC), seconds that the values stand for (null for samples as they were taken), and a value for each
   * series: null where it has none, `NaN`, `Infinity` and `-Infinity` as texts.
   */
  points: z.array(
    z.tuple(
      [z.iso.datetime(), z.number().nullable()],
      z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"]), z.null()]),
    ),
  ),
  /** Number of points: comes last. */
  count: z.int(),
});

/** What stands before the rows. */
export type ExportHead = Omit<z.infer<typeof exportSchema>, "points" | "count">;

/** Writes one document, in this order. */
export interface ExportWriter {
  head(to: ExportBytes): void;
  /** Row `row` of a window. */
  row(to: ExportBytes, rows: Rows, row: number): void;
  end(to: ExportBytes): void;
}

/**
 * RFC 4180 with a header: the time (ISO 8601, UTC), the seconds a row stands for (empty for samples as they were
 * taken), and a column for each series. A missing value is an empty field, NaN and the infinities are words.
 */
export function csvWriter({ series }: ExportHead): ExportWriter {
  const header = ["timestamp", "step_seconds", ...series.map(columnName)];
  return {
    head: (to) => to.text(`${header.map(csvField).join(",")}\r\n`),
    row(to, rows, row) {
      to.time(rows.times[row] ?? 0);
      to.text(",");
      writeCells(to, rows, { row, missing: "", quote: "" });
      to.text("\r\n");
    },
    end: () => {},
  };
}

/** One object as of `exportSchema`. */
export function jsonWriter({ series, ...head }: ExportHead): ExportWriter {
  let count = 0;
  return {
    head: (to) => to.text(`${JSON.stringify({ ...head, series }).slice(0, -1)},"points":[`),
    row(to, rows, row) {
      to.text(count++ === 0 ? '\n["' : ',\n["');
      to.time(rows.times[row] ?? 0);
      to.text('",');
      writeCells(to, rows, { row, missing: "null", quote: '"' });
      to.text("]");
    },
    end: (to) => to.text(`\n],"count":${count}}\n`),
  };
}

/** What a row stands for, and its values. @param quote stands around what is no finite number */
function writeCells(
  to: ExportBytes,
  { steps, columns }: Rows,
  { row, missing, quote }: { row: number; missing: string; quote: string },
): void {
  const step = typeof steps === "number" ? steps : (steps[row] ?? 0);
  to.text(step > 0 ? `${step}` : missing);
  for (const { values, present } of columns) {
    const value = values[row] ?? 0;
    to.comma();
    if (present && present[row] === 0) to.text(missing);
    else if (Number.isFinite(value)) to.number(value);
    else to.text(`${quote}${value}${quote}`);
  }
}

/** `cpu.per_core{core="0"}`, as a request for the series would be written. */
export function columnName({ metric, labels }: { metric: string; labels: Record<string, string> }): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${harmless(quoted(value))}"`);
  return pairs.length > 0 ? `${metric}{${pairs.join(",")}}` : metric;
}

const quoted = (text: string) => text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");

/**
 * A column's name begins with a metric, so no cell begins with a label's text. But a spreadsheet that parts fields at
 * semicolons or tabs would begin one behind them: there, an apostrophe keeps it from being a formula.
 */
const harmless = (text: string) => text.replace(/([;,|\t\r]\s*)(?=[=+\-@])/g, "$1'");

const csvField = (text: string) => (/[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
