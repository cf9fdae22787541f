import { describe, expect, it } from "vitest";
import { routeOf } from "./metrics";

describe("routeOf", () => {
  it.each([
    ["/api/servers", {}, "/api/servers"],
    ["/api/servers/local/latest", { name: "local" }, "/api/servers/{name}/latest"],
    ["/api/servers/a%20b", { name: "a b" }, "/api/servers/{name}"],
    ["/api/servers/%E0%A4%A", { name: "x" }, "/api/servers/%E0%A4%A"],
    ["/api/a/one/b/one", { first: "one", second: "one" }, "/api/a/{first}/b/{second}"],
  ])("%s with %j → %s", (path, params, route) => {
    expect(routeOf(path, params)).toBe(route);
  });
});
