import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base32, otpauthUri, takeTotp, totpCode } from "./totp";

/** RFC 6238, appendix B; its codes have eight digits. */
const SECRET = Buffer.from("12345678901234567890");
const VECTORS: [seconds: number, code: string][] = [
  [59, "94287082"],
  [1_111_111_109, "07081804"],
  [1_111_111_111, "14050471"],
  [1_234_567_890, "89005924"],
  [2_000_000_000, "69279037"],
  [20_000_000_000, "65353130"],
];
const at = (seconds: number) => new Date(seconds * 1_000);
const STEP = 1_000_000n;
const NOW = at(Number(STEP) * 30 + 7);
const take = (text: string, lastStep: bigint | null = null, now = NOW) => takeTotp(SECRET, text, { now, lastStep });
const codeOf = (step: bigint) => totpCode(SECRET, Number(step));

describe("totpCode", () => {
  it.each(VECTORS)("at %i s is that of RFC 6238", (seconds, code) => {
    expect(totpCode(SECRET, Math.floor(seconds / 30), 8)).toBe(code);
    expect(takeTotp(SECRET, code.slice(2), { now: at(seconds), lastStep: null })).toBe(
      BigInt(Math.floor(seconds / 30)),
    );
  });
});

describe("takeTotp", () => {
  it.each([
    [-2n, null],
    [-1n, STEP - 1n],
    [0n, STEP],
    [1n, STEP + 1n],
    [2n, null],
  ])("a code %i steps off", (off, expected) => {
    expect(take(codeOf(STEP + off))).toBe(expected);
  });

  it("takes no code twice, and none older than one that was taken", () => {
    expect(take(codeOf(STEP), STEP)).toBeNull();
    expect(take(codeOf(STEP - 1n), STEP)).toBeNull();
    expect(take(codeOf(STEP + 1n), STEP)).toBe(STEP + 1n);
  });

  it("takes it with blanks, as apps show it", () => {
    const code = codeOf(STEP);
    expect(take(` ${code.slice(0, 3)} ${code.slice(3)} `)).toBe(STEP);
  });

  it("takes nothing but the codes of the window, whatever is typed", () => {
    const good = [-1n, 0n, 1n].map((off) => codeOf(STEP + off));
    const typed = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[0-9]{5,7}$/),
      fc.stringMatching(/^[٠-٩]{6}$/),
    );
    fc.assert(
      fc.property(typed, (text) => {
        expect(take(text) !== null).toBe(good.includes(text.replace(/\s/g, "")));
      }),
      { numRuns: 2_000 },
    );
  });

  it("works in the first seconds of the epoch, where no step lies before", () => {
    expect(take(codeOf(0n), null, at(0))).toBe(0n);
  });
});

describe("base32", () => {
  // RFC 4648, section 10, without padding.
  it.each([
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ])("of %j is %j", (text, expected) => {
    expect(base32(Buffer.from(text))).toBe(expected);
  });

  it("loses nothing", () => {
    const bitsOf = (text: string) =>
      [...text]
        .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
        .join("");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
        expect(bitsOf(base32(bytes)).slice(0, bits.length)).toBe(bits);
      }),
    );
  });
});

it("otpauthUri escapes what a login may hold", () => {
  const uri = new URL(otpauthUri({ secret: "ABC", login: "anna.b@example", issuer: "Dozor" }));
  expect(uri.href).toBe(
    "otpauth://totp/Dozor:anna.b%40example?secret=ABC&issuer=Dozor&algorithm=SHA1&digits=6&period=30",
  );
});
