import { describe, expect, it } from "vitest";
import { exampleOf, fieldsOf, type JsonSchema, typeOf } from "./json-schema";
import { chaptersOf } from "./reference";

const user: JsonSchema = {
  type: "object",
  properties: {
    login: { type: "string", minLength: 1, maxLength: 50 },
    role: { type: "string", enum: ["admin", "viewer"] },
    limit: { type: "integer", minimum: -9007199254740991, maximum: 500, default: 50 },
    sessions: {
      type: "array",
      items: { type: "object", properties: { ip: { anyOf: [{ type: "string" }, { type: "null" }] } } },
    },
    labels: { type: "object", additionalProperties: { type: "string" } },
  },
  required: ["login"],
};

describe("fieldsOf", () => {
  it("tells each field below its parent, with type and rules", () => {
    expect(
      fieldsOf(user).map(({ name, depth, type, rules, required }) => [name, depth, type, rules.join(), required]),
    ).toEqual([
      ["login", 0, "string", "1 … 50 characters", true],
      ["role", 0, "string", '"admin" | "viewer"', false],
      ["limit", 0, "integer", "… 500,= 50", false],
      ["sessions", 0, "list of object", "", false],
      ["ip", 1, "string or null", "", false],
      ["labels", 0, "object", "", false],
      ["{}", 1, "string", "", false],
    ]);
  });

  it("ends in schemas that hold themselves", () => {
    const tree: JsonSchema = { type: "object", properties: {} };
    tree.properties = { child: tree };
    expect(fieldsOf(tree)).toHaveLength(5);
  });
});

describe("typeOf", () => {
  it.each<[JsonSchema, string]>([
    [{ type: "string", format: "date-time" }, "string (date-time)"],
    [{ type: ["number", "null"] }, "number or null"],
    [{ type: "array", prefixItems: [{ type: "string" }], items: { type: "number" } }, "[string, number …]"],
    [{ $ref: "#/components/schemas/Tree" }, "Tree"],
    [{ const: "bearer" }, '"bearer"'],
    [{}, "any"],
  ])("%j", (schema, type) => expect(typeOf(schema)).toBe(type));
});

describe("exampleOf", () => {
  it("gives what is required", () => {
    expect(exampleOf(user)).toEqual({ login: "…" });
    expect(exampleOf({ type: "array", items: { type: "string", format: "uuid" } })).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ]);
  });
});

describe("chaptersOf", () => {
  const document = {
    tags: [
      { name: "Users", description: "Accounts" },
      { name: "Empty", description: "Nothing" },
    ],
    paths: {
      "/api/users/{login}": {
        put: {
          operationId: "putUsersLogin",
          summary: "Change a user",
          description: "One.\n\nTwo.",
          tags: ["Users"],
          "x-roles": ["admin"],
          parameters: [
            { name: "login", in: "path", required: true, schema: { type: "string" } },
            { name: "dry_run", in: "query", required: true, schema: { type: "boolean" } },
            { $ref: "#/components/parameters/IfMatch" },
          ],
          requestBody: { content: { "application/json": { schema: { const: "it's" } } } },
          responses: {
            200: {
              description: "The answer",
              content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } },
            },
            404: { $ref: "#/components/responses/Problem404" },
          },
        },
        get: { operationId: "getUsersLogin", summary: "A user", tags: ["Users"], security: [], responses: {} },
      },
    },
    components: {
      parameters: { IfMatch: { name: "if-match", in: "header", schema: { type: "string" } } },
      schemas: { User: user },
      responses: { Problem404: { description: "Not there", content: { "application/problem+json": { schema: {} } } } },
    },
  };
  const [chapter, ...others] = chaptersOf(document);
  const [change, read] = chapter?.operations ?? [];

  it("leaves out chapters without operations", () => {
    expect([chapter?.name, others]).toEqual(["Users", []]);
  });

  it("follows references, and groups parameters by where they stand", () => {
    expect(change?.parameters.map(({ place, fields }) => [place, fields.map(({ name }) => name)])).toEqual([
      ["path", ["login"]],
      ["query", ["dry_run"]],
      ["header", ["if-match"]],
    ]);
    expect(change?.answers.map(({ status, fields }) => [status, fields.length])).toEqual([
      ["200", 7],
      ["404", 0],
    ]);
    expect(change?.description).toEqual(["One.", "Two."]);
  });

  it("writes a command that a shell reads as meant", () => {
    expect(change?.curl).toBe(
      [
        'curl -X PUT "$DOZOR/api/users/{login}?dry_run=true"',
        '-H "Authorization: Bearer $TOKEN"',
        "-H 'Content-Type: application/json'",
        String.raw`-d '"it'\''s"'`,
      ].join(" \\\n  "),
    );
    expect(read?.curl).toBe('curl "$DOZOR/api/users/{login}"');
  });
});
