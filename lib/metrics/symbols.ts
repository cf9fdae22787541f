// Integers as symbols that compress well and noise bits that do not: what stands between the codec's arithmetic and zlib.

const POWER_OF_TWO = Float64Array.from({ length: 54 }, (_, exponent) => 2 ** exponent);

/** 0, -1, 1, -2 … → 0, 1, 2, 3 … */
export const fold = (integer: number) => (integer < 0 ? -2 * integer - 1 : 2 * integer);
// Nearly all are small: a remainder of doubles takes ten times as long as one of integers.
export const unfold = (folded: number) => {
  if (folded < 2 ** 31) return (folded >>> 1) ^ -(folded & 1);
  return folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
};

// A folded integer below 8 is its own symbol; above, the symbol holds its magnitude and the two bits after the leading
// one (as in exponential Golomb codes), and the bits below those, which are noise, are kept as they are.
const symbolOf = (folded: number): number => {
  if (folded < 8) return folded;
  const exponent = folded < 2 ** 32 ? 31 - Math.clz32(folded) : 63 - Math.clz32(folded / 2 ** 32);
  return 4 * exponent - 8 + Math.floor(folded / power(exponent - 2));
};
const noiseBits = (symbol: number): number => (symbol < 8 ? 0 : (symbol >> 2) - 1);
const power = (exponent: number): number => POWER_OF_TWO[exponent] ?? 0;

const SYMBOLS = 256;
const ORDERS = 3;
const counts = new Uint32Array(ORDERS * SYMBOLS);

// The loops of this file run for every sample ever stored: plain ones, a callback or an iterator each costs twice the time.

/** How often differences are to be taken (0..2) so that writing takes the fewest bits: the symbols' entropy and the noise. */
export function cheapestOrder(integers: Float64Array): number {
  counts.fill(0);
  let [before, step] = [0, 0];
  for (let i = 0; i < integers.length; i++) {
    const integer = integers[i] ?? 0;
    const difference = integer - before;
    count(0, integer);
    count(1, difference);
    count(2, difference - step);
    before = integer;
    step = difference;
  }
  const bits = Array.from({ length: ORDERS }, (_, order) => bitsOf(order, integers.length));
  return bits.indexOf(Math.min(...bits));
}

function count(order: number, integer: number): void {
  const at = order * SYMBOLS + symbolOf(fold(integer));
  counts[at] = (counts[at] ?? 0) + 1;
}

function bitsOf(order: number, length: number): number {
  let bits = 0;
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const times = counts[order * SYMBOLS + symbol] ?? 0;
    if (times > 0) bits += times * (noiseBits(symbol) - Math.log2(times / length));
  }
  return bits;
}

const GRAMS = 1024;
const grams = new Int32Array(GRAMS);

/** The share of symbols (0..1) that end a group of four which was there before, as far as a small table remembers. */
export function repetition(symbols: Uint8Array): number {
  grams.fill(-1);
  let [gram, repeated] = [0, 0];
  for (let i = 0; i < symbols.length; i++) {
    gram = (gram << 8) | (symbols[i] ?? 0);
    const place = Math.imul(gram, 0x9e3779b1) >>> 22;
    if (grams[place] === gram) repeated++;
    grams[place] = gram;
  }
  return repeated / symbols.length;
}

/** Integers as written: folded, and each one's symbol. */
export interface Split {
  folded: Float64Array;
  symbols: Uint8Array;
}

export function split(integers: Float64Array): Split {
  const folded = new Float64Array(integers.length);
  const symbols = new Uint8Array(integers.length);
  for (let i = 0; i < integers.length; i++) {
    const value = fold(integers[i] ?? 0);
    folded[i] = value;
    symbols[i] = symbolOf(value);
  }
  return { folded, symbols };
}

/** The bits below the symbols, one value after the other, lowest bit first. */
export function packNoise({ folded, symbols }: Split): Uint8Array {
  const bytes = new Uint8Array(folded.length * 7);
  // Bits that fill no byte yet, less than eight.
  let [pending, width, at] = [0, 0, 0];
  for (let i = 0; i < folded.length; i++) {
    const symbol = symbols[i] ?? 0;
    let left = noiseBits(symbol);
    if (left === 0) continue;
    let rest = (folded[i] ?? 0) - (4 + (symbol & 3)) * power(left);
    while (left > 0) {
      const taken = Math.min(left, 16);
      const whole = left <= 16 ? 0 : Math.floor(rest / 65_536);
      pending |= (rest - whole * 65_536) << width;
      for (width += taken; width >= 8; width -= 8) {
        bytes[at++] = pending & 255;
        pending >>>= 8;
      }
      rest = whole;
      left -= taken;
    }
  }
  if (width > 0) bytes[at++] = pending;
  return bytes.subarray(0, at);
}

/** The inverse of `split` and `packNoise`. */
export function join(symbols: Uint8Array, noise: Uint8Array): Float64Array {
  const integers = new Float64Array(symbols.length);
  // The bits that were read of the noise and belong to later values: never more than 31.
  let held = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] ?? 0;
    const bits = noiseBits(symbol);
    let folded = bits === 0 ? symbol : (4 + (symbol & 3)) * power(bits);
    for (let got = 0; got < bits; ) {
      const taken = Math.min(24, bits - got);
      for (; count < taken; count += 8) held |= (noise[at++] ?? 0) << count;
      const mask = (1 << taken) - 1;
      folded += (held & mask) * power(got);
      held >>>= taken;
      count -= taken;
      got += taken;
    }
    integers[i] = unfold(folded);
  }
  return integers;
}
