// The codec of sealed samples: columns of doubles to few bytes and back, lossless for every double (all NaNs are one).
import { constants, deflateRawSync } from "node:zlib";
import { type Decimals, fromDecimals, toDecimals } from "./decimals";
import { bitsOfOne, packEven, rangeOf, unpackEven } from "./even";
import { inflate } from "./inflate";
import { cheapestOrder, fold, join, packNoise, repetition, split, unfold } from "./symbols";
import { putVarints, readVarint } from "./varint";

/**
 * Samples of one series on the common times of a block. `values[i]` was taken at the time with index `rows[i]`
 * (ascending); without `rows` there is a value at every time.
 */
export interface Column {
  values: Float64Array;
  rows?: Uint32Array;
}

/**
 * Compressed columns, and where each one lies in `data`. Column 0 holds the times and is the first one.
 * Equal columns share their bytes, as the totals of a machine and its only network card do.
 */
export interface Block {
  offs: number[];
  data: Uint8Array;
}

// First byte of a column: format version in the high half, then what was written: the integers themselves, their
// differences, the differences of those, doubles, a column with missing values, or integers of a range.
const VERSION = 0x10;
const PLAIN = VERSION;
const SECOND = VERSION + 2;
const DOUBLES = VERSION + 3;
const SPARSE = VERSION + 4;
const EVEN = VERSION + 5;

/** A window as small as a column: zlib starts faster. */
const DEFLATE = { level: 6, windowBits: 10, memLevel: 5, chunkSize: 1024 };
/** The repetition from which a search for repetitions gains more than it costs (measured). */
const MUCH = 0.7;
/** No byte of raw DEFLATE data stands for more bytes than that. */
const MOST_OF_A_BYTE = 1_032;

/**
 * Compresses a block.
 * @param times one number per sample time, in order
 * @param columns the series in the order of their slots
 */
export function encodeBlock(times: Float64Array, columns: readonly Column[]): Block {
  const builder = new BlockBuilder(times);
  for (const column of columns) builder.add(column);
  return builder.build();
}

// Of column k, offs[k] holds where it starts, times LENGTHS, and its length; of earlier versions and of columns too large
// for that, offs[2k] holds where it starts and offs[2k + 1] where it ends. So those, and only those, begin with 0.
type Place = [start: number, end: number];
export const LENGTHS = 2 ** 13;
const STARTS = 2 ** 18;

const inPairs = (offs: readonly number[]): boolean => offs[0] === 0;

function offsOf(places: readonly Place[]): number[] {
  if (places.some(([start, end]) => start >= STARTS || end - start >= LENGTHS)) return places.flat();
  return places.map(([start, end]) => start * LENGTHS + end - start);
}

/** Compresses a block column by column, for who must do something else in between. */
export class BlockBuilder {
  private readonly contents = new Map<string, Place>();
  private readonly known = new Map<Column, Place>();
  private readonly parts: Buffer[] = [];
  private readonly places: Place[] = [];
  private end = 0;

  /** @param times one number per sample time, in order */
  constructor(times: Float64Array) {
    this.add({ values: times });
  }

  /** Adds the series of the next slot. */
  add(column: Column): void {
    const place = this.known.get(column) ?? this.place(column);
    this.known.set(column, place);
    this.places.push(place);
  }

  private place(column: Column): Place {
    const bytes = Buffer.from(encodeColumn(column));
    const content = bytes.toString("latin1");
    const place: Place = this.contents.get(content) ?? [this.end, this.end + bytes.length];
    if (!this.contents.has(content)) {
      this.contents.set(content, place);
      this.parts.push(bytes);
      this.end += bytes.length;
    }
    return place;
  }

  build(): Block {
    return { offs: offsOf(this.places), data: Buffer.concat(this.parts) };
  }
}

/** Columns in a block, the times included. */
export const columnsIn = ({ offs }: Pick<Block, "offs">): number => (inPairs(offs) ? offs.length / 2 : offs.length);

/** Column `index` of a whole block (0: the times). */
export function blockColumn({ offs, data }: Block, index: number): Column {
  if (inPairs(offs)) return decodeColumn(data.subarray(offs[2 * index], offs[2 * index + 1]));
  const place = offs[index] ?? 0;
  const start = Math.floor(place / LENGTHS);
  return decodeColumn(data.subarray(start, start + (place % LENGTHS)));
}

function encodeColumn({ values, rows }: Column): Uint8Array {
  if (!rows) return pack(values);
  const where = pack(Float64Array.from(rows));
  return Buffer.concat([bytesOf([SPARSE], where.length), where, pack(values)]);
}

/** @throws RangeError or zlib's error if the bytes are no column of a known version */
export function decodeColumn(bytes: Uint8Array): Column {
  if (bytes[0] !== SPARSE) return { values: unpack(bytes) };
  const reader = { bytes, at: 1 };
  const length = readVarint(reader);
  const values = unpack(bytes.subarray(reader.at + length));
  return { rows: Uint32Array.from(unpack(bytes.subarray(reader.at, reader.at + length))), values };
}

