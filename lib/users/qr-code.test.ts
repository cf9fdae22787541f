import fc from "fast-check";
import { encode } from "uqr";
import { describe, expect, it } from "vitest";
import { qrCode } from "./qr-code";

/** The modules that a path fills. */
function filled({ path, size }: { path: string; size: number }): boolean[][] {
  const modules = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    modules[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  }
  return modules;
}

describe("qrCode", () => {
  it("fills the dark modules and no others", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(filled(qrCode(text))).toEqual(encode(text, { ecc: "M", border: 4 }).data);
      }),
      { numRuns: 30 },
    );
  });

  it("has the three finder patterns and a quiet zone of four modules", () => {
    const modules = filled(qrCode("otpauth://totp/Dozor:anna?secret=ABC"));
    const size = modules.length;
    const finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];
    const at = (x: number, y: number) =>
      modules.slice(y, y + 7).map((row) =>
        row
          .slice(x, x + 7)
          .map(Number)
          .join(""),
      );
    expect([at(4, 4), at(size - 11, 4), at(4, size - 11)]).toEqual([finder, finder, finder]);
    expect(
      modules
        .slice(0, 4)
        .flat()
        .concat(modules.flatMap((row) => row.slice(0, 4))),
    ).not.toContain(true);
  });
});
