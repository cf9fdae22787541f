import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SAMPLES, SERIES } from "../../tests/support/earlier-blocks";
import { blockColumn, type Column, columnsIn, decodeColumn, encodeBlock } from "./block";

const times = (count: number) => Float64Array.from({ length: count }, (_, i) => i * 5_000);
const throughBlock = (values: Float64Array): Column => blockColumn(encodeBlock(times(values.length), [{ values }]), 1);
const bytesPerValue = (values: number[]) => {
  const bytesOf = (columns: Column[]) => encodeBlock(times(values.length), columns).data.length;
  return (bytesOf([{ values: Float64Array.from(values) }]) - bytesOf([])) / values.length;
};

const columnsOfHour = SERIES.map(({ values }) => values.filter((value) => value !== null));

const special = fc.constantFrom(
  ...[NaN, Infinity, -Infinity, 0, -0, Number.MIN_VALUE, 2.2e-308, Number.MAX_VALUE, 1e-7, 1e12 + 0.25],
  ...[2 ** 50 - 1, 2 ** 50, -(2 ** 50), 2 ** 53, 2 ** 53 - 1, -(2 ** 53) + 1, 0.1 + 0.2, 1e300, 1e22, 123456789.123456],
);
const decimal = fc
  .tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), fc.integer({ min: 0, max: 13 }))
  .map(([integer, decimals]) => integer / 10 ** decimals);
const counter = fc.tuple(fc.maxSafeNat(), fc.array(fc.nat(10 ** 6), { maxLength: 300 })).map(([first, steps]) =>
  steps.map(
    (
      (total) => (step: number) =>
        (total += step)
    )(first % 2 ** 49),
  ),
);
/** Any integers of a small range, as many as make it worth while. */
const even = fc
  .tuple(
    fc.integer({ min: -(10 ** 6), max: 10 ** 6 }),
    fc.integer({ min: 1, max: 2 ** 25 }),
    fc.constantFrom(1, 10, 100),
  )
  .chain(([low, size, scale]) =>
    fc.array(
      fc.nat(size).map((value) => (low + value) / scale),
      { maxLength: 300 },
    ),
  );
const column = fc.oneof(
  even,
  fc.array(fc.double(), { maxLength: 200 }),
  fc.array(decimal, { maxLength: 400 }),
  fc.array(fc.oneof(decimal, special), { maxLength: 100 }),
  fc.array(special, { maxLength: 50 }),
  fc.array(fc.maxSafeInteger(), { maxLength: 200 }),
  fc.array(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), { maxLength: 200 }),
  fc.array(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => Number(bits) * 512),
    { maxLength: 100 },
  ),
  counter,
  fc.tuple(fc.oneof(fc.double(), decimal, special), fc.nat(4000)).map(([value, count]) => Array(count).fill(value)),
);

