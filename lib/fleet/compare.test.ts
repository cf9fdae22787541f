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
import { comparisonSchema } from "../metrics/schema";
import { type Actor, systemActor } from "../users/permissions";
import { compareServer } from "./compare";
import { changePercent, type Range } from "./compare-ranges";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };
const HOUR = 3_600_000;
const END = MADE_START + MADE_HOURS * HOUR;
const METRICS = "cpu.usage_percent,cpu.interrupts,databases.commits_per_sec";

/** The naive way: look at every sample. */
function valuesIn({ samples }: MadeSeries, { from, to }: Range): number[] {
  return samples.filter(({ ts, value }) => ts >= from && ts < to && Number.isFinite(value)).map(({ value }) => value);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** The same number; of the two zeros, either. */
const same = (value: number) => expect.closeTo(value, 300);
const aggregates = (values: readonly number[]) =>
  values.length === 0
    ? { avg: null, min: null, max: null }
    : {
        avg: expect.closeTo(mean(values), digitsOf(values)),
        min: same(Math.min(...values)),
        max: same(Math.max(...values)),
      };

/** Steps begin at the start of their range; from an hour on, at the hour in which it lies. */
const firstStep = ({ from }: Range, step: number) => (step < HOUR ? from : Math.floor(from / HOUR) * HOUR);

const lengths = fc.integer({ min: 1_000, max: 90 * 60_000 });
const start = fc.integer({ min: MADE_START - HOUR, max: END + HOUR });

describe("compareServer", () => {
  it("says what looking at every sample says", async () => {
    await fc.assert(
      fc.asyncProperty(
        madeHistory,
        fc.array(fc.record({ a: start, b: start, length: lengths, points: fc.integer({ min: 1, max: 400 }) }), {
          minLength: 3,
          maxLength: 3,
        }),
        async (made, questions) => {
          const { server, lines } = await storedServer(made);
          for (const { a: from, b: before, length, points } of questions) {
            const [a, b] = [from, before].map((first) => ({ from: first, to: first + length }));
            if (!a || !b) throw new Error("two ranges were made");
            const answer = await compareServer(viewer, { server, metrics: METRICS, a, b, points });
            expect(comparisonSchema.parse(answer)).toEqual(answer);
            const step = 1000 * answer.step_s;
            const counts = [a, b].map((range) => Math.ceil((range.to - firstStep(range, step)) / step));
            expect(answer.offsets).toEqual(Array.from({ length: Math.max(...counts) }, (_, at) => at * answer.step_s));
            expect(answer.offsets.length).toBeLessThanOrEqual(points + 1);
            expect(answer.series.map(({ metric, labels }) => [metric, labels])).toEqual(
              expect.arrayContaining(lines.map(({ metric, labels }) => [metric, labels])),
            );
            for (const line of lines) expectAsNaive(answer, line, { a, b });
          }
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  });

  function expectAsNaive(
    answer: Awaited<ReturnType<typeof compareServer>>,
    line: MadeSeries,
    ranges: { a: Range; b: Range },
  ) {
    const found = answer.series.find(
      ({ metric, labels }) => metric === line.metric && JSON.stringify(labels) === JSON.stringify(line.labels),
    );
    const sums = { a: aggregates(valuesIn(line, ranges.a)), b: aggregates(valuesIn(line, ranges.b)) };
    expect(found?.summary).toMatchObject(sums);
    const { a, b } = found?.summary ?? { a: { avg: null }, b: { avg: null } };
    expect(found?.summary.change_percent).toBe(changePercent(a.avg, b.avg));
    for (const side of ["a", "b"] as const) {
      const step = 1000 * answer.step_s;
      const steps = answer.offsets.map((offset) => {
        const from = firstStep(ranges[side], step) + offset * 1000;
        return aggregates(from < ranges[side].to ? valuesIn(line, { from, to: from + step }) : []);
      });
      expect(found?.[side].avg).toEqual(steps.map(({ avg }) => avg));
      expect(found?.[side].min).toEqual(steps.map(({ min }) => min));
      expect(found?.[side].max).toEqual(steps.map(({ max }) => max));
    }
  }
});
