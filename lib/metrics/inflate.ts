// Raw DEFLATE (RFC 1951) to bytes, for a sealed column's few hundred symbols: zlib needs as long, and more memory than what it
// gives, for which the collector of garbage runs over all there is.

/** Literals with codes up to this length are found in one step; longer ones are rare. */
const QUICK = 9;
const LONGEST = 15;

/** A canonical Huffman code. */
interface Code {
  /** By the next bits: 16 times the symbol plus the length of its code; 0: a longer code, or none. */
  quick: Uint16Array;
  /** How many codes there are of each length. */
  counts: Uint16Array;
  /** Symbols in the order of their codes. */
  symbols: Uint16Array;
}

const newCode = (symbols: number, bits: number): Code => ({
  quick: new Uint16Array(1 << bits),
  counts: new Uint16Array(LONGEST + 1),
  symbols: new Uint16Array(symbols),
});

const END = 256;
const LITERALS = 288;
const DISTANCES = 32;
// Of lengths from 257 on, and of distances: the least one, and how many bits say how much more.
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LENGTH_BASE = [
  ...[
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ],
];
const DISTANCE_BITS = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1));
const DISTANCE_BASE = DISTANCE_BITS.map((bits, code) => (code < 4 ? code + 1 : ((2 + (code & 1)) << bits) + 1));
/** In which order the lengths of the code of lengths stand. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Numbers of QUICK bits with their bits turned round. */
const REVERSED = Uint16Array.from({ length: 1 << QUICK }, (_, number) => {
  let reversed = 0;
  for (let bit = 0; bit < QUICK; bit++) reversed |= ((number >> bit) & 1) << (QUICK - 1 - bit);
  return reversed;
});

// One column is read at a time: what is needed for it is made once.
const fixed = { literals: newCode(LITERALS, QUICK), distances: newCode(DISTANCES, 5) };
const given = { literals: newCode(LITERALS, QUICK), distances: newCode(DISTANCES, 5) };
const ofLengths = newCode(ORDER.length, 7);
const lengths = new Uint8Array(LITERALS + DISTANCES);
const next = new Uint16Array(LONGEST + 2);

lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, LITERALS);
define(fixed.literals, 0, LITERALS);
lengths.fill(5, 0, DISTANCES);
define(fixed.distances, 0, DISTANCES);

/**
 * Defines a code by the lengths of its symbols' codes from `from` on. No bits may be left that stand for nothing, unless
 * there is but one symbol, or none.
 * @throws RangeError when no such code has these lengths
 */
function define({ quick, counts, symbols }: Code, from: number, to: number): void {
  counts.fill(0);
  for (let i = from; i < to; i++) counts[lengths[i] ?? 0] = (counts[lengths[i] ?? 0] ?? 0) + 1;
  counts[0] = 0;
  let left = 1;
  next[1] = 0;
  for (let length = 1; length <= LONGEST; length++) {
    left = 2 * left - (counts[length] ?? 0);
    if (left < 0) throw broken();
    next[length + 1] = (next[length] ?? 0) + (counts[length] ?? 0);
  }
  const isOfOne = next[2] === next[LONGEST + 1];
  if (left > 0 && !(isOfOne && symbols !== ofLengths.symbols)) throw broken();
  for (let i = from; i < to; i++) {
    const length = lengths[i] ?? 0;
    if (length === 0) continue;
    symbols[next[length] ?? 0] = i - from;
    next[length] = (next[length] ?? 0) + 1;
  }
  fillQuick({ quick, counts, symbols });
}

function fillQuick({ quick, counts, symbols }: Code): void {
  quick.fill(0);
  let [code, at] = [0, 0];
  for (let length = 1; 1 << length <= quick.length; length++) {
    for (let i = counts[length] ?? 0; i > 0; i--, code++, at++) {
      const entry = 16 * (symbols[at] ?? 0) + length;
      // Codes come with their first bit lowest.
      const first = (REVERSED[code] ?? 0) >> (QUICK - length);
      for (let bits = first; bits < quick.length; bits += 1 << length) quick[bits] = entry;
    }
    code <<= 1;
  }
}

const broken = () => new RangeError("A sealed column's bytes are broken");

let bytes: Uint8Array = new Uint8Array(0);
/** The next byte, the bits that were read and not yet used, and how many they are. */
let [at, pending, width] = [0, 0, 0];

/** At least 24 bits; behind the end there are zeros. */
function refill(): void {
  for (; width <= 24; width += 8) pending |= (bytes[at++] ?? 0) << width;
}

/** @param count 0..16 */
function take(count: number): number {
  refill();
  const bits = pending & ((1 << count) - 1);
  pending >>>= count;
  width -= count;
  return bits;
}

