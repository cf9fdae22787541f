// Integers that come evenly from a small range, as noise does: about log2(size) bits for each, without a table of codes.
// With 2^bits <= size < 2^(bits + 1), the smallest 2^(bits + 1) - size integers take `bits` bits, all others one more.
import { bitsAt, viewOf } from "./symbols";

/** All integers of a column are at least `low` and less than `low + size`. */
export interface Range {
  low: number;
  size: number;
}

/** With more an integer would not be read at once. */
const LARGEST = 2 ** 24 - 1;

export function rangeOf(integers: Float64Array): Range {
  let [low, high] = [0, 0];
  for (let i = 0; i < integers.length; i++) {
    const integer = integers[i] ?? 0;
    if (integer < low) low = integer;
    if (integer > high) high = integer;
  }
  return { low, size: high - low + 1 };
}

/** About how many bits an integer takes that may be any of `size`. */
export const bitsOfOne = (size: number): number => (size > LARGEST ? Infinity : Math.log2(size) + 0.05);

const shape = (size: number) => {
  const bits = 31 - Math.clz32(size);
  return { bits, few: 2 ** (bits + 1) - size };
};

/** Integers of a range, lowest bit first; of a longer one the lowest bit comes last. */
export function packEven(integers: Float64Array, { low, size }: Range): Uint8Array {
  const { bits, few } = shape(size);
  const bytes = new Uint8Array(Math.ceil((integers.length * (bits + 1)) / 8));
  // Bits that fill no byte yet, less than eight.
  let [pending, width, at] = [0, 0, 0];
  for (let i = 0; i < integers.length; i++) {
    const value = (integers[i] ?? 0) - low;
    const longer = value + few;
    const isShort = value < few;
    pending |= (isShort ? value : (longer >> 1) | ((longer & 1) << bits)) << width;
    for (width += isShort ? bits : bits + 1; width >= 8; width -= 8) {
      bytes[at++] = pending & 255;
      pending >>>= 8;
    }
  }
  if (width > 0) bytes[at++] = pending;
  return bytes.subarray(0, at);
}

/**
 * The inverse of `packEven`, from 0 on.
 * @throws RangeError if the bytes are not those of `count` integers
 */
export function unpackEven(packed: Uint8Array, { count, size }: { count: number; size: number }): Float64Array {
  if (size < 1 || size > LARGEST) throw new RangeError("A sealed column has no range");
  const { bits, few } = shape(size);
  const integers = new Float64Array(count);
  const view = viewOf(packed);
  const mask = 2 ** bits - 1;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const next = bitsAt(view, at);
    const value = next & mask;
    // 1 or 0, without a branch: which of them is noise as well, and would be foretold wrongly.
    const longer = (few - 1 - value) >>> 31;
    integers[i] = value + longer * (value - few + ((next >>> bits) & 1));
    at += bits + longer;
  }
  if (Math.ceil(at / 8) !== packed.length) throw new RangeError("A sealed column has lost values");
  return integers;
}
