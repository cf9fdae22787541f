import type pg from "pg";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { useDatabase } from "../../tests/support/database";
import { signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { provideEnv } from "../env";
import { AppError } from "../errors";
import { processMetrics } from "../process-metrics";
import type { Role } from "../users/permissions";
import { revokeSession } from "../users/sessions";
import { endpoint, type Handler } from "./endpoint";
import { problemSchema } from "./problem";

useDatabase();

const ORIGIN = "http://localhost:3000";
const url = (path: string) => `${ORIGIN}${path}`;

const list = endpoint({
  summary: "List things",
  allow: "servers:read",
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
  response: z.object({ limit: z.int(), login: z.string() }),
  run: ({ actor, query }) => ({ limit: query.limit, login: actor.login }),
});
const change = endpoint({
  summary: "Change a thing",
  allow: "servers:write",
  params: z.object({ name: z.string().regex(/^[a-z]+$/) }),
  body: z.object({ labels: z.record(z.string(), z.string().max(5)) }),
  response: z.object({ name: z.string() }),
  status: 201,
  run: ({ params }) => ({ name: params.name }),
});
const open = endpoint({
  summary: "Open to all",
  allow: "public",
  response: z.object({ known: z.boolean() }),
  run: ({ actor }) => ({ known: actor !== null }),
});
const failing = (error: unknown): Handler =>
  endpoint({
    summary: "Fails",
    allow: "public",
    run() {
      throw error;
    },
  });

const params = (values: Record<string, string>) => ({ params: Promise.resolve(values) });
const post = (headers: Record<string, string>, body: string) =>
  new Request(url("/api/things/one"), {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
const GOOD_BODY = JSON.stringify({ labels: { env: "prod" } });

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

/** Runs the work with our pool pointing at a port where nobody listens. */
async function withoutDatabase(databaseUrl: string, work: () => Promise<void>) {
  const shared = globalThis as { dozorPool?: pg.Pool };
  const before = shared.dozorPool;
  shared.dozorPool = undefined;
  provideEnv({ DATABASE_URL: "postgresql://dozor:x@127.0.0.1:9/dozor" });
  try {
    await work();
  } finally {
    shared.dozorPool = before;
    provideEnv({ DATABASE_URL: databaseUrl });
  }
}

describe("endpoint", () => {
  it("answers, uncached, with a request id", async () => {
    const { user, headers } = await signedIn({ role: "viewer" });
    const response = await list(new Request(url("/api/things?limit=7"), { headers }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ limit: 7, login: user.login });
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("names the broken rule of a bad query parameter, and not its value", async () => {
    const { headers } = await signedIn();
    const response = await list(new Request(url("/api/things?limit=90210"), { headers }));
    const text = await response.clone().text();
    expect(await problemOf(response)).toMatchObject({
      status: 422,
      code: "invalid",
      instance: "/api/things",
      errors: [{ path: "limit" }],
    });
    expect(text).not.toContain("90210");
  });

  it("refuses a parameter that is given twice", async () => {
    const { headers } = await signedIn();
    const response = await list(new Request(url("/api/things?limit=1&limit=2"), { headers }));
    expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ path: "limit" }] });
  });
});

describe("access", () => {
  const asked = async (headers: Record<string, string>) =>
    (await change(post({ origin: ORIGIN, ...headers }, GOOD_BODY), params({ name: "one" }))).status;

  it.each<[Role, number]>([
    ["admin", 201],
    ["operator", 201],
    ["viewer", 403],
  ])("a permission: %s gets %i", async (role, status) => {
    expect(await asked((await signedIn({ role })).headers)).toBe(status);
    expect(await asked((await signedIn({ role, kind: "bearer" })).headers)).toBe(status);
  });

  it("nobody gets 401, and is told how", async () => {
    const response = await list(new Request(url("/api/things")));
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await problemOf(response)).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("a revoked session, a blocked and a deleted user get 401", async () => {
    const { user, session, headers } = await signedIn();
    await revokeSession(prisma(), session.id, new Date());
    expect(await asked(headers)).toBe(401);
    const blocked = await signedIn();
    await prisma().user.update({ where: { id: blocked.user.id }, data: { status: "blocked" } });
    expect(await asked(blocked.headers)).toBe(401);
    await prisma().user.delete({ where: { id: user.id } });
    expect(await asked(headers)).toBe(401);
  });

  it("whoever must change the password gets nothing else", async () => {
    const { headers } = await signedIn({ mustChangePassword: true });
    const response = await list(new Request(url("/api/things"), { headers }));
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "password_change_required" });
  });

  it("everyone gets what is public, known or not", async () => {
    const { headers } = await signedIn();
    expect(await (await open(new Request(url("/api/open")))).json()).toEqual({ known: false });
    expect(await (await open(new Request(url("/api/open"), { headers }))).json()).toEqual({ known: true });
  });

  it("a health check is answered while the database is away, with a session cookie too", async () => {
    const { headers } = await signedIn();
    const { DATABASE_URL = "" } = process.env;
    await withoutDatabase(DATABASE_URL, async () => {
      expect((await open(new Request(url("/api/open"), { headers }))).status).toBe(200);
      expect((await list(new Request(url("/api/things"), { headers }))).status).toBe(503);
    });
    expect((await list(new Request(url("/api/things"), { headers }))).status).toBe(200);
  });

  it("permission comes before input: a stranger learns nothing of the rules", async () => {
    expect((await list(new Request(url("/api/things?limit=x")))).status).toBe(401);
    const { headers } = await signedIn({ role: "viewer" });
    expect((await change(post({ ...headers, origin: ORIGIN }, "{"), params({ name: "?" }))).status).toBe(403);
  });
});

