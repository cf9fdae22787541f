import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import type { Operation } from "@/lib/http/endpoint";
import { apiDocument } from "./document";
import { nextAuthRoutes } from "./next-auth";
import { routes } from "./routes";
import { tags } from "./tags";

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
    const listed = Object.keys(routes).filter((path) => path.startsWith("/api/") && !(path in nextAuthRoutes));
    expect(listed.sort()).toEqual(inFolders.map(({ path }) => path).sort());
  });

  it.each(inFolders)("$path: $methods are made by endpoint()", ({ path, methods }) => {
    expect(methods.length).toBeGreaterThan(0);
    for (const method of methods) {
      const handler = routes[path]?.[String(method)] as { operation?: Operation } | undefined;
      expect(handler?.operation, `${method} ${path}`).toMatchObject({ summary: expect.any(String) });
    }
  });
});

describe("the document", () => {
  const paths = async () =>
    (await apiDocument()).paths as Record<string, Record<string, { operationId: string; tags: string[] }>>;
  const operations = async () => Object.values(await paths()).flatMap((path) => Object.values(path));

  it("is OpenAPI 3.1 to the letter", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(await apiDocument()));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it("has all that its references name", async () => {
    const document = await apiDocument();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
    expect(references.length).toBeGreaterThan(50);
    for (const path of new Set(references)) {
      const found = path.split("/").reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
      expect(found, path).toBeTypeOf("object");
    }
  });

  it("gives every operation a name of its own, and a chapter that is told", async () => {
    const names = (await operations()).map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    const chapters = tags.map(({ name }) => name);
    for (const { operationId, tags: its } of await operations()) expect(chapters, operationId).toContain(its[0]);
  });
});
