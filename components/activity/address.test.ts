import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activityHref, activityParameters, isFiltered, parseActivityQuery, WHOLE_FEED } from "./address";
import { TYPES } from "./looks";

const parsed = (address: string) => parseActivityQuery(Object.fromEntries(new URLSearchParams(address)));

describe("parseActivityQuery", () => {
  it.each([
    ["", {}],
    ["type=server_down,user_login", { types: ["server_down", "user_login"] }],
    ["type=nonsense,server_up", { types: ["server_up"] }],
    ["severity=error&search=%20a%25b%20", { severity: "error", search: "a%b" }],
    ["severity=loud&from=yesterday&tz=Europe/Berlin", {}],
    ["from=2026-01-05&to=2026-13-40", { from: "2026-01-05" }],
    ["to=2026-01-05&tz=Europe/Berlin", { to: "2026-01-05", tz: "Europe/Berlin" }],
    ["to=2026-01-05&tz=Nowhere/Land", { to: "2026-01-05" }],
    [`search=${"x".repeat(200)}`, { search: "x".repeat(100) }],
  ])("%s", (address, expected) => {
    expect(parsed(address)).toEqual({ ...WHOLE_FEED, ...expected });
  });

  it("takes types that are repeated, too", () => {
    expect(parseActivityQuery({ type: ["server_up", "server_down"] }).types).toHaveLength(2);
  });

  it("reads what the address was made of", () => {
    const day = fc.constantFrom("", "2026-01-05", "2025-12-31");
    const query = fc
      .record({
        types: fc.subarray(TYPES),
        severity: fc.constantFrom(null, "info" as const, "warning" as const, "error" as const),
        search: fc.string({ maxLength: 20 }).map((text) => text.trim()),
        from: day,
        to: day,
      })
      .map((made) => ({ ...made, tz: made.from || made.to ? "Asia/Tokyo" : "" }));
    fc.assert(
      fc.property(query, (made) => {
        expect(parsed(activityParameters(made).toString())).toEqual(made);
        expect(isFiltered(made)).toBe(activityHref(made) !== "/activity");
      }),
    );
  });
});
