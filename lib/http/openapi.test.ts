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
  responses: Record<string, { content?: object }>;
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
    expect(entry("get").security).toEqual([
      { session: [] },
      { bearer: [] },
      { apiToken: ["read"] },
      { apiToken: ["admin"] },
    ]);
    expect(Object.keys(entry("post").responses)).toEqual(expect.arrayContaining(["409", "413"]));
    expect(Object.keys(entry("get").responses)).not.toContain("409");
  });

  it("says who may", () => {
    expect(entry("get")).toMatchObject({
      "x-permission": "servers:read",
      "x-roles": ["admin", "operator", "viewer"],
      description: "Needs the permission `servers:read`: admin, operator, viewer; with the scope `read` or `admin`.",
    });
    expect(entry("post")).toMatchObject({ "x-roles": null, description: "Open to everyone." });
  });
});

const treeSchema = z.object({
  name: z.string(),
  get children() {
    return z.array(treeSchema);
  },
});
const edited = {
  GET: endpoint({
    summary: "A tree",
    allow: "settings:read",
    etag: true,
    query: z.object({ format: z.enum(["json", "csv"]).default("json") }),
    response: treeSchema,
    run: () => ({ name: "root", children: [] }),
  }),
  POST: endpoint({ summary: "Plant", allow: "settings:write", refusals: [412], run: () => undefined }),
};

describe("what an operation implies", () => {
  const whole = openApiDocument(
    { "/api/trees": edited, "/api/trees/old/roots": {} },
    { title: "Trees", version: "1" },
    [{ name: "Forest", description: "All trees", paths: ["trees"] }],
  );
  const { get, post } = (whole.paths as Record<string, Record<string, Entry & { tags: string[] }>>)["/api/trees"] ?? {};
  const refs = (given: unknown) => [...JSON.stringify(given).matchAll(/parameters\/(\w+)/g)].map(([, name]) => name);

  it("is told: entity tags, keys of repeats, files", () => {
    expect(refs(get?.parameters)).toEqual(["IfNoneMatch"]);
    expect(refs(post?.parameters)).toEqual(["IdempotencyKey", "IfMatch"]);
    expect(Object.keys(get?.responses ?? {})).toContain("304");
    expect(Object.keys(post?.responses ?? {})).toEqual(expect.arrayContaining(["409", "412", "422"]));
    expect(Object.keys(get?.responses["200"]?.content ?? {})).toEqual(["application/json", "text/csv"]);
    expect(get?.tags).toEqual(["Forest"]);
  });

  it("keeps a schema that refers to itself where references find it", () => {
    const [, name = ""] = /#\/components\/schemas\/(Shared\w+)/.exec(JSON.stringify(get)) ?? [];
    expect((whole.components as { schemas: Record<string, unknown> }).schemas[name]).toMatchObject({ type: "object" });
    expect(JSON.stringify(whole)).not.toContain("#/$defs");
  });
});
