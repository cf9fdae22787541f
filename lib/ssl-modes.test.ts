import { expect, it } from "vitest";
import { isWeaker, SSL_MODES } from "./ssl-modes";

it("each mode is weaker than those that promise more, and than no other", () => {
  const modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
  expect(SSL_MODES).toEqual(modes);
  for (const [place, mode] of modes.entries())
    expect(modes.filter((other) => isWeaker(other, mode))).toEqual(modes.slice(0, place));
});
