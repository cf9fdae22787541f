import { describe, expect, it } from "vitest";
import { z } from "zod";
import { endpoint } from "./endpoint";
import { openApiDocument } from "./openapi";

const things = {
  GET: endpoint({
    summary: "One thing",
    allow: "servers:read",
    params: z.object({ name: z.string() }),
    query: z.object({ limit: z.coerce.number().int().max(500).default(50), from: z.iso.datetime() }),
    response: z.object({ name: z.string(), value: z.number().nullable() }),
    run: ({ params }) => ({ name: params.name, value: null }),
  }),
  POST: endpoint({
    summary: "Sign in",
    allow: "public",
    body: z.object({ username: z.string() }),
    form: true,
    refusals: [409],
    run: () => undefined,
  }),
  dynamic: "force-dynamic",
};

interface Entry {
  operationId: string;
  security?: unknown[];
  parameters: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, unknown>;
}

const document = openApiDocument({ "/api/things/{name}": things }, { title: "Dozor", version: "1.2.3" });
const paths = document.paths as Record<string, Record<string, Entry>>;
const entry = (method: string): Entry => {
  const found = paths["/api/things/{name}"]?.[method];
  if (!found) throw new Error(`no ${method}`);
  return found;
};

describe("openApiDocument", () => {
  it("is OpenAPI 3.1 with an entry for each method, and for nothing else", () => {
    expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "Dozor", version: "1.2.3" } });
    expect(Object.keys(paths["/api/things/{name}"] ?? {})).toEqual(["get", "post"]);
  });

  it("describes parameters as they are sent", () => {
    expect(entry("get").parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ["name", "path", true],
      ["limit", "query", false],
      ["from", "query", true],
    ]);
    expect(entry("get").operationId).toBe("getThingsName");
  });

  it("describes the answer and every refusal", () => {
    expect(entry("get").responses["200"]).toMatchObject({
      content: {
        "application/json": { schema: { properties: { value: { type: ["number", "null"] } } } },
      },
    });
    expect(Object.keys(entry("get").responses)).toEqual(["200", "401", "403", "404", "422", "429", "500", "503"]);
  });

  it("takes forms where they are taken, and needs no session where everyone may", () => {
    expect(Object.keys(entry("post").requestBody?.content ?? {})).toEqual([
      "application/x-www-form-urlencoded",
      "application/json",
    ]);
    expect(entry("post").security).toEqual([]);
    expect(entry("get").security).toBeUndefined();
    expect(Object.keys(entry("post").responses)).toEqual(expect.arrayContaining(["409", "413"]));
    expect(Object.keys(entry("get").responses)).not.toContain("409");
  });
});
