import { describe, expect, it } from "vitest";
import { firstTheme, knownTheme, THEMES, themeSeed } from "./theme";

describe("firstTheme", () => {
  it.each([
    [["dark", "light"], "dark"],
    [[null, "light"], "light"],
    [[undefined, undefined], "system"],
    [["system", "dark"], "system"],
    [["pink", "dark"], "dark"],
    [[], "system"],
  ])("of %j is %s", (choices, theme) => {
    expect(firstTheme(...choices)).toBe(theme);
  });
});

describe("knownTheme", () => {
  it("is null where nobody chose", () => {
    expect([knownTheme(null, "pink"), knownTheme("light")]).toEqual([null, "light"]);
  });
});

describe("themeSeed", () => {
  it("writes what the server knows, also where the browser allows no storage", () => {
    const kept = new Map<string, string>();
    const run = (localStorage: unknown) => new Function("localStorage", themeSeed("dark"))(localStorage);
    run({ setItem: (name: string, value: string) => kept.set(name, value) });
    expect([...kept]).toEqual([["theme", "dark"]]);
    expect(() => run(undefined)).not.toThrow();
  });

  it("needs no escaping inside of a script element", () => {
    for (const theme of THEMES) expect(themeSeed(theme)).not.toMatch(/<|&/);
  });
});
