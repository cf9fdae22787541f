// Doubles that are really decimal numbers (percentages, bytes, rates) as small integers, exactly or not at all.

/** Integers below this stay exact through two differences and the folding of their sign. */
const EXACT = 2 ** 50;
const MOST_DECIMALS = 12;

/** value = (first + divisor × integer) / 10^decimals */
export interface Decimals {
  decimals: number;
  first: number;
  /** 0: all values are the first one, and the integers are 0. */
  divisor: number;
  integers: Float64Array;
}

/** The fewest decimals that give back every value exactly; undefined if none do. */
export function toDecimals(values: Float64Array): Decimals | undefined {
  const decimals = decimalsOf(values);
  if (decimals === undefined) return undefined;
  const scale = 10 ** decimals;
  const first = Math.round((values[0] ?? 0) * scale);
  const integers = new Float64Array(values.length);
  let divisor = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = Math.round((values[i] ?? 0) * scale) - first;
    integers[i] = distance;
    if (divisor !== 1) divisor = greatestCommonDivisor(divisor, Math.abs(distance));
  }
  if (divisor > 1) for (let i = 0; i < integers.length; i++) integers[i] = (integers[i] ?? 0) / divisor;
  return { decimals, first, divisor, integers };
}

export function fromDecimals({ decimals, first, divisor, integers }: Decimals): Float64Array {
  const scale = 10 ** decimals;
  const values = new Float64Array(integers.length);
  for (let i = 0; i < integers.length; i++) values[i] = (first + divisor * (integers[i] ?? 0)) / scale;
  return values;
}

function decimalsOf(values: Float64Array): number | undefined {
  let decimals = 0;
  for (let i = 0; i < values.length; i++) {
    while (!isInteger(values[i] ?? 0, 10 ** decimals)) if (++decimals > MOST_DECIMALS) return undefined;
  }
  const scale = 10 ** decimals;
  for (let i = 0; i < values.length; i++) if (!isInteger(values[i] ?? 0, scale)) return undefined;
  return decimals;
}

// No tolerance: a near miss would change the value. Minus zero is no integer.
function isInteger(value: number, scale: number): boolean {
  const integer = Math.round(value * scale);
  return integer / scale === value && Math.abs(integer) < EXACT && !Object.is(value, -0);
}

function greatestCommonDivisor(a: number, b: number): number {
  let larger = a;
  for (let smaller = b; smaller !== 0; ) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
