import { describe, expect, it } from "vitest";
import { readErrors } from "./password-errors";

const refusal = (code: "invalid" | "too_many_requests" | "unauthenticated" | "internal", fields: object[] = []) =>
  ({ code, message: "no", fields }) as Parameters<typeof readErrors>[0] & object;

describe("readErrors", () => {
  it("puts each broken rule at its field", () => {
    const fields = [
      { path: "new_password", message: "", rule: "too_short" },
      { path: "new_password", message: "", rule: "no_digit" },
      { path: "current_password", message: "", rule: "wrong" },
    ];
    expect(readErrors(refusal("invalid", fields))).toEqual({ current: ["wrong"], next: ["too_short", "no_digit"] });
  });

  it("has a sentence for a rule it does not know", () => {
    expect(readErrors(refusal("invalid", [{ path: "new_password", message: "", rule: "new" }]))).toEqual({
      next: ["other"],
    });
  });

  it.each([
    [
      { ...refusal("too_many_requests"), retryAfterSeconds: 41.2 },
      { form: "throttled", seconds: 42 },
    ],
    [refusal("too_many_requests"), { form: "throttled" }],
    [refusal("unauthenticated"), { form: "expired" }],
    [refusal("internal"), { form: "failed" }],
    [undefined, { form: "failed" }],
  ])("speaks of the whole form: %o", (error, expected) => {
    expect(readErrors(error)).toEqual(expected);
  });
});
