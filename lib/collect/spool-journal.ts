// How far a spool was written down, and what was lost: two slots written in turn, so that one of them is always whole. Pure.
import { crc32 } from "node:zlib";
import { z } from "zod";

/** Both are there from the start: on a full disk they can still be overwritten. */
const SLOT_BYTES = 512;
export const JOURNAL_BYTES = 2 * SLOT_BYTES;

const journalSchema = z.object({
  /** Grows with every writing; the larger of two is the newer. */
  turn: z.int(),
  /** Where to go on: segment, byte in it, and samples before that. */
  segment: z.int().nonnegative(),
  offset: z.int().nonnegative(),
  sequence: z.number().nonnegative(),
  /** Which database the samples are meant for. */
  database: z.string().max(64),
  /** Samples that were ever added. */
  total: z.number().nonnegative(),
  /** Samples lost of which nobody was told yet, with the time of the first and the last (ms); ms of outage likewise. */
  lost: z.number().nonnegative(),
  lostSince: z.number().nullable(),
  lostUntil: z.number().nullable(),
  awayMs: z.number().nonnegative(),
});
export type Journal = z.infer<typeof journalSchema>;

/** One slot and the byte at which it belongs. */
export function encodeJournal(journal: Journal): { bytes: Buffer; at: number } {
  const text = Buffer.from(JSON.stringify(journal));
  const bytes = Buffer.alloc(SLOT_BYTES);
  bytes.writeUInt32LE(crc32(text), 0);
  bytes.writeUInt32LE(text.length, 4);
  text.copy(bytes, 8);
  return { bytes, at: (journal.turn % 2) * SLOT_BYTES };
}

function decodeSlot(bytes: Buffer): Journal[] {
  if (bytes.length < 8) return [];
  const text = bytes.subarray(8, 8 + bytes.readUInt32LE(4));
  if (crc32(text) !== bytes.readUInt32LE(0)) return [];
  try {
    return [journalSchema.parse(JSON.parse(text.toString("utf8")))];
  } catch {
    return [];
  }
}

/** The newer of the whole slots; undefined where there is none. */
export function decodeJournal(bytes: Buffer): Journal | undefined {
  const slots = [bytes.subarray(0, SLOT_BYTES), bytes.subarray(SLOT_BYTES, JOURNAL_BYTES)].flatMap(decodeSlot);
  return slots.sort((a, b) => b.turn - a.turn)[0];
}
