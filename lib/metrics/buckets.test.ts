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
        fc.integer({ min: 1, max: 5_000 }),
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

  it("does so where a border falls onto a sample by rounding", () => {
    // Seconds to milliseconds makes 2007.0000000000002 of this length.
    const [from, length] = [1_768_480_932_761, 2_007];
    const times = Float64Array.from({ length: 2_000 }, (_, i) => from + i * length);
    const buckets = wholeRange(from, from + length);
    buckets.addSamples({ times, values: times.map(() => 2) });
    expect(buckets.result()).toEqual({ avg: [2], min: [2], max: [2], last: [2] });
  });
});
