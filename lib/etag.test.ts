import { describe, expect, it } from "vitest";
import { etagOf, requireMatch } from "./etag";

const value = { login: "anna", labels: { env: "prod" }, at: new Date(0) };

describe("etagOf", () => {
  it("is a quoted strong tag, the same for what reads the same", () => {
    expect(etagOf(value)).toMatch(/^"[\w-]{27}"$/);
    expect(etagOf(JSON.parse(JSON.stringify(value)))).toBe(etagOf(value));
    expect(etagOf({ ...value, login: "anne" })).not.toBe(etagOf(value));
  });
});

describe("requireMatch", () => {
  const tag = etagOf(value);

  it.each<[string, string | null | undefined]>([
    ["no header", null],
    ["an input without one", undefined],
    ["any state", "*"],
    ["this state", tag],
    ["one of several", `"other", ${tag}`],
    ["this state, compressed on the way", `W/${tag}`],
  ])("lets %s pass", (_what, header) => {
    expect(() => requireMatch(header, value)).not.toThrow();
  });

  it.each(['"other"', "", tag.slice(1, -1), `${tag}x`])("refuses %j", (header) => {
    expect(() => requireMatch(header, value)).toThrowError(expect.objectContaining({ code: "precondition_failed" }));
  });
});
