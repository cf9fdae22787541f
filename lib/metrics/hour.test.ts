import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AGGREGATE_BYTES, type Aggregate, aggregate, decodeAggregate, decodeHour, encodeHour } from "./hour";

const some = fc.record({
  n: fc.nat(),
  sum: fc.double({ noNaN: true }),
  min: fc.double({ noNaN: true }),
  max: fc.double({ noNaN: true }),
  last: fc.double({ noNaN: true }),
});
const quiet: Aggregate = { n: 720, sum: 0, min: 0, max: 0, last: 0 };

/** As they come: of samples with a few decimals, some of them none. */
const real = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.array(fc.nat(10 ** 6)))
  .map(([decimals, base, values]) => aggregate(Float64Array.from(values, (value) => (base + value) / 10 ** decimals)));

describe("encodeHour", () => {
  it("gives back every slot's aggregate", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(some, real, fc.constant(quiet)), { maxLength: 64 }), (aggregates) => {
        expect(decodeHour(encodeHour(aggregates))).toEqual(aggregates);
      }),
    );
  });

  it("keeps equal ones once", () => {
    const busy = { ...quiet, max: 7 };
    const hour = encodeHour([quiet, busy, ...Array<Aggregate>(62).fill(quiet)]);
    const short = encodeHour([quiet]).length - 3;
    expect(hour.length).toBeLessThan(1 + 2 * 64 + 2 * short);
  });

  it("takes few bytes for decimals, whatever the rounding of their sum", () => {
    const values = Float64Array.from({ length: 720 }, (_, i) => ((i * 7919) % 10_007) / 100);
    const all = Array.from({ length: 64 }, (_, k) => aggregate(values.map((value) => value + k)));
    expect(encodeHour(all).length).toBeLessThan(1 + 64 * (2 + 16) + AGGREGATE_BYTES);
  });

  it("leaves as many bytes behind each start as are cut out", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(some, real), { minLength: 1, maxLength: 64 }), (aggregates) => {
        const hour = encodeHour(aggregates);
        aggregates.forEach((one, slot) => {
          const start = hour.readUInt16BE(1 + 2 * slot);
          expect(start + AGGREGATE_BYTES).toBeLessThanOrEqual(hour.length);
          expect(decodeAggregate(hour.subarray(start, start + AGGREGATE_BYTES), 0)).toEqual(one);
        });
      }),
    );
  });

  it("tells 0 from minus 0", () => {
    const [first, second] = decodeHour(encodeHour([quiet, { ...quiet, last: -0 }]));
    expect([Object.is(first?.last, 0), Object.is(second?.last, -0)]).toEqual([true, true]);
  });
});
