import { describe, expect, it } from "vitest";
import { ProbeError } from "../probe";
import { Frames } from "./frames";

function message(type: string, body: string, length = Buffer.byteLength(body) + 4): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

/** What becomes of `bytes` that arrive in pieces of that size: accepted, or the refusal's code and message. */
function fate(bytes: Buffer, pieces: number): string {
  const frames = new Frames("db1:5432");
  try {
    for (let at = 0; at < bytes.length; at += pieces) frames.accept(bytes.subarray(at, at + pieces));
    return "accepted";
  } catch (error) {
    return error instanceof ProbeError ? `${error.code}: ${error.message}` : String(error);
  }
}

const answer = [message("T", "\0\0"), message("D", "\0\x01\0\0\0\x011"), message("C", "SELECT 1\0"), message("Z", "I")];

describe.each([1, 2, 3, 7, 1_000])("in pieces of %d bytes", (pieces) => {
  it.each([
    ["an answer", Buffer.concat([...answer, ...answer])],
    ["an error", message("E", "SFATAL\0C57P03\0Mno\0\0")],
    ["an error without fields", message("E", "\0")],
    ["a message without a body, then another", Buffer.concat([message("I", ""), message("Z", "I")])],
  ])("takes %s", (_, bytes) => {
    expect(fate(bytes, pieces)).toBe("accepted");
  });

  it.each([
    ["another protocol", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), "not PostgreSQL's"],
    ["a length that cannot be", message("Z", "I", 3), "not PostgreSQL's"],
    ["an error that never ends", Buffer.concat([message("E", "SFATAL\0Mno\0"), ...answer]), "not PostgreSQL's"],
    ["a notice of one letter", message("N", "S"), "not PostgreSQL's"],
    ["an announced row of 1 GB", message("D", "\0\x01", 1 << 30), "more than 16 MB"],
  ])("refuses %s", (_, bytes, words) => {
    expect(fate(bytes, pieces)).toContain(words);
    expect(fate(bytes, pieces)).toMatch(/^protocol: db1:5432/);
  });
});

it("refuses an answer of many small rows that never ends, and counts each answer by itself", () => {
  const rows = Buffer.concat(Array.from({ length: 1_000 }, () => message("D", "x".repeat(1_000))));
  const frames = new Frames("db1:5432");
  for (let i = 0; i < 100; i++) {
    frames.accept(rows);
    frames.accept(message("Z", "I"));
  }
  expect(() => {
    for (let i = 0; i < 100; i++) frames.accept(rows);
  }).toThrow("more than 16 MB");
});
