// The file format around a backup: POSIX tar, so that it can be looked into without Dozor. Pure.

/** Members begin at multiples of it. */
export const BLOCK_BYTES = 512;

/** What follows a member's bytes up to the next block, or ends the file. */
export const paddingOf = (size: number): number => (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;

/** Two empty blocks. */
export const TAR_END = Buffer.alloc(2 * BLOCK_BYTES);

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format" */
const NAME = { at: 0, bytes: 100 };
const SIZE = { at: 124, bytes: 12 };
const SUM = { at: 148, bytes: 8 };
const MAGIC = { at: 257, text: "ustar\x0000" };

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");

/** The sum of a header's bytes, its own field counted as spaces. */
function sumOf(header: Buffer): number {
  let sum = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) sum += i >= SUM.at && i < SUM.at + SUM.bytes ? 0x20 : (header[i] ?? 0);
  return sum;
}

export interface TarMember {
  /** At most 100 ASCII characters. */
  name: string;
  /** Bytes that follow, less than 8 GiB. */
  size: number;
}

/** The block before a member: a regular file, mode 0600. */
export function tarHeader({ name, size }: TarMember, now: Date): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, NAME.at, "latin1");
  header.write(`${octal(0o600, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100, "latin1");
  header.write(`${octal(size, 11)} `, SIZE.at, "latin1");
  header.write(`${octal(Math.floor(now.getTime() / 1_000), 11)} `, 136, "latin1");
  header.write("0", 156, "latin1");
  header.write(MAGIC.text, MAGIC.at, "latin1");
  header.write(`${octal(sumOf(header), 6)}\0 `, SUM.at, "latin1");
  return header;
}

const field = (header: Buffer, { at, bytes }: { at: number; bytes: number }): string =>
  header.toString("latin1", at, at + bytes).replace(/[\0 ].*$/s, "");

/** Reads a header; undefined if it is none, or was changed. */
export function parseTarHeader(header: Buffer): TarMember | undefined {
  if (header.length !== BLOCK_BYTES || header.toString("latin1", MAGIC.at, MAGIC.at + 5) !== "ustar") return undefined;
  if (Number.parseInt(field(header, SUM), 8) !== sumOf(header)) return undefined;
  const size = Number.parseInt(field(header, SIZE), 8);
  return Number.isSafeInteger(size) && size >= 0 ? { name: field(header, NAME), size } : undefined;
}
