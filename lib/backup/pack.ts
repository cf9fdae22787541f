// Compression of blocks, several at once and in order: zlib works in threads of its own.
import { promisify } from "node:util";
import { constants, gunzip, gzip, gzipSync } from "node:zlib";

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** As many as Node has threads for. */
const AT_ONCE = 4;
/** Sealed history is compressed already: what of a block is tried first, and how much smaller it must become. */
const TRIED_BYTES = 64 * 1024;
const WORTH = 0.9;
const FAST = { level: constants.Z_BEST_SPEED };

export interface Packed {
  bytes: Buffer;
  compressed: boolean;
}

async function pack(block: Buffer): Promise<Packed> {
  const tried = block.subarray(0, TRIED_BYTES);
  if (gzipSync(tried, FAST).length > WORTH * tried.length) return { bytes: block, compressed: false };
  return { bytes: await compress(block, FAST), compressed: true };
}

/** Compresses what gains by it. */
export const packed = (blocks: AsyncIterable<Buffer>): AsyncGenerator<Packed> => ahead(blocks, pack);

/** The reverse. @throws zlib's error, also where a block is larger than `most` bytes */
export const unpacked = (blocks: AsyncIterable<Packed>, most: number): AsyncGenerator<Buffer> =>
  ahead(blocks, async ({ bytes, compressed }) =>
    compressed ? ((await expand(bytes, { maxOutputLength: most })) as Buffer) : bytes,
  );

/** Does the work of a few items ahead of the reader. */
async function* ahead<From, To>(items: AsyncIterable<From>, work: (item: From) => Promise<To>): AsyncGenerator<To> {
  const waiting: Promise<To>[] = [];
  for await (const item of items) {
    const working = work(item);
    // Met when its turn comes; until then nobody listens.
    working.catch(() => {});
    waiting.push(working);
    const first = waiting.length >= AT_ONCE ? waiting.shift() : undefined;
    if (first) yield await first;
  }
  for (const rest of waiting) yield await rest;
}
