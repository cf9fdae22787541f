import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import {
  digitsOf,
  MADE_HOURS,
  MADE_START,
  type MadeSeries,
  madeHistory,
  storedServer,
} from "../../tests/support/history";
import { createServerRow } from "../../tests/support/live";
import { prisma } from "../db";
import { type Actor, systemActor } from "../users/permissions";
import { type ExportQuestion, exportHistory } from "./export";
import { columnName, exportSchema } from "./export-text";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };
const HOUR = 3_600_000;
const END = MADE_START + MADE_HOURS * HOUR;
const METRICS = "cpu.usage_percent,cpu.interrupts,databases.commits_per_sec";

async function textOf(question: Partial<ExportQuestion>): Promise<string> {
  const asked = {
    server: "local",
    metrics: METRICS,
    from: MADE_START,
    to: END,
    interval: "raw",
    format: "csv",
  } as const;
  return new Response((await exportHistory(viewer, { ...asked, ...question })).body).text();
}

/** RFC 4180, by its grammar. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") records.push([]);
  }
  expect(records.pop()).toEqual([]);
  return records;
}

/** The naive way: time → column → value. */
function table(
  lines: readonly MadeSeries[],
  { from, to }: { from: number; to: number },
): Map<number, Map<string, number>> {
  const rows = new Map<number, Map<string, number>>();
  for (const line of lines) {
    for (const { ts, value } of line.samples.filter(({ ts: time }) => time >= from && time < to)) {
      rows.set(ts, (rows.get(ts) ?? new Map()).set(columnName(line), value));
    }
  }
  return new Map([...rows].sort(([a], [b]) => a - b));
}

function stepTable(lines: readonly MadeSeries[], range: { from: number; to: number }, step: number) {
  const whole = { from: Math.floor(range.from / step) * step, to: Math.ceil(range.to / step) * step };
  const parts = new Map<number, Map<string, number[]>>();
  for (const [ts, row] of table(lines, whole)) {
    const at = Math.floor(ts / step) * step;
    const part = parts.get(at) ?? new Map<string, number[]>();
    for (const [column, value] of row)
      if (Number.isFinite(value)) part.set(column, [...(part.get(column) ?? []), value]);
    if (part.size > 0) parts.set(at, part);
  }
  return parts;
}

const ranges = fc
  .tuple(fc.integer({ min: -HOUR, max: (MADE_HOURS + 1) * HOUR }), fc.integer({ min: 1, max: 3 * HOUR }))
  .map(([offset, length]) => ({ from: MADE_START + offset, to: MADE_START + offset + length }));

describe("exportHistory", () => {
  it("is noted in the audit log: who took what, before the first byte", async () => {
    await createServerRow("noted");
    const asked = { server: "noted", metrics: "cpu.user", interval: "1h", format: "csv" } as const;
    const { body } = await exportHistory(viewer, { ...asked, from: 0, to: HOUR });
    await body.cancel();
    const entry = await prisma().auditLog.findFirstOrThrow({ where: { eventType: "export" } });
    expect(entry).toMatchObject({
      actor: viewer.login,
      targetKind: "history",
      targetName: "noted",
      details: { start_time: "1970-01-01T00:00:00.000Z", interval: "1h", format: "csv", series: 0 },
    });
  });

  it("gives every sample as it was taken, in both formats, as looking at all of them does", async () => {
    await fc.assert(
      fc.asyncProperty(madeHistory, fc.array(ranges, { minLength: 2, maxLength: 2 }), async (made, questions) => {
        const { server, lines } = await storedServer(made);
        for (const range of [{ from: MADE_START, to: END }, ...questions]) {
          const expected = table(lines, range);
          const [header = [], ...records] = parseCsv(await textOf({ server, ...range }));
          expect(header.slice(2).sort()).toEqual(lines.map(columnName).sort());
          expect(records.map(([time]) => Date.parse(time ?? ""))).toEqual([...expected.keys()]);
          const { series, points, count } = exportSchema.parse(
            JSON.parse(await textOf({ server, ...range, format: "json" })),
          );
          expect(count).toBe(records.length);
          expect(series.map(columnName)).toEqual(header.slice(2));
          records.forEach(([time = "", step, ...cells], row) => {
            const [moment, seconds, ...values] = points[row] ?? [];
            expect([moment, step, seconds]).toEqual([time, "", null]);
            const wanted = header.slice(2).map((column) => expected.get(Date.parse(time))?.get(column));
            expect(cells.map((cell) => (cell === "" ? undefined : Number(cell)))).toEqual(wanted);
            expect(values.map((value) => (value === null ? undefined : Number(value)))).toEqual(wanted);
          });
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it("gives steps that hold a value, averages of gauges, the last of cumulative values, or what is asked for", async () => {
    await fc.assert(
      fc.asyncProperty(
        madeHistory,
        ranges,
        fc.constantFrom(["1m", 60_000] as const, ["5m", 300_000] as const, ["1h", HOUR] as const),
        fc.constantFrom("min", "max", "last", "avg", undefined),
        async (made, range, [interval, step], aggregate) => {
          const { server, lines } = await storedServer(made);
          const [header = [], ...records] = parseCsv(await textOf({ server, ...range, interval, aggregate }));
          const expected = stepTable(lines, range, step);
          expect(records.map(([time]) => Date.parse(time ?? ""))).toEqual([...expected.keys()]);
          for (const [time = "", seconds, ...cells] of records) {
            expect(seconds).toBe(`${step / 1000}`);
            cells.forEach((cell, k) => {
              const column = header[k + 2] ?? "";
              const values = expected.get(Date.parse(time))?.get(column);
              const how = aggregate ?? (column === "cpu.interrupts" ? "last" : "avg");
              if (values) expect(Number(cell)).toBeCloseTo(aggregated(values, how), digitsOf(values));
              else expect(cell).toBe("");
            });
          }
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  });
});

function aggregated(values: readonly number[], how: string): number {
  if (how === "min") return Math.min(...values);
  if (how === "max") return Math.max(...values);
  if (how === "last") return values.at(-1) ?? Number.NaN;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
