// Whole numbers 0..2^53 in as few bytes as they need: groups of seven bits, lowest first; the last one has no high bit.

export interface Reader {
  bytes: Uint8Array;
  at: number;
}

/** Adds numbers to bytes. */
export function putVarints(bytes: number[], ...numbers: number[]): void {
  for (const number of numbers) {
    let rest = number;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  }
}

/** @throws RangeError if the bytes end within the number */
export function readVarint(reader: Reader): number {
  for (let value = 0, scale = 1; ; scale *= 128) {
    const byte = reader.bytes[reader.at++];
    if (byte === undefined) throw new RangeError("A sealed column ends early");
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
}
