// History as text: CSV and JSON, a piece at a time. Numbers are written so that reading them gives the same double.
import { z } from "zod";
import type { Rows } from "../metrics/rows";
import { AGGREGATES } from "./schema";

/** The JSON form of an export. */
export const exportSchema = z.object({
  server: z.string(),
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
  /** `raw` or the step that was asked for. */
  interval: z.string(),
  series: z.array(
    z.object({
      metric: z.string(),
      labels: z.record(z.string(), z.string()),
      instance: z.string(),
      unit: z.string(),
      interval_s: z.number(),
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

/** Makes the pieces of one document, in this order. */
export interface ExportWriter {
  head(): string;
  /** Rows `from` to before `to` of a window. */
  rows(rows: Rows, from: number, to: number): string;
  end(): string;
}

/**
 * RFC 4180 with a header: the time (ISO 8601, UTC), the seconds a row stands for (empty for samples as they were
 * taken), and a column for each series. A missing value is an empty field.
 */
export function csvWriter({ series }: ExportHead): ExportWriter {
  return {
    head: () => `${["timestamp", "step_seconds", ...series.map(columnName)].map(csvField).join(",")}\r\n`,
    rows: (rows, from, to) =>
      linesOf(rows, { from, to, missing: "", number: csvNumber, line: (time, cells) => `${time},${cells}\r\n` }),
    end: () => "",
  };
}

/** One object as of `exportSchema`. */
export function jsonWriter({ series, ...head }: ExportHead): ExportWriter {
  let count = 0;
  return {
    head: () => `${JSON.stringify({ ...head, series }).slice(0, -1)},"points":[`,
    rows: (rows, from, to) => {
      const line = (time: string, cells: string) => `${count++ === 0 ? "\n" : ",\n"}["${time}",${cells}]`;
      return linesOf(rows, { from, to, missing: "null", number: jsonNumber, line });
    },
    end: () => `\n],"count":${count}}\n`,
  };
}

interface Form {
  from: number;
  to: number;
  missing: string;
  number(value: number): string;
  line(time: string, cells: string): string;
}

function linesOf({ times, steps, columns }: Rows, { from, to, missing, number, line }: Form): string {
  let text = "";
  for (let row = from; row < to; row++) {
    const step = typeof steps === "number" ? steps : (steps[row] ?? 0);
    let cells = step > 0 ? `${step}` : missing;
    for (const { values, present } of columns) {
      cells += present && present[row] === 0 ? `,${missing}` : `,${number(values[row] ?? 0)}`;
    }
    text += line(new Date(times[row] ?? 0).toISOString(), cells);
  }
  return text;
}

/** The shortest decimal that reads as the same double; the sign of zero is kept, NaN and infinities are words. */
const csvNumber = (value: number): string => (value === 0 && Object.is(value, -0) ? "-0" : `${value}`);
const jsonNumber = (value: number): string => (Number.isFinite(value) ? csvNumber(value) : `"${value}"`);

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
