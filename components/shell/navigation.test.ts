import { describe, expect, it } from "vitest";
import { crumbsOf, isCurrent, menuOf, NAVIGATION } from "./navigation";

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
    [
      "/servers/shop/databases/a%2Fb%20100%25",
      [
        { id: "servers", href: "/servers" },
        { name: "shop", href: "/servers/shop" },
        { name: "a/b 100%", href: "/servers/shop/databases/a%2Fb%20100%25" },
      ],
    ],
    [
      "/servers/shop/databases",
      [
        { id: "servers", href: "/servers" },
        { name: "shop", href: "/servers/shop" },
      ],
    ],
    [
      "/streams/radio%3A%2Flive.mp3",
      [
        { id: "streams", href: "/streams" },
        { name: "radio:/live.mp3", isChannel: true, href: "/streams/radio%3A%2Flive.mp3" },
      ],
    ],
    [
      "/streams/analytics",
      [
        { id: "streams", href: "/streams" },
        { id: "streamAnalytics", href: "/streams/analytics" },
      ],
    ],
    ["/password", [{ id: "password", href: "/password" }]],
    ["/profile", [{ id: "profile", href: "/profile" }]],
    ["/admin/settings", [{ id: "settings", href: "/admin/settings" }]],
    ["/nowhere", []],
  ])("%s", (path, expected) => {
    expect(crumbsOf(path)).toEqual(expected);
  });
});

describe("menuOf", () => {
  it("shows the admin pages only to those who may open them", () => {
    const ids = (role: "admin" | "operator" | "viewer") => menuOf(role).map(({ id }) => id);
    expect(ids("admin")).toEqual(NAVIGATION.map(({ id }) => id));
    const everybodys = NAVIGATION.flatMap(({ id, permission }) => (permission ? [] : [id]));
    expect(ids("viewer")).toEqual(everybodys);
    expect(ids("operator")).toEqual(everybodys.toSpliced(-1, 0, "sshKeys"));
  });

  it("shows everybody the API, under Admin only where there is more of that", () => {
    const group = (role: "admin" | "viewer") => menuOf(role).find(({ id }) => id === "docs")?.group;
    expect([group("admin"), group("viewer")]).toEqual(["admin", undefined]);
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
