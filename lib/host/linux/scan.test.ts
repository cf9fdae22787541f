import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countAfter, countIn, countsIn, eachLine, singleCount, singleLine } from "./scan";

describe("countIn", () => {
  it.each([
    ["0", 0],
    ["  42\t", 42],
    ["18446744073709551615", 2 ** 64],
    ["", null],
    ["   ", null],
    ["-1", null],
    ["12x", null],
    ["1 2", null],
    ["99999999999999999999999", null],
  ])("reads %j as %j", (text, expected) => {
    expect(countIn(text, 0, text.length)).toBe(expected);
  });

  it("agrees with Number for every whole number", () => {
    fc.assert(
      fc.property(fc.nat(), fc.stringMatching(/^[ \t]{0,3}$/), (number, blanks) => {
        const text = `${blanks}${number}${blanks}`;
        expect(countIn(text, 0, text.length)).toBe(number);
      }),
    );
  });
});

describe("countsIn", () => {
  it("gives null for each word that is no number", () => {
    expect(countsIn("  12 x 3.5\t-4 7 ", 0, 15)).toEqual([12, null, null, null, 7]);
  });
});

describe("countAfter", () => {
  const text = "MemTotal:  10 kB\nMemFree: 5 kB\nBroken: x\nEmpty:\nSwapFree: 12";

  it.each([
    ["MemTotal:", 10],
    ["MemFree:", 5],
    ["Broken:", null],
    ["Empty:", null],
    ["Free:", null],
  ])("%s is %j", (label, expected) => {
    expect(countAfter(text, label)).toBe(expected);
  });

  it("does not believe a number that may be cut off", () => {
    expect(countAfter(text, "SwapFree:")).toBeNull();
  });
});

describe("one-line files", () => {
  it.each([
    ["1000\n", 1000],
    ["-1\n", null],
    ["1000", null],
    ["", null],
    [null, null],
  ])("%j holds %j", (text, expected) => {
    expect(singleCount(text)).toBe(expected);
  });

  it("keeps names as they are", () => {
    expect(singleLine("x86_pkg_temp\n")).toBe("x86_pkg_temp");
    expect(singleLine("cut off")).toBeNull();
  });
});

describe("eachLine", () => {
  it("visits finished lines only and stops when told", () => {
    const seen: string[] = [];
    eachLine("a\nb\n\nunfinished", (start, end) => seen.push("a\nb\n\nunfinished".slice(start, end)));
    expect(seen).toEqual(["a", "b", ""]);
    let visits = 0;
    eachLine("a\nb\n", () => {
      visits++;
      return false;
    });
    expect(visits).toBe(1);
  });
});
