import { inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shareFrame } from "./frame";

/** Reads one frame by RFC 6455, 5.2: length in 7, 16 or 64 bits, no mask. */
function readFrame(frame: Buffer): { firstByte: number; payload: Buffer } {
  const short = frame.readUInt8(1);
  const [start, length] =
    short < 126 ? [2, short] : short === 126 ? [4, frame.readUInt16BE(2)] : [10, Number(frame.readBigUInt64BE(2))];
  expect(frame.length).toBe(start + length);
  return { firstByte: frame.readUInt8(0), payload: frame.subarray(start) };
}

const inflate = (payload: Buffer) =>
  inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]), { finishFlush: 2 }).toString();

describe("shareFrame", () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])("frames %d bytes", (length) => {
    const { plain } = shareFrame("x".repeat(length), "stats");
    expect(readFrame(plain)).toEqual({ firstByte: 0x81, payload: Buffer.from("x".repeat(length)) });
  });

  it("packs so that unpacking gives the text back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 600, maxLength: 5_000 }), (text) => {
        const { firstByte, payload } = readFrame(shareFrame(text, "stats").packed());
        expect(firstByte).toBe(0xc1);
        expect(inflate(payload)).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  it("packs once, and not what is short", () => {
    const long = shareFrame("long ".repeat(1_000), "stats");
    expect(long.packed()).toBe(long.packed());
    expect(long.packed().length).toBeLessThan(200);
    const short = shareFrame("short", "stats");
    expect(short.packed()).toBe(short.plain);
  });
});
