import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCsv } from "./csv";

/** Reads RFC 4180 back, strictly. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, plain, end] of text.matchAll(cells)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

describe("toCsv", () => {
  it.each<[string, unknown, string]>([
    ["nothing", null, ""],
    ["a missing field", undefined, ""],
    ["a number", -1.5, "-1.5"],
    ["a time", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a yes", true, "true"],
    ["a comma", "a,b", '"a,b"'],
    ["a quote", 'a"b', '"a""b"'],
    ["an object", { a: 1 }, '"{""a"":1}"'],
    ["a formula", "=1+1", "'=1+1"],
    ["a formula with a comma", "=SUM(A1,A2)", `"'=SUM(A1,A2)"`],
    ["a plus", "+1", "'+1"],
    ["a minus in text", "-1", "'-1"],
    ["an at", "@x", "'@x"],
    ["a tab", "\t=1", "'\t=1"],
    ["a line break", "\r=1", `"'\r=1"`],
  ])("writes %s", (_what, value, cell) => {
    expect(toCsv(["field"], [{ field: value }])).toBe(`field\r\n${cell}\r\n`);
  });

  it("keeps every text, and lets none begin as a formula", () => {
    const rows = fc.array(
      fc.record({ one: fc.string({ unit: "binary" }), two: fc.constantFrom("=1", "a\r\nb", ",", "'") }),
    );
    fc.assert(
      fc.property(rows, (given) => {
        const [header, ...read] = parseCsv(toCsv(["one", "two"], given));
        expect(header).toEqual(["one", "two"]);
        expect(read.map((cells) => cells.map((cell) => cell.replace(/^'(?=[=+\-@\t\r\n])/, "")))).toEqual(
          given.map(({ one, two }) => [one, two].map((cell) => cell.replace(/^'(?=[=+\-@\t\r\n])/, ""))),
        );
        expect(read.flat().some((cell) => /^[=+\-@\t\r\n]/.test(cell))).toBe(false);
      }),
    );
  });
});
