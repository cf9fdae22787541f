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

const answer = [
  message("T", "\0\x01"),
  message("D", "\0\x01\0\0\0\x011"),
  message("C", "SELECT 1\0"),
  message("Z", "I"),
];

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
    ["rows of 8,000 columns", message("T", "\x1f\x40"), "not PostgreSQL's"],
    ["a row of other columns than described", Buffer.concat([...answer, message("D", "\0\0")]), "not PostgreSQL's"],
    [
      "a row of half a number of columns",
      Buffer.concat([message("T", "\0\0"), message("D", "\0")]),
      "not PostgreSQL's",
    ],
    ["rows in portions, which were not asked for", message("s", ""), "not PostgreSQL's"],
  ])("refuses %s", (_, bytes, words) => {
    expect(fate(bytes, pieces)).toContain(words);
    expect(fate(bytes, pieces)).toMatch(/^protocol: db1:5432/);
  });
});

const rows = (count: number, bytes: number) =>
  Buffer.concat(Array.from({ length: count }, () => message("D", `\0\x01${"x".repeat(bytes)}`)));

it("refuses an answer of many small rows that never ends, and counts each answer by itself", () => {
  const frames = new Frames("db1:5432");
  const some = rows(1_000, 1_000);
  for (let i = 0; i < 100; i++) {
    frames.asked();
    frames.accept(Buffer.concat([...answer, some]));
  }
  expect(() => {
    for (let i = 0; i < 100; i++) frames.accept(some);
  }).toThrow("more than 16 MB");
});

it("refuses more rows than any server has things", () => {
  const frames = new Frames("db1:5432");
  frames.accept(Buffer.concat([...answer, rows(49_999, 1)]));
  expect(() => frames.accept(rows(1, 1))).toThrow("more than 50000 rows");
});

it("counts what nobody asked for, however often it says that it is ready", () => {
  const frames = new Frames("db1:5432");
  const notices = Buffer.concat(Array.from({ length: 1_000 }, () => message("N", `SX\0M${"x".repeat(1_000)}\0\0`)));
  expect(() => {
    for (let i = 0; i < 17; i++) frames.accept(Buffer.concat([notices, message("Z", "I")]));
  }).toThrow("more than 16 MB");
});
