import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AGGREGATE_BYTES, type Aggregate, decodeHour, encodeHour } from "./hour";

const some = fc.record({
  n: fc.nat(),
  sum: fc.double({ noNaN: true }),
  min: fc.double({ noNaN: true }),
  max: fc.double({ noNaN: true }),
  last: fc.double({ noNaN: true }),
});
const quiet: Aggregate = { n: 720, sum: 0, min: 0, max: 0, last: 0 };

describe("encodeHour", () => {
  it("gives back every slot's aggregate", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(some, fc.constant(quiet)), { maxLength: 64 }), (aggregates) => {
        expect(decodeHour(encodeHour(aggregates))).toEqual(aggregates);
      }),
    );
  });

  it("keeps equal ones once", () => {
    const busy = { ...quiet, max: 7 };
    const hour = encodeHour([quiet, busy, ...Array<Aggregate>(62).fill(quiet)]);
    expect(hour).toHaveLength(1 + 64 + 2 * AGGREGATE_BYTES);
  });

  it("tells 0 from minus 0", () => {
    const [first, second] = decodeHour(encodeHour([quiet, { ...quiet, last: -0 }]));
    expect([Object.is(first?.last, 0), Object.is(second?.last, -0)]).toEqual([true, true]);
  });
});
