import { describe, expect, it } from "vitest";
import { firstTheme, THEMES, themeScript } from "./theme";

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

describe("themeScript", () => {
  it.each([
    ["light", true, false],
    ["dark", false, true],
    ["system", true, true],
    ["system", false, false],
  ] as const)("%s on a device that is dark: %s", (theme, device, dark) => {
    const set: unknown[] = [];
    const document = { documentElement: { classList: { toggle: (...given: unknown[]) => set.push(given) } } };
    new Function("document", "matchMedia", themeScript(theme))(document, () => ({ matches: device }));
    expect(set).toEqual([["dark", dark]]);
  });

  it("needs no escaping inside of a script element", () => {
    for (const theme of THEMES) expect(themeScript(theme)).not.toMatch(/<|&/);
  });
});