function symbolOf({ quick, counts, symbols }: Code): number {
  refill();
  const entry = quick[pending & (quick.length - 1)] ?? 0;
  if (entry > 0) {
    pending >>>= entry & 15;
    width -= entry & 15;
    return entry >> 4;
  }
  // Bit by bit: among the codes of each length, where this one would stand.
  let [code, first, index] = [0, 0, 0];
  for (let length = 1; length <= LONGEST; length++) {
    code |= (pending >>> (length - 1)) & 1;
    const count = counts[length] ?? 0;
    if (code - first < count) {
      pending >>>= length;
      width -= length;
      return symbols[index + code - first] ?? 0;
    }
    index += count;
    first = 2 * (first + count);
    code <<= 1;
  }
  throw broken();
}

function readCodes(): typeof given {
  const [literals, distances, known] = [take(5) + 257, take(5) + 1, take(4) + 4];
  if (literals > 286 || distances > 30) throw broken();
  lengths.fill(0, 0, ORDER.length);
  for (let i = 0; i < known; i++) lengths[ORDER[i] ?? 0] = take(3);
  define(ofLengths, 0, ORDER.length);
  const all = literals + distances;
  for (let i = 0; i < all; ) {
    const symbol = symbolOf(ofLengths);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw broken();
    const length = symbol === 16 ? (lengths[i - 1] ?? 0) : 0;
    const times = symbol === 16 ? 3 + take(2) : symbol === 17 ? 3 + take(3) : 11 + take(7);
    if (i + times > all) throw broken();
    lengths.fill(length, i, i + times);
    i += times;
  }
  if (lengths[END] === 0) throw broken();
  define(given.literals, 0, literals);
  define(given.distances, literals, all);
  return given;
}

/**
 * Inflates raw DEFLATE data.
 * @param data the whole stream and nothing behind it
 * @param into at least as long as what is inflated
 * @returns how many bytes were written
 * @throws RangeError when the data are broken, or hold more than `into` does
 */
export function inflate(data: Uint8Array, into: Uint8Array): number {
  bytes = data;
  [at, pending, width] = [0, 0, 0];
  let end = 0;
  for (let isLast = false; !isLast; ) {
    isLast = take(1) === 1;
    const type = take(2);
    if (type === 3) throw broken();
    if (type === 0) end = inflateStored(into, end);
    else end = inflateBlock(type === 1 ? fixed : readCodes(), into, end);
    if (at - (width >> 3) > data.length) throw broken();
  }
  return end;
}

function inflateStored(into: Uint8Array, from: number): number {
  take(width & 7);
  const length = take(16);
  if (take(16) !== (length ^ 0xffff)) throw broken();
  const start = at - (width >> 3);
  if (start + length > bytes.length || from + length > into.length) throw broken();
  into.set(bytes.subarray(start, start + length), from);
  [at, pending, width] = [start + length, 0, 0];
  return from + length;
}

function inflateBlock({ literals, distances }: typeof fixed, into: Uint8Array, from: number): number {
  for (let end = from; ; ) {
    end = copyLiterals(literals.quick, into, end);
    const symbol = symbolOf(literals);
    if (symbol < END) {
      if (end >= into.length) throw broken();
      into[end++] = symbol;
      continue;
    }
    if (symbol === END) return end;
    const [base, bits] = [LENGTH_BASE[symbol - 257], LENGTH_BITS[symbol - 257]];
    if (base === undefined || bits === undefined) throw broken();
    const length = base + take(bits);
    const code = symbolOf(distances);
    const distance = (DISTANCE_BASE[code] ?? Infinity) + take(DISTANCE_BITS[code] ?? 0);
    if (distance > end || end + length > into.length) throw broken();
    // Byte by byte: what is copied may begin in what it becomes.
    for (let i = 0; i < length; i++, end++) into[end] = into[end - distance] ?? 0;
  }
}

/**
 * Literals with short codes, which are nearly all, two at a time: to ask after each whether there are bits left would be
 * foretold wrongly, and cost more than all the rest. Ends before the data do.
 * @returns where they end
 */
function copyLiterals(quick: Uint16Array, into: Uint8Array, from: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const last = 8 * (bytes.length - 4);
  let end = from;
  let place = 8 * at - width;
  while (place <= last && end + 2 <= into.length) {
    const bits = view.getUint32(place >>> 3, true) >>> (place & 7);
    const first = quick[bits & ((1 << QUICK) - 1)] ?? 0;
    if (first === 0 || first >= 16 * END) break;
    into[end++] = first >> 4;
    place += first & 15;
    const second = quick[(bits >>> (first & 15)) & ((1 << QUICK) - 1)] ?? 0;
    if (second === 0 || second >= 16 * END) break;
    into[end++] = second >> 4;
    place += second & 15;
  }
  at = place >>> 3;
  [pending, width] = [0, 0];
  take(place & 7);
  return end;
}
