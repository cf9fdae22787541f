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

const SCALES = Float64Array.from({ length: MOST_DECIMALS + 1 }, (_, decimals) => 10 ** decimals);

/** The fewest decimals that give back every value exactly; undefined if none do. */
export function toDecimals(values: Float64Array): Decimals | undefined {
  const decimals = decimalsOf(values);
  const scale = SCALES[decimals];
  if (scale === undefined) return undefined;
  const first = Math.round((values[0] ?? 0) * scale);
  const integers = new Float64Array(values.length);
  let divisor = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    // A value that needed fewer decimals may not bear more.
    if (!isInteger(value, scale)) return undefined;
    const distance = Math.round(value * scale) - first;
    integers[i] = distance;
    if (divisor !== 1 && distance !== 0) divisor = greatestCommonDivisor(divisor, Math.abs(distance));
  }
  if (divisor > 1) for (let i = 0; i < integers.length; i++) integers[i] = (integers[i] ?? 0) / divisor;
  return { decimals, first, divisor, integers };
}

/** The inverse of `toDecimals`; the integers' own array holds the values then. */
export function fromDecimals({ decimals, first, divisor, integers }: Decimals): Float64Array {
  const scale = 10 ** decimals;
  for (let i = 0; i < integers.length; i++) integers[i] = (first + divisor * (integers[i] ?? 0)) / scale;
  return integers;
}

/** The most decimals that any of the values needs, or more than there may be. */
function decimalsOf(values: Float64Array): number {
  let decimals = 0;
  for (let i = 0; i < values.length && decimals <= MOST_DECIMALS; i++) {
    const value = values[i] ?? 0;
    while (decimals <= MOST_DECIMALS && !isInteger(value, SCALES[decimals] ?? 1)) decimals++;
  }
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
