// The five numbers of an aggregate in few bytes where they are decimals, as most readings are.
import { toDecimals } from "./decimals";
import type { Aggregate } from "./hour";
import { fold, unfold } from "./symbols";
import { putVarints, readVarint } from "./varint";

/** The least that the first byte of a short one is; the decimals are added to it. */
export const SHORT = 0x80;

// A sum of doubles is rarely the decimal it should be, but one nearby: how many doubles lie in between is a small number.
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
// The word that holds the low bits comes first on most machines.
double[0] = 1;
const LOW = words[0] === 0 ? 0 : 1;

function lowWord(value: number): number {
  double[0] = value;
  return words[LOW] ?? 0;
}

/** The double `count` doubles further, as long as the high word stays the same. */
function further(value: number, count: number): number {
  if (count === 0) return value;
  words[LOW] = lowWord(value) + count;
  return double[0] ?? 0;
}

/** Undefined if some of the numbers are no decimals, or the largest ones. */
export function encodeShort(one: Aggregate): Buffer | undefined {
  const numbers = toIntegers(one);
  if (!numbers?.every((number) => Number.isSafeInteger(number) && number >= 0)) return undefined;
  const [decimals = 0, ...others] = numbers;
  const bytes = [SHORT + decimals];
  putVarints(bytes, ...others);
  const short = Buffer.from(bytes);
  return isSame(one, decodeShort(short, 0)) ? short : undefined;
}

const NAMES = ["n", "sum", "min", "max", "last"] as const;
const isSame = (one: Aggregate, other: Aggregate) => NAMES.every((name) => Object.is(one[name], other[name]));

function toIntegers({ n, sum, min, max, last }: Aggregate): number[] | undefined {
  const exact = toDecimals(Float64Array.of(min, max, last));
  // Whoever looks for nothing looks for a long one.
  if (!exact || n === 0) return undefined;
  const { decimals, first, divisor, integers } = exact;
  const [, above = 0, later = 0] = integers;
  const scale = 10 ** decimals;
  const total = Math.round(sum * scale);
  const rounding = lowWord(sum) - lowWord(total / scale);
  return [decimals, n, fold(first), divisor * above, divisor * later, fold(total - n * first), fold(rounding)];
}

/** The short aggregate that starts at byte `at`. */
export function decodeShort(bytes: Buffer, at: number): Aggregate {
  const scale = 10 ** ((bytes[at] ?? 0) - SHORT);
  const reader = { bytes, at: at + 1 };
  const n = readVarint(reader);
  const min = unfold(readVarint(reader));
  const max = min + readVarint(reader);
  const last = min + readVarint(reader);
  const total = unfold(readVarint(reader)) + n * min;
  const rounding = unfold(readVarint(reader));
  return { n, sum: further(total / scale, rounding), min: min / scale, max: max / scale, last: last / scale };
}
