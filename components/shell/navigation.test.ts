import { describe, expect, it } from "vitest";
import { crumbsOf, isCurrent, NAVIGATION } from "./navigation";

describe("crumbsOf", () => {
  it.each([
    ["/", [{ id: "overview", href: "/" }]],
    ["/servers", [{ id: "servers", href: "/servers" }]],
    [
      "/servers/a%20b/host",
      [
        { id: "servers", href: "/servers" },
        { name: "a b", href: "/servers/a%20b" },
      ],
    ],
    [
      "/servers/50%",
      [
        { id: "servers", href: "/servers" },
        { name: "50%", href: "/servers/50%" },
      ],
    ],
    ["/password", [{ id: "password", href: "/password" }]],
    ["/nowhere", []],
  ])("%s", (path, expected) => {
    expect(crumbsOf(path)).toEqual(expected);
  });
});

describe("isCurrent", () => {
  it("marks the overview only at its own address and servers for their pages too", () => {
    const marked = (path: string) => NAVIGATION.filter((item) => isCurrent(item, path)).map((item) => item.id);
    expect(marked("/")).toEqual(["overview"]);
    expect(marked("/servers/local/host")).toEqual(["servers"]);
    expect(marked("/serversx")).toEqual([]);
  });
});
