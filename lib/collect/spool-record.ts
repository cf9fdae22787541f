// The spool's records: batches framed so that what a crash or a bad disk left is recognised and costs only itself. Pure.
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import type { SampleBatch } from "../metrics/write";
import type { Row } from "../probe";

/** "DZSP"; what follows: length of the body, batches, samples, samples before, CRC of the body, CRC of this header. */
const MAGIC = Buffer.from("DZSP");
const HEADER_BYTES = 32;
/** A body that claims to be larger is none of ours: records are cut far below this when they are made. */
const LARGEST_BODY = 256 * 1024 * 1024;

/** Where a record stands and what it says of itself. */
export interface RecordPlace {
  /** Bytes from the start of what was scanned to this record and to the next. */
  at: number;
  end: number;
  samples: number;
  /** Samples that came before it in this spool: a hole in the numbers tells how many were lost. */
  first: number;
}

// Infinity, NaN and -0 are samples too, and JSON has no words for them.
const STRANGE: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};
const strangeName = (value: number) => Object.keys(STRANGE).find((name) => Object.is(STRANGE[name], value));

const valueSchema = z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity", "-0"])]);
const batchesSchema = z.array(
  z.object({
    subject: z.int(),
    probe: z.string(),
    ts: z.int(),
    rows: z.array(z.object({ labels: z.record(z.string(), z.string()), values: z.record(z.string(), valueSchema) })),
  }),
);

/** Values that are samples; null and absent both mean that there is none. */
export const samplesOf = ({ rows }: SampleBatch): number =>
  rows.reduce((total, { values }) => total + Object.values(values).filter((value) => value != null).length, 0);

function toPlain({ labels, values }: Row) {
  const samples = Object.entries(values).flatMap(([metric, value]) =>
    value == null ? [] : [[metric, strangeName(value) ?? value] as const],
  );
  return { labels, values: Object.fromEntries(samples) };
}

/** @param first samples that this spool was given before */
export function encodeRecord(batches: readonly SampleBatch[], first: number): Buffer {
  const plain = batches.map(({ subject, probe, ts, rows }) => ({ subject, probe, ts, rows: rows.map(toPlain) }));
  const body = deflateRawSync(JSON.stringify(plain), { level: 1 });
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(body.length, 4);
  header.writeUInt32LE(
    batches.reduce((total, batch) => total + samplesOf(batch), 0),
    8,
  );
  header.writeDoubleLE(first, 12);
  header.writeUInt32LE(crc32(body), 20);
  header.writeUInt32LE(crc32(header.subarray(0, HEADER_BYTES - 4)), HEADER_BYTES - 4);
  return Buffer.concat([header, body]);
}

function placeAt(bytes: Buffer, at: number): RecordPlace | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const header = bytes.subarray(at, at + HEADER_BYTES);
  if (!header.subarray(0, 4).equals(MAGIC)) return undefined;
  if (crc32(header.subarray(0, HEADER_BYTES - 4)) !== header.readUInt32LE(HEADER_BYTES - 4)) return undefined;
  const end = at + HEADER_BYTES + header.readUInt32LE(4);
  return { at, end, samples: header.readUInt32LE(8), first: header.readDoubleLE(12) };
}

/**
 * The whole records in `bytes`, in order. Damaged bytes are passed over to the next header that is whole; a record
 * that is cut off at the end (a torn write) is left out.
 */
export function scanRecords(bytes: Buffer): RecordPlace[] {
  const places: RecordPlace[] = [];
  for (let at = 0; at >= 0 && at < bytes.length; ) {
    const place = placeAt(bytes, at);
    if (place && place.end > bytes.length) break;
    if (place) places.push(place);
    at = place?.end ?? bytes.indexOf(MAGIC, at + 1);
  }
  return places;
}

function parseBody(body: Buffer): SampleBatch[] {
  const text = inflateRawSync(body, { maxOutputLength: LARGEST_BODY }).toString("utf8");
  return batchesSchema.parse(JSON.parse(text)).map(({ rows, ...batch }) => ({
    ...batch,
    rows: rows.map(({ labels, values }) => ({
      labels,
      values: Object.fromEntries(
        Object.entries(values).map(([metric, value]) => [
          metric,
          typeof value === "number" ? value : (STRANGE[value] ?? null),
        ]),
      ),
    })),
  }));
}

/** The batches of the record at `place`, or undefined where its body is not what was written. */
export function decodeRecord(bytes: Buffer, { at, end }: RecordPlace): SampleBatch[] | undefined {
  const body = bytes.subarray(at + HEADER_BYTES, end);
  if (crc32(body) !== bytes.readUInt32LE(at + 20)) return undefined;
  try {
    return parseBody(body);
  } catch {
    return undefined;
  }
}