describe("encoding and decoding", () => {
  it("is the identity for any doubles", () => {
    fc.assert(
      fc.property(column, (values) => {
        expect(Array.from(throughBlock(Float64Array.from(values)).values)).toEqual(values);
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps any bit pattern that is no NaN", () => {
    fc.assert(
      fc.property(fc.bigUint64Array({ maxLength: 60 }), (patterns) => {
        const values = new Float64Array(new BigUint64Array(patterns).buffer);
        expect(Array.from(throughBlock(values).values)).toEqual(Array.from(values));
      }),
    );
  });

  it("keeps any times and any missing values, column by column", () => {
    const sparse = fc.array(fc.option(fc.oneof(decimal, special), { freq: 3 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 40, maxLength: 40 }), fc.array(sparse), (ts, table) => {
        const columns = table.map((cells): Column => {
          const rows = cells.flatMap((cell, i) => (cell === null ? [] : [i]));
          const values = Float64Array.from(rows, (row) => cells[row] ?? NaN);
          return rows.length === cells.length ? { values } : { values, rows: Uint32Array.from(rows) };
        });
        const block = encodeBlock(Float64Array.from(ts), columns);
        expect(Array.from(blockColumn(block, 0).values)).toEqual(ts);
        columns.forEach((expected, i) => {
          expect(blockColumn(block, i + 1)).toEqual(expected);
        });
        expect(columnsIn(block)).toBe(columns.length + 1);
      }),
    );
  });
});

describe("size", () => {
  const noise = (i: number) => ((i * 7919) % 104729) / 104729;
  it.each([
    ["a constant", () => 16e9, 0.02],
    ["a constant that is no decimal", () => Math.PI, 0.08],
    ["a steady counter", (i: number) => 1e12 + i * 4096, 0.04],
    ["a percentage with two decimals around 40", (i: number) => Math.round(4000 + 100 * noise(i)) / 100, 0.86],
    ["memory in pages of 4096 bytes", (i: number) => 8e9 + 4096 * Math.floor(16 * noise(i)), 0.75],
    ["what comes back every minute", (i: number) => Math.floor(12 * noise(i % 12)) / 4, 0.15],
    ["a jumpy counter of packets", (i: number) => 1e6 * i + Math.floor(1000 * noise(i)), 1.6],
  ])("%s", (_, value, most) => {
    expect(bytesPerValue(Array.from({ length: 720 }, (_, i) => value(i)))).toBeLessThan(most);
  });

  it("equal columns take the place of one", () => {
    const values = Float64Array.from({ length: 720 }, (_, i) => 1e6 * noise(i));
    const once = encodeBlock(times(720), [{ values }]);
    const thrice = encodeBlock(times(720), [{ values }, { values: values.slice() }, { values }]);
    expect(thrice.data).toEqual(once.data);
    expect(blockColumn(thrice, 3).values).toEqual(values);
  });

  it("noise of one hour at 15 s takes hardly more than its bits", () => {
    const bytes = bytesPerValue(Array.from({ length: 240 }, (_, i) => Math.round(20_000 * noise(i)) / 100));
    expect(8 * bytes).toBeLessThan(Math.log2(20_000) + 0.5);
  });

  it("ten samples a minute on time cost next to nothing", () => {
    expect(encodeBlock(times(720), []).data.length).toBeLessThan(32);
  });
});

describe("places of columns", () => {
  const long = Float64Array.from({ length: 1_500 }, (_, i) => Math.sin(i));

  it("take one number each, two where a column is too long for that", () => {
    const [short, two] = [
      encodeBlock(times(720), [{ values: times(720) }]),
      encodeBlock(times(1_500), [{ values: long }]),
    ];
    expect([short.offs.length, two.offs.length]).toEqual([2, 4]);
    for (const block of [short, two]) expect(columnsIn(block)).toBe(2);
    expect(blockColumn(two, 1).values).toEqual(long);
  });

  it("take two numbers each where a column starts too far behind", () => {
    const columns = Array.from({ length: 64 }, (_, k) => ({ values: long.slice(k, k + 800) }));
    const block = encodeBlock(times(800), columns);
    expect(block.offs).toHaveLength(2 * 65);
    columns.forEach((expected, k) => {
      expect(blockColumn(block, k + 1)).toEqual(expected);
    });
  });

  it("of earlier versions are read", () => {
    columnsOfHour.forEach((values, k) => {
      expect(Array.from(blockColumn(SAMPLES, k + 1).values)).toEqual(values);
    });
    expect(columnsIn(SAMPLES)).toBe(1 + SERIES.length);
  });
});

describe("foreign bytes", () => {
  it.each([
    ["nothing", []],
    ["another version", [0x25, 1, 0, 0, 0]],
    ["a varint without end", [0x10, 0xff]],
    ["no symbols", [0x11, 3, 0, 0, 1, 0]],
    ["a range of nothing", [0x15, 3, 0, 0, 1, 0]],
    ["a range cut short", [0x15, 30, 0, 0, 1, 16, 255]],
    ["more bytes than integers", [0x15, 2, 0, 0, 1, 16, 255, 255]],
    ["doubles cut short", [0x13, 200, 1, 3, 0]],
  ])("%s: refused, not guessed", (_, bytes) => {
    expect(() => decodeColumn(Uint8Array.from(bytes))).toThrow();
  });
});
