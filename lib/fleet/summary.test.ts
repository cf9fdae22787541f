import { describe, expect, it } from "vitest";
import { mountOf } from "./summary";

describe("mountOf", () => {
  it.each([
    ["/data/pg/main", ["/", "/data", "/data/pg2"], "/data"],
    ["/data", ["/", "/data"], "/data"],
    ["/database", ["/", "/data"], "/"],
    ["/anything", ["/data"], null],
    ["/x", [], null],
  ])("%s on %j is %s", (path, mounts, expected) => {
    expect(mountOf(path, mounts)).toBe(expected);
  });
});
