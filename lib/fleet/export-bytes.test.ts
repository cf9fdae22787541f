import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExportBytes } from "./export-bytes";

function written(write: (bytes: ExportBytes) => void): string {
  const bytes = new ExportBytes();
  write(bytes);
  expect(bytes.length).toBeGreaterThan(0);
  const text = new TextDecoder().decode(bytes.take());
  expect(bytes.length).toBe(0);
  return text;
}

const decimal = fc.tuple(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.integer({ min: 0, max: 6 }));
const numbers = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  decimal.map(([digits, places]) => digits / 10 ** places),
);

describe("ExportBytes", () => {
  it("writes numbers as JavaScript does, and the sign of zero", () => {
    const edges = [
      0,
      -0,
      1,
      0.1,
      0.001,
      0.0001,
      0.3,
      0.1 + 0.2,
      99.99,
      2147483.647,
      2147483.648,
      2 ** 31,
      2 ** 53,
      1e21,
    ];
    const extremes = [Number.MAX_VALUE, Number.MIN_VALUE, -1.2345678901234567e-100, 1e-7, -5, 1000, 1000.5, 0.0005];
    for (const value of [...edges, ...extremes]) {
      expect(written((bytes) => bytes.number(value))).toBe(Object.is(value, -0) ? "-0" : String(value));
    }
    fc.assert(
      fc.property(numbers, (value) => {
        const text = written((bytes) => bytes.number(value));
        expect(Object.is(Number(text), value)).toBe(true);
        if (value !== 0) expect(text).toBe(String(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it("writes times as ISO 8601", () => {
    const times = fc.array(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(times, (all) => {
        const text = written((bytes) => {
          for (const ms of all) bytes.time(ms);
        });
        expect(text).toBe(all.map((ms) => new Date(ms).toISOString()).join(""));
      }),
      { numRuns: 300 },
    );
  });

  it("holds any text, and gives pieces that later ones do not overwrite", () => {
    const long = "ü€😀".repeat(50_000);
    expect(written((bytes) => bytes.text(long))).toBe(long);
    const bytes = new ExportBytes();
    bytes.text("first");
    const first = bytes.take();
    bytes.text("other");
    expect(new TextDecoder().decode(first)).toBe("first");
    for (let i = 0; i < 100_000; i++) bytes.comma();
    expect(new TextDecoder().decode(bytes.take())).toBe(`other${",".repeat(100_000)}`);
  });
});
