import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Operation } from "@/lib/http/endpoint";
import { openApiDocument } from "@/lib/http/openapi";
import { routes } from "./routes";

const api = join(import.meta.dirname, "..");
const METHOD = /export const (GET|POST|PUT|PATCH|DELETE)\b/g;

/** Every route's path as OpenAPI writes it, with the methods its file exports. */
const inFolders = readdirSync(api, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("route.ts") && !path.includes("[...nextauth]"))
  .map((path) => {
    const folder = path.replace(/\/?route\.ts$/, "").replace(/\[(\w+)\]/g, "{$1}");
    const methods = [...readFileSync(join(api, path), "utf8").matchAll(METHOD)].map(([, method]) => method);
    return { path: `/api/${folder}`, methods };
  });

describe("the list of routes", () => {
  it("holds every route under app/api, and none that is not there", () => {
    const listed = Object.keys(routes).filter((path) => path.startsWith("/api/") && !path.startsWith("/api/auth/"));
    expect(listed.sort()).toEqual(inFolders.map(({ path }) => path).sort());
  });

  it.each(inFolders)("$path: $methods are made by endpoint()", ({ path, methods }) => {
    expect(methods.length).toBeGreaterThan(0);
    for (const method of methods) {
      const handler = routes[path]?.[String(method)] as { operation?: Operation } | undefined;
      expect(handler?.operation, `${method} ${path}`).toMatchObject({ summary: expect.any(String) });
    }
  });

  it("gives every operation a name of its own", () => {
    const document = openApiDocument(routes, { title: "Dozor", version: "0" });
    const operations = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>);
    const names = operations.flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(names).size).toBe(names.length);
  });
});
