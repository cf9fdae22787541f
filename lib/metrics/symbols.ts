// Integers as symbols that compress well and noise bits that do not: what stands between the codec's arithmetic and zlib.

const POWER_OF_TWO = Float64Array.from({ length: 54 }, (_, exponent) => 2 ** exponent);

/** 0, -1, 1, -2 … → 0, 1, 2, 3 … */
export const fold = (integer: number) => (integer < 0 ? -2 * integer - 1 : 2 * integer);
export const unfold = (folded: number) => (folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2);

// A folded integer below 8 is its own symbol; above, the symbol holds its magnitude and the two bits after the leading
// one (as in exponential Golomb codes), and the bits below those, which are noise, are kept as they are.
const symbolOf = (folded: number): number => {
  if (folded < 8) return folded;
  const exponent = folded < 2 ** 32 ? 31 - Math.clz32(folded) : 63 - Math.clz32(folded / 2 ** 32);
  return 4 * exponent - 8 + Math.floor(folded / power(exponent - 2));
};
const noiseBits = (symbol: number): number => (symbol < 8 ? 0 : (symbol >> 2) - 1);
const power = (exponent: number): number => POWER_OF_TWO[exponent] ?? 0;

/** Integers as written: folded, and each one's symbol. */
export interface Split {
  folded: Float64Array;
  symbols: Uint8Array;
  /** Estimate of the bits that will be stored: the symbols' entropy and the noise. */
  cost: number;
}

// The loops of this file run for every sample ever stored: plain ones, a callback or an iterator each costs twice the time.
export function split(integers: Float64Array): Split {
  const count = integers.length;
  const folded = new Float64Array(count);
  const symbols = new Uint8Array(count);
  const counts = new Uint32Array(256);
  for (let i = 0; i < count; i++) {
    const value = fold(integers[i] ?? 0);
    const symbol = symbolOf(value);
    folded[i] = value;
    symbols[i] = symbol;
    counts[symbol] = (counts[symbol] ?? 0) + 1;
  }
  let cost = 0;
  for (let symbol = 0; symbol < 256; symbol++) {
    const times = counts[symbol] ?? 0;
    if (times > 0) cost += times * (noiseBits(symbol) - Math.log2(times / count));
  }
  return { folded, symbols, cost };
}

/** The bits below the symbols, one value after the other, lowest bit first. */
export function packNoise({ folded, symbols }: Split): Uint8Array {
  const bytes = new Uint8Array(folded.length * 7);
  let at = 0;
  for (let i = 0; i < folded.length; i++) {
    let left = noiseBits(symbols[i] ?? 0);
    if (left === 0) continue;
    let rest = (folded[i] ?? 0) % power(left);
    while (left > 0) {
      const shift = at & 7;
      const taken = Math.min(8 - shift, left);
      const whole = Math.floor(rest / power(taken));
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | ((rest - whole * power(taken)) << shift);
      rest = whole;
      at += taken;
      left -= taken;
    }
  }
  return bytes.subarray(0, (at + 7) >> 3);
}

/** The inverse of `split` and `packNoise`. */
export function join(symbols: Uint8Array, noise: Uint8Array): Float64Array {
  const integers = new Float64Array(symbols.length);
  let at = 0;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] ?? 0;
    const bits = noiseBits(symbol);
    let folded = bits === 0 ? symbol : (4 + (symbol & 3)) * power(bits);
    for (let got = 0; got < bits; ) {
      const taken = Math.min(8 - (at & 7), bits - got);
      folded += (((noise[at >> 3] ?? 0) >> (at & 7)) & (power(taken) - 1)) * power(got);
      got += taken;
      at += taken;
    }
    integers[i] = unfold(folded);
  }
  return integers;
}