function pack(values: Float64Array): Uint8Array {
  const exact = toDecimals(values);
  if (!exact) return packDoubles(values);
  const { decimals, first, divisor, integers } = exact;
  const head = [values.length, decimals, fold(first), divisor];
  if (divisor === 0) return bytesOf([PLAIN], ...head);
  const { order, bits } = cheapestOrder(integers);
  const even = packRange(exact, bits);
  for (let taken = 0; taken < order; taken++) takeDifferences(integers);
  const parts = split(integers);
  const repeats = repetition(parts.symbols) > MUCH;
  if (even && !repeats) return even;
  // Where little comes back, coding each symbol alone is cheaper and takes fewer bytes.
  const strategy = repeats ? constants.Z_DEFAULT_STRATEGY : constants.Z_HUFFMAN_ONLY;
  const symbols = deflateRawSync(parts.symbols, { ...DEFLATE, strategy });
  const packed = Buffer.concat([bytesOf([PLAIN + order], ...head, symbols.length), symbols, packNoise(parts)]);
  return even && even.length <= packed.length ? even : packed;
}

/** Integers of a range, if that takes fewer than `bits`. */
function packRange({ decimals, first, divisor, integers }: Decimals, bits: number): Uint8Array | undefined {
  const range = rangeOf(integers);
  if (integers.length * bitsOfOne(range.size) >= bits) return undefined;
  const lowest = fold(first + divisor * range.low);
  const head = bytesOf([EVEN], integers.length, decimals, lowest, divisor, range.size);
  return Buffer.concat([head, packEven(integers, range)]);
}

function unpack(bytes: Uint8Array): Float64Array {
  const [mode = -1] = bytes;
  if (mode === DOUBLES) return unpackDoubles(bytes);
  if (mode !== EVEN && (mode < PLAIN || mode > SECOND))
    throw new RangeError(`Unknown format ${mode} of a sealed column`);
  const reader = { bytes, at: 1 };
  const count = readVarint(reader);
  const decimals = readVarint(reader);
  const first = unfold(readVarint(reader));
  const divisor = readVarint(reader);
  if (divisor === 0) return new Float64Array(count).fill(first / 10 ** decimals);
  const length = readVarint(reader);
  if (mode === EVEN) {
    const integers = unpackEven(bytes.subarray(reader.at), { count, size: length });
    return fromDecimals({ decimals, first, divisor, integers });
  }
  const symbols = inflated(bytes.subarray(reader.at, reader.at + length), count);
  const integers = join(symbols, bytes.subarray(reader.at + length), mode - PLAIN);
  return fromDecimals({ decimals, first, divisor, integers });
}

/** Used again for each column, which is read at once. */
const scratch = new Uint8Array(65_536);

/** @throws RangeError when there are not `count` bytes */
function inflated(bytes: Uint8Array, count: number): Uint8Array {
  if (count > MOST_OF_A_BYTE * bytes.length) throw new RangeError("A sealed column has lost values");
  const into = count > scratch.length ? new Uint8Array(count) : scratch.subarray(0, count);
  if (inflate(bytes, into) !== count) throw new RangeError("A sealed column has lost values");
  return into;
}

function takeDifferences(integers: Float64Array): void {
  for (let i = integers.length - 1; i > 0; i--) integers[i] = (integers[i] ?? 0) - (integers[i - 1] ?? 0);
}

/** Bytes of equal rank together, each as the difference (XOR) to the value before: what stays the same compresses. */
function packDoubles(values: Float64Array): Uint8Array {
  const planes = new Uint8Array(8 * values.length);
  const view = new DataView(new ArrayBuffer(16));
  values.forEach((value, i) => {
    view.setFloat64(8 * (i & 1), value);
    for (let rank = 0; rank < 8; rank++)
      planes[rank * values.length + i] = view.getUint8(rank) ^ view.getUint8(8 + rank);
  });
  return Buffer.concat([bytesOf([DOUBLES], values.length), deflateRawSync(planes, { level: 9 })]);
}

function unpackDoubles(bytes: Uint8Array): Float64Array {
  const reader = { bytes, at: 1 };
  const count = readVarint(reader);
  const planes = inflated(bytes.subarray(reader.at), 8 * count);
  const values = new Float64Array(count);
  const view = new DataView(new ArrayBuffer(8));
  return values.map((_, i) => {
    for (let rank = 0; rank < 8; rank++)
      view.setUint8(rank, view.getUint8(rank) ^ (planes[rank * values.length + i] ?? 0));
    return view.getFloat64(0);
  });
}

/** Given bytes, then whole numbers. */
function bytesOf(bytes: number[], ...numbers: number[]): Uint8Array {
  putVarints(bytes, ...numbers);
  return Uint8Array.from(bytes);
}
