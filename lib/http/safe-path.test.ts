import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safePath } from "./safe-path";

describe("safePath", () => {
  it.each([
    ["/servers/local/host?period=1h#cpu", "/servers/local/host?period=1h#cpu"],
    ["/", "/"],
    [undefined, "/"],
    ["", "/"],
    ["servers", "/"],
    ["https://evil.example/", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["/\n//evil.example", "/"],
    ["/.//evil.example", "/"],
    ["/x/..//evil.example", "/"],
    ["javascript:alert(1)", "/"],
    ["/login?next=/login", "/"],
    ["/api/auth/signout", "/"],
    [["/servers"], "/"],
  ])("%j → %s", (next, path) => {
    expect(safePath(next)).toBe(path);
  });

  it("never leads to another site", () => {
    const tricky = fc.string({
      unit: fc.constantFrom("/", "\\", "\t", "\n", ".", "@", ":", "?", "#", "%2f", "a", "evil.example"),
    });
    fc.assert(
      fc.property(tricky, (next) => {
        expect(new URL(safePath(next), "https://dozor.lan").origin).toBe("https://dozor.lan");
      }),
      { numRuns: 2_000 },
    );
  });
});
