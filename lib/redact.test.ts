import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redact, redactText } from "./redact";

describe("redactText", () => {
  it.each([
    ["postgresql://dozor:geheim@db:5432/x", "postgresql://dozor:[hidden]@db:5432/x"],
    ["at postgres://u:ge@h/e:im@db/x, then", "at postgres://u:[hidden]@db/x, then"],
    ["Authorization: Bearer ge.he_im==", "Authorization: Bearer [hidden]"],
    ["the token dzr_geheim-1 is not known", "the token dzr_[hidden] is not known"],
    ["session eyJhbGciOiJkaXIi..geheim.geheim.x ended", "session [hidden] ended"],
    ["host=db password='ge he''im' user=u", "host=db password=[hidden]'im' user=u"],
    ["host=db password=geheim user=u", "host=db password=[hidden] user=u"],
    [
      "psql --my-pwd=geheim --db-password 'x' --api-key='ge heim'",
      "psql --my-pwd=[hidden] --db-password 'x' --api-key=[hidden]",
    ],
    ["GET /x?access_token=geheim&a=1", "GET /x?access_token=[hidden]&a=1"],
    ['{"pg_password":"ge\\"heim","a":1}', '{"pg_password":[hidden],"a":1}'],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\ngeheim\n-----END OPENSSH PRIVATE KEY-----\nmore", "[hidden]\nmore"],
    ["-----BEGIN PRIVATE KEY-----\ngeheim", "[hidden]"],
  ])("%s", (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });

  it.each([
    'password authentication failed for user "dozor"',
    "http://localhost:3000/servers",
    "https://example.org/path",
    "Token of 3 parts",
    "hotplug=1",
  ])("leaves alone: %s", (text) => {
    expect(redactText(text)).toBe(text);
  });
});

it("takes no time for a long word of many hyphens", () => {
  const texts = ["a-", "token-", "eyJa.", "-----BEGIN ", "otp ", "://"].map((part) => `${part.repeat(9_000)} token`);
  const began = performance.now();
  for (const text of texts) redactText(text);
  expect(performance.now() - began).toBeLessThan(400);
});

describe("redact", () => {
  it("hides by name at any depth, and says no less of what is not secret", () => {
    const given = {
      server: "local",
      has_password: true,
      password: null,
      code: 7,
      a: [{ b: { pgPassword: "geheim", "Set-Cookie": ["geheim"], otp: 123456, hotplug: "on" } }],
      url: new URL("postgres://u:geheim@h/d"),
      headers: new Map([["authorization", "geheim"]]),
      at: new Date(0),
      key: Buffer.from("geheim"),
    };
    expect(redact(given)).toEqual({
      server: "local",
      has_password: true,
      password: null,
      code: 7,
      a: [{ b: { pgPassword: "[hidden]", "Set-Cookie": "[hidden]", otp: "[hidden]", hotplug: "on" } }],
      url: "postgres://u:[hidden]@h/d",
      headers: { authorization: "[hidden]" },
      at: "1970-01-01T00:00:00.000Z",
      key: "[6 bytes]",
    });
  });

  it("bears cycles, depth, length, getters that throw", () => {
    const circle: Record<string, unknown> = { a: 1 };
    circle.self = circle;
    const deep = Array.from({ length: 30 }).reduce<unknown>((inner) => ({ inner }), "bottom");
    const odd = {
      get a() {
        throw new Error("no");
      },
    };
    expect(redact(circle)).toEqual({ a: 1, self: "[circular]" });
    expect(JSON.stringify(redact(deep))).toContain("[too deep]");
    expect(redact(Array.from({ length: 203 }, () => 1))).toHaveLength(201);
    expect(redact(odd)).toBe("[unreadable]");
    expect(redact({ same: [circle, circle] })).toMatchObject({ same: [{ a: 1 }, { a: 1 }] });
  });

  it("never lets a planted secret out, wherever it is put", () => {
    const CANARY = "cAnArY-7Zq";
    const names = ["password", "pg_password", "apiToken", "clientSecret", "authorization", "set-cookie", "otp", "DSN"];
    const spoken = fc
      .constantFrom(
        `postgresql://user:${CANARY}@host/db`,
        `Bearer ${CANARY}`,
        `dzr_${CANARY}`,
        `password=${CANARY}`,
        `{"secret":"${CANARY}"}`,
        `token="${CANARY} ${CANARY}"`,
      )
      .chain((text) => fc.tuple(fc.lorem(), fc.lorem()).map(([before, after]) => `${before} ${text} ${after}`));
    const named = fc
      .tuple(fc.constantFrom(...names), fc.constantFrom<unknown>(CANARY, [CANARY], { deep: CANARY }))
      .map(([name, value]) => ({ [name]: value }));
    const { planted } = fc.letrec<{ planted: unknown }>((tie) => ({
      planted: fc.oneof(
        { maxDepth: 6 },
        spoken,
        named,
        fc.array(tie("planted"), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie("planted"), { maxKeys: 3 }),
        spoken.map((text) => new Error(text)),
        fc.tuple(spoken, tie("planted")).map(([text, cause]) => new Error(text, { cause })),
        tie("planted").map((error) => new AggregateError([error], "several")),
        named.map((fields) => Object.assign(new Error("with fields"), fields)),
        tie("planted").map((value) => new Map([["a", value]])),
        tie("planted").map((value) => ({ toJSON: () => value })),
      ),
    }));
    fc.assert(
      fc.property(planted, (value) => {
        expect(JSON.stringify(redact(value)) ?? "").not.toContain(CANARY);
      }),
      { numRuns: 2_000 },
    );
  });

  it("costs little: an ordinary entry takes microseconds", () => {
    const entry = { source: "http", requestId: "2f1c", path: "/api/servers", status: 200, ms: 1.25 };
    const began = performance.now();
    for (let i = 0; i < 20_000; i += 1) redact(entry);
    const microseconds = ((performance.now() - began) * 1_000) / 20_000;
    expect(microseconds).toBeLessThan(50);
  });
});
