// A message as bytes on the wire, made once and written to every socket that gets it (RFC 6455, RFC 7692).
import { constants, deflateRawSync } from "node:zlib";

/** One text message, or several as one piece, ready to be written to any number of sockets. */
export interface SharedFrame {
  /** How many messages it is. */
  messages: number;
  /** The type of each. */
  types: readonly string[];
  plain: Buffer;
  /** The compressed form for sockets that agreed to permessage-deflate without context takeover; made at first use. */
  packed(): Buffer;
}

/** Below this many bytes compression saves nothing worth its time. */
const WORTH_PACKING_BYTES = 512;

const FINAL_TEXT = 0x81;
const COMPRESSED = 0x40;
/** A flush ends with 00 00 ff ff, which the other side puts back (RFC 7692, 7.2.1). */
const FLUSH_TAIL_BYTES = 4;

/** Frames a text; the result must not be changed by whoever writes it. */
export function shareFrame(text: string, type: string): SharedFrame {
  const payload = Buffer.from(text);
  const plain = frame(payload, FINAL_TEXT);
  let packed: Buffer | undefined;
  const pack = () => (payload.length < WORTH_PACKING_BYTES ? plain : frame(deflate(payload), FINAL_TEXT | COMPRESSED));
  return {
    messages: 1,
    types: [type],
    plain,
    packed() {
      packed ??= pack();
      return packed;
    },
  };
}

/** Several messages as one piece, in their order. */
export function joinFrames(frames: readonly SharedFrame[]): SharedFrame {
  const [only] = frames;
  if (only && frames.length === 1) return only;
  let packed: Buffer | undefined;
  return {
    messages: frames.reduce((sum, { messages }) => sum + messages, 0),
    types: frames.flatMap(({ types }) => types),
    plain: Buffer.concat(frames.map(({ plain }) => plain)),
    packed() {
      packed ??= Buffer.concat(frames.map((frame) => frame.packed()));
      return packed;
    },
  };
}

function deflate(payload: Buffer): Buffer {
  const flushed = deflateRawSync(payload, { level: 3, finishFlush: constants.Z_SYNC_FLUSH });
  return flushed.subarray(0, -FLUSH_TAIL_BYTES);
}

function frame(payload: Buffer, firstByte: number): Buffer {
  return Buffer.concat([header(payload.length, firstByte), payload]);
}

function header(length: number, firstByte: number): Buffer {
  if (length < 126) return Buffer.from([firstByte, length]);
  if (length < 65_536) {
    const bytes = Buffer.from([firstByte, 126, 0, 0]);
    bytes.writeUInt16BE(length, 2);
    return bytes;
  }
  const bytes = Buffer.alloc(10);
  bytes.set([firstByte, 127]);
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}
