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

/** How often differences are to be taken (0..2) so that writing takes the fewest bits, and about how many. */
export function cheapestOrder(integers: Float64Array): { order: number; bits: number } {
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
  const all = Array.from({ length: ORDERS }, (_, order) => bitsOf(order, integers.length));
  const bits = Math.min(...all);
  return { order: all.indexOf(bits), bits };
}

function count(order: number, integer: number): void {
  const at = order * SYMBOLS + symbolOf(fold(integer));
  counts[at] = (counts[at] ?? 0) + 1;
}

// What a table of codes takes (measured): so much, and a little for each symbol.
const TABLE_BITS = 130;
const CODE_BITS = 3;

/** The symbols' entropy, the noise, and the table. */
function bitsOf(order: number, length: number): number {
  let bits = TABLE_BITS;
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const times = counts[order * SYMBOLS + symbol] ?? 0;
    if (times > 0) bits += CODE_BITS + times * (noiseBits(symbol) - Math.log2(times / length));
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

/** As many bits at any place of some bytes are certainly among the four bytes from there on. */
const AT_ONCE = 24;
// What each symbol stands for: how many bits of noise, which of those read at once, and the number above them if these are all.
const BITS = Uint8Array.from({ length: SYMBOLS }, (_, symbol) => noiseBits(symbol));
const MASK = Int32Array.from(BITS, (bits) => (1 << Math.min(bits, AT_ONCE)) - 1);
const BASE = Int32Array.from(BITS, (bits, symbol) =>
  symbol < 8 ? symbol : (4 + (symbol & 3)) << Math.min(bits, AT_ONCE),
);

/**
 * The inverse of `split` and `packNoise`, and of taking differences.
 * @param order how often differences were taken, 0..2
 * @throws RangeError if there is less noise than the symbols want
 */
export function join(symbols: Uint8Array, noise: Uint8Array, order: number): Float64Array {
  const integers = new Float64Array(symbols.length);
  const view = viewOf(noise);
  let [at, sum, step] = [0, 0, 0];
  // How many bits follow is noise as well: a branch on it would be foretold wrongly, and cost more than all the rest.
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] ?? 0;
    const bits = BITS[symbol] ?? 0;
    const short = (BASE[symbol] ?? 0) + (bitsAt(view, at) & (MASK[symbol] ?? 0));
    // As `unfold` does, but of an integer: what may be a double would be reckoned as one.
    const integer = bits > AT_ONCE ? unfold(long(symbol, view, at)) : (short >>> 1) ^ -(short & 1);
    at += bits;
    step = order === 2 ? step + integer : integer;
    sum = order === 0 ? step : sum + step;
    integers[i] = sum;
  }
  if (at > 8 * noise.length) throw new RangeError("A sealed column has lost values");
  return integers;
}

let padded = new DataView(new ArrayBuffer(8_192));

/** To be read by `bitsAt` up to the end of the bytes, and before it is called again. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length + 4 > padded.byteLength) padded = new DataView(new ArrayBuffer(bytes.length + 4));
  new Uint8Array(padded.buffer, 0, bytes.length).set(bytes);
  padded.setUint32(bytes.length, 0);
  return padded;
}

/** The bits from bit `at` on, at least 24 of them. @throws RangeError far behind the end */
export const bitsAt = (view: DataView, at: number): number => view.getUint32(at >>> 3, true) >>> (at & 7);

/** What a symbol with more bits than are read at once comes to. */
function long(symbol: number, view: DataView, at: number): number {
  const bits = noiseBits(symbol);
  let folded = (4 + (symbol & 3)) * power(bits);
  for (let got = 0; got < bits; got += AT_ONCE) {
    const taken = Math.min(AT_ONCE, bits - got);
    folded += (bitsAt(view, at + got) & ((1 << taken) - 1)) * power(got);
  }
  return folded;
}
