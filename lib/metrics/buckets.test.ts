import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Buckets } from "./buckets";

/** The step of a range in one piece, as comparisons ask for: milliseconds to seconds and back are not always the same. */
function wholeRange(from: number, to: number) {
  return new Buckets({ stepSeconds: (to - from) / 1000, from, to, count: 1 });
}

describe("Buckets", () => {
  it("comes to an end, with every sample counted once, whatever the length of a step", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
        // Up to a minute samples are taken one by one, from then on summed up first.
        fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 60_000, max: 300_000 })),
        fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 300 }),
        fc.constantFrom(0, 0, 1),
        (from, length, steps, beside) => {
          const offsets = [...new Set(steps)].sort((a, b) => a - b).map((step) => step * length + beside);
          const times = Float64Array.from(offsets, (offset) => from + offset);
          const values = times.map(() => 1);
          const buckets = wholeRange(from, from + length);
          buckets.addSamples({ times, values });
          const inside = times.filter((time) => time < from + length).length;
          expect(buckets.result().avg).toEqual([inside > 0 ? 1 : null]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([2_007, 64_001])("does so where a border falls onto a sample by rounding (%s ms)", (length) => {
    // Seconds to milliseconds makes a little more of these lengths.
    const from = 1_768_480_932_761;
    const times = Float64Array.from({ length: 2_000 }, (_, i) => from + i * length);
    const buckets = wholeRange(from, from + length);
    buckets.addSamples({ times, values: times.map(() => 2) });
    expect(buckets.result()).toEqual({ avg: [2], min: [2], max: [2], last: [2] });
  });

  const START = 1_768_480_920_000;
  const samplesOf = (moments: readonly (readonly [second: number, value: number])[]) => ({
    times: Float64Array.from(moments, ([second]) => START + second * 1_000),
    values: Float64Array.from(moments, ([, value]) => value),
  });

  it("says what each step's samples come to, in whatever pieces and order they come", () => {
    const moment = fc.tuple(
      fc.integer({ min: -400, max: 4_000 }),
      fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom(Number.NaN, Infinity, -Infinity)),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(moment, { maxLength: 200, selector: ([second]) => second }),
        fc.constantFrom(1, 7, 30, 60, 90, 300),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
        (moments, stepSeconds, pieces, order) => {
          const count = Math.floor(3_600 / stepSeconds);
          const steps = { stepSeconds, from: START, to: START + count * stepSeconds * 1_000, count };
          const ascending = moments.toSorted(([a], [b]) => a - b);
          const size = Math.ceil(ascending.length / pieces);
          const cut = Array.from({ length: pieces }, (_, i) => samplesOf(ascending.slice(i * size, (i + 1) * size)));
          const taken = [...new Set([...order.filter((i) => i < pieces), ...cut.keys()])];
          // A second time in other steps: what is remembered of samples is of one length.
          for (const seconds of [stepSeconds, 120, stepSeconds]) {
            const other = Math.floor(3_600 / seconds);
            const shown = { stepSeconds: seconds, from: START, to: START + other * seconds * 1_000, count: other };
            const buckets = new Buckets(shown);
            for (const i of taken) buckets.addSamples(cut[i] ?? samplesOf([]));
            expect(buckets.result()).toEqual(naively(ascending, shown));
          }
          expect(new Buckets(steps).result().avg).toEqual(Array.from({ length: count }, () => null));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("gives the lists that are wanted, each once, and leaves the others empty", () => {
    const buckets = new Buckets({ stepSeconds: 60, from: START, to: START + 60_000, count: 1 });
    buckets.addSamples(
      samplesOf([
        [1, 4],
        [2, 6],
      ]),
    );
    expect(buckets.result(["max", "avg", "max"])).toEqual({ avg: [5], min: [], max: [6], last: [] });
  });
});

function naively(
  moments: readonly (readonly [second: number, value: number])[],
  { stepSeconds, count }: { stepSeconds: number; count: number },
) {
  const steps = Array.from({ length: count }, (_, i) =>
    moments.filter(([second, value]) => Math.floor(second / stepSeconds) === i && Number.isFinite(value)),
  ).map((all) => all.map(([, value]) => value));
  const each = (of: (values: number[]) => number) => steps.map((values) => (values.length > 0 ? of(values) : null));
  return {
    avg: each((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
    min: each((values) => Math.min(...values)),
    max: each((values) => Math.max(...values)),
    last: each((values) => values.at(-1) ?? 0),
  };
}
