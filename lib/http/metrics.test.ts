import http from "node:http";
import { afterAll, describe, expect, it, vi } from "vitest";
import { useServers } from "../../tests/support/served";
import { processMetrics } from "../process-metrics";
import { countAtEnd, countRequest, learnRoutes, routeOf } from "./metrics";

const start = useServers();

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

/** Requests that were counted, as `GET /servers/{name} 200`. */
async function counted(): Promise<string[]> {
  const { values } = await processMetrics().requests.get();
  return values.map(({ labels: { method, endpoint, status } }) => `${method} ${endpoint} ${status}`);
}

describe("pages and routes that are known", () => {
  const route = (page: string, regex: string) => ({ page, regex });
  afterAll(() => learnRoutes({ staticRoutes: [], dynamicRoutes: [] }));

  it("are what answers are counted by, once each, and everything else is other", async () => {
    learnRoutes({
      staticRoutes: [route("/", "^/(?:/)?$"), route("/servers", "^/servers(?:/)?$")],
      dynamicRoutes: [
        route("/api/server/[name]/db/[db]", "^/api/server/([^/]+?)/db/([^/]+?)(?:/)?$"),
        route("/api/auth/[...nextauth]", "^/api/auth/(.+?)(?:/)?$"),
        route("/servers/[name]", "^/servers/([^/]+?)(?:/)?$"),
      ],
    });
    processMetrics().requests.reset();
    const address = await start((request, response) => {
      countAtEnd(request, response);
      // A route counts its answers itself.
      if (request.url?.startsWith("/api/server/")) response.setHeader("x-request-id", "one");
      response.writeHead(request.url === "/servers" ? 307 : 200).end();
    });
    const paths = [
      "/",
      "/?a=b",
      "/servers",
      "/servers/",
      "/servers/a%2Fb",
      "/servers/c",
      "/api/auth/a/b",
      "/api/server/x/db/y",
    ];
    for (const path of [...paths, "/nowhere", "/servers/a/b", "/_next/static/chunks/a.js", "/favicon.svg"])
      await fetch(address + path, { redirect: "manual" });
    await fetch(`${address}/servers`, { method: "DELETE", redirect: "manual" });
    const wanted = [
      "GET / 200",
      "GET /servers 307",
      "GET /servers 200",
      "GET /servers/{name} 200",
      "GET /api/auth/{nextauth} 200",
      "GET other 200",
      "GET /_next/static/{file} 200",
      "DELETE /servers 307",
    ];
    await vi.waitFor(async () => expect((await counted()).sort()).toEqual(wanted.sort()));
    expect(routeOf("/api/server/db/db/stats", { name: "db", db: "stats" })).toBe("/api/server/{name}/db/{db}");
  });

  it("one that nobody waited for is no success", async () => {
    learnRoutes({ staticRoutes: [route("/slow", "^/slow$")], dynamicRoutes: [] });
    const address = await start((request, response) => countAtEnd(request, response));
    const request = http.get(`${address}/slow`).on("error", () => {});
    request.on("socket", (socket) => socket.once("connect", () => setImmediate(() => request.destroy())));
    await vi.waitFor(async () => expect(await counted()).toContain("GET /slow 499"));
  });

  it("a method is one of few", async () => {
    countRequest({ method: "BREW", endpoint: "/pot", status: 418, seconds: 0.1 });
    expect(await counted()).toContain("other /pot 418");
  });
});