describe("changes with a session cookie", () => {
  it.each<[string, Record<string, string>, number]>([
    ["from our page", { origin: ORIGIN }, 201],
    ["from another site", { origin: "https://evil.example" }, 403],
    ["from another site that hides its origin", { "sec-fetch-site": "cross-site" }, 403],
    ["from no page at all", {}, 403],
  ])("%s", async (_case, origin, status) => {
    const { headers } = await signedIn();
    expect((await change(post({ ...headers, ...origin }, GOOD_BODY), params({ name: "one" }))).status).toBe(status);
  });

  it("with a bearer token may come from anywhere", async () => {
    const { headers } = await signedIn({ kind: "bearer" });
    const response = await change(
      post({ ...headers, origin: "https://other.example" }, GOOD_BODY),
      params({ name: "one" }),
    );
    expect(response.status).toBe(201);
  });
});

describe("bodies", () => {
  const sent = async (body: string, headers: Record<string, string> = {}) => {
    const { headers: session } = await signedIn({ kind: "bearer" });
    return problemOf(await change(post({ ...session, ...headers }, body), params({ name: "one" })));
  };

  it("above 1 MiB are refused", async () => {
    expect(await sent(" ".repeat(1_048_577))).toMatchObject({ status: 413, code: "too_large" });
  });

  it("above 1 MiB are refused while they come in, whatever their length claims", async () => {
    const { headers } = await signedIn({ kind: "bearer" });
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const request = new Request(url("/api/things/one"), {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: endless,
      duplex: "half",
    } as RequestInit);
    expect((await change(request, params({ name: "one" }))).status).toBe(413);
    expect(chunks).toBeLessThan(25);
  });

  it.each([
    ["no JSON", "{", {}, 400],
    ["another type", GOOD_BODY, { "content-type": "text/plain" }, 400],
    ["a form, where none is taken", "labels=1", { "content-type": "application/x-www-form-urlencoded" }, 400],
    ["another shape", "[]", {}, 422],
    ["a character that PostgreSQL cannot hold", '{"labels":{"env":"a\\u0000"}}', {}, 422],
    ["such a character in a name", '{"labels":{"e\\u0000":"a"}}', {}, 422],
  ])("%s", async (_case, body, headers, status) => {
    expect(await sent(body, headers)).toMatchObject({ status });
  });

  it("are named by place where a rule is broken", async () => {
    const problem = await sent(JSON.stringify({ labels: { env: "production-secret" } }));
    expect(problem).toMatchObject({ status: 422, errors: [{ path: "labels.env" }] });
    expect(JSON.stringify(problem)).not.toContain("production-secret");
  });

  it("are not read for a name that cannot exist", async () => {
    const { headers } = await signedIn({ kind: "bearer" });
    expect((await change(post(headers, GOOD_BODY), params({ name: "No Such" }))).status).toBe(404);
  });
});

describe("failures", () => {
  it("that nobody expected say nothing", async () => {
    const secret = new Error("connect to postgresql://user:secret@db failed in /srv/app.ts");
    const response = await failing(secret)(new Request(url("/api/fails")));
    const text = await response.clone().text();
    expect(await problemOf(response)).toEqual({
      type: "urn:dozor:problem:internal",
      title: "Internal error",
      status: 500,
      instance: "/api/fails",
      code: "internal",
    });
    expect(text).not.toMatch(/secret|srv|postgresql/);
  });

  it("are passed on with how long to wait", async () => {
    const response = await failing(new AppError("too_many_requests", "Slow down.", { retryAfterSeconds: 17 }))(
      new Request(url("/api/fails")),
    );
    expect(response.headers.get("retry-after")).toBe("17");
    expect(await problemOf(response)).toMatchObject({ status: 429, detail: "Slow down." });
  });

  it("of the database are 503, also when wrapped", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const response = await failing(new Error("query failed", { cause: refused }))(new Request(url("/api/fails")));
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
    const busy = Object.assign(new Error("Unable to start a transaction in the given time."), { code: "P2028" });
    expect((await failing(busy)(new Request(url("/api/fails")))).headers.get("retry-after")).toBe("5");
    const missing = Object.assign(new Error("no such file"), { code: "ENOENT", syscall: "open" });
    expect((await failing(missing)(new Request(url("/api/fails")))).status).toBe(500);
  });
});

describe("limits and counters", () => {
  it("stops a user at 600 requests a minute", async () => {
    const { headers } = await signedIn();
    const ask = () => open(new Request(url("/api/open"), { headers }));
    for (let request = 0; request < 600; request += 1) expect((await ask()).status).toBe(200);
    const stopped = await ask();
    expect(stopped.status).toBe(429);
    expect(Number(stopped.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await open(new Request(url("/api/open")))).status).toBe(200);
  });

  it("counts answers by method, route and status", async () => {
    const { headers } = await signedIn({ kind: "bearer" });
    const labels = { method: "POST", endpoint: "/api/things/{name}", status: "201" };
    const counted = async () => {
      const { values } = await processMetrics().requests.get();
      return values.find((value) => JSON.stringify(value.labels) === JSON.stringify(labels))?.value ?? 0;
    };
    await new Promise((resolve) => setImmediate(resolve));
    const before = await counted();
    await change(post(headers, GOOD_BODY), params({ name: "one" }));
    await vi.waitFor(async () => expect(await counted()).toBe(before + 1));
  });
});
