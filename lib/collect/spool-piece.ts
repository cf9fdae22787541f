// What is taken from a spool at once. Pure.
import type { SampleBatch } from "../metrics/write";
import type { Journal } from "./spool-journal";
import { decodeRecord, scanRecords } from "./spool-record";

/** A piece ends with the record that reaches either. */
const PIECE_BATCHES = 500;
const PIECE_SAMPLES = 20_000;

/** How far reading has come: segment, byte in it, samples before that. */
export type Position = Pick<Journal, "segment" | "offset" | "sequence">;

/** Batches in the order in which they were added. */
export interface Piece {
  batches: SampleBatch[];
  /** Samples that could not be read any more. */
  damaged: number;
  /** Where to go on when these are written down. */
  next: Position;
}

/**
 * The first batches in `bytes`, which stand at `position`.
 * @param last whether the segment ends with them; if not, and there is no whole record in them: undefined
 */
export function pieceOf(bytes: Buffer, position: Position, { last }: { last: boolean }): Piece | undefined {
  const places = scanRecords(bytes);
  if (places.length === 0 && !last) return undefined;
  const batches: SampleBatch[] = [];
  let { sequence } = position;
  let [taken, damaged, end] = [0, 0, 0];
  for (const place of places) {
    if (batches.length >= PIECE_BATCHES || taken >= PIECE_SAMPLES) break;
    const found = decodeRecord(bytes, place);
    batches.push(...(found ?? []));
    taken += place.samples;
    damaged += Math.max(0, place.first - sequence) + (found ? 0 : place.samples);
    sequence = place.first + place.samples;
    end = place.end;
  }
  const offset = position.offset + (places.length === 0 ? bytes.length : end);
  return { batches, damaged, next: { segment: position.segment, offset, sequence } };
}
