import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inflate } from "./inflate";

const { Z_HUFFMAN_ONLY, Z_DEFAULT_STRATEGY, Z_FIXED, Z_RLE } = constants;
const STRATEGIES = [Z_HUFFMAN_ONLY, Z_DEFAULT_STRATEGY, Z_FIXED, Z_RLE];

function inflated(data: Uint8Array, room: number): Uint8Array {
  const into = new Uint8Array(room);
  return into.subarray(0, inflate(data, into));
}

/** Bytes as symbols are: few or many kinds of them, in runs or not. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3_000, size: "max" }),
  fc.uint8Array({ max: 5, maxLength: 3_000, size: "max" }),
  fc
    .array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 400 })), { maxLength: 60 })
    .map((runs) => Uint8Array.from(runs.flatMap(([byte, times]) => Array<number>(times).fill(byte)))),
  // Each byte half as often as the one before: codes of all lengths.
  fc.nat(2 ** 31 - 1).map((seed) => {
    let state = seed;
    const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0);
    return Uint8Array.from({ length: 60_000 }, () => Math.clz32(random()) * 3);
  }),
);

describe("inflate", () => {
  it("gives back what zlib deflated, by whatever strategy, level and window", () => {
    fc.assert(
      fc.property(
        content,
        fc.constantFrom(...STRATEGIES),
        fc.nat(9),
        fc.integer({ min: 9, max: 15 }),
        (bytes, strategy, level, windowBits) => {
          const data = deflateRawSync(bytes, { strategy, level, windowBits });
          expect(Buffer.compare(inflated(data, bytes.length), bytes)).toBe(0);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("gives back several blocks of all kinds, one behind the other", () => {
    const noise = Uint8Array.from({ length: 70_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
    for (const bytes of [noise, new Uint8Array(200_000), new Uint8Array(0)])
      expect(Buffer.compare(inflated(deflateRawSync(bytes, { memLevel: 1 }), bytes.length), bytes)).toBe(0);
  });

  it("of broken data gives what zlib gives, and refuses what zlib refuses", () => {
    fc.assert(
      fc.property(
        content.filter(({ length }) => length > 0 && length < 5_000),
        fc.constantFrom(...STRATEGIES),
        fc.array(fc.tuple(fc.nat(5_000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(5_000),
        (bytes, strategy, changes, length) => {
          const data = Uint8Array.from(deflateRawSync(bytes, { strategy }));
          for (const [at, byte] of changes) data[at % data.length] = byte;
          const cut = data.subarray(0, Math.max(1, data.length - (length % 3)));
          const ours = attempt(() => inflated(cut, 10_000));
          const theirs = attempt(() => inflateRawSync(cut, { maxOutputLength: 10_000 }));
          if (theirs instanceof Uint8Array) expect(ours).toEqual(Uint8Array.from(theirs));
          else expect(ours).toBeInstanceOf(RangeError);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("refuses what any bytes hold if it is more than there is room for", () => {
    const data = deflateRawSync(new Uint8Array(100));
    expect(() => inflate(data, new Uint8Array(99))).toThrow(RangeError);
    for (const strategy of STRATEGIES) {
      const bytes = deflateRawSync(
        Uint8Array.from({ length: 100 }, (_, i) => i),
        { strategy, level: 0 },
      );
      expect(() => inflate(bytes, new Uint8Array(99))).toThrow(RangeError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(attempt(() => inflated(bytes, 1_000))).toSatisfy(
          (given) => given instanceof Uint8Array || given instanceof RangeError,
        );
      }),
      { numRuns: 5_000 },
    );
  });
});

function attempt(work: () => Uint8Array): Uint8Array | unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
