import { beforeEach, describe, expect, it } from "vitest";
import { prisma } from "@/lib/db";
import type { Handler } from "@/lib/http/endpoint";
import { createdUserSchema, oneTimePasswordSchema, userListSchema, userSchema } from "@/lib/users/schema";
import { openSession } from "@/lib/users/sign-in";
import { useDatabase } from "@/tests/support/database";
import { createUser, signedIn } from "@/tests/support/users";
import { POST as approve } from "./[login]/approve/route";
import { POST as block } from "./[login]/block/route";
import { POST as reject } from "./[login]/reject/route";
import { POST as resetPassword } from "./[login]/reset-password/route";
import * as one from "./[login]/route";
import { DELETE as endSessions } from "./[login]/sessions/route";
import { DELETE as resetSecondFactor } from "./[login]/totp/route";
import { POST as unblock } from "./[login]/unblock/route";
import * as all from "./route";

useDatabase();

let admin: Awaited<ReturnType<typeof signedIn>>;
beforeEach(async () => {
  await prisma().user.deleteMany();
  admin = await signedIn({ kind: "bearer" });
});

interface Asked {
  method?: string;
  body?: unknown;
  query?: string;
  login?: string;
  headers?: Record<string, string>;
}

function ask(handler: Handler, { method = "GET", body, query = "", login, headers = {} }: Asked = {}) {
  const request = new Request(`http://localhost/api/users${login ? `/${login}` : ""}${query}`, {
    method,
    headers: { ...admin.headers, "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return handler(request, { params: Promise.resolve(login ? { login } : {}) });
}

describe("GET /api/users", () => {
  it("filters, searches literally, sorts and pages, and counts what there is", async () => {
    const rows = ["a_b", "axb", "zoe", "Mia", "100%"].map((text, index) => ({
      login: text.replace("%", "-"),
      email: `${text}@example.org`,
      role: index < 3 ? "viewer" : "operator",
      status: index === 2 ? "blocked" : "active",
      passwordHash: "x",
    }));
    await prisma().user.createMany({ data: rows });
    const list = async (query: string) => userListSchema.parse(await (await ask(all.GET, { query })).json());
    const logins = async (query: string) => (await list(query)).items.map(({ login }) => login);
    expect(await logins("?search=A_B")).toEqual(["a_b"]);
    expect(await logins("?search=100%25")).toEqual(["100-"]);
    expect(await logins("?role=viewer")).toEqual(["a_b", "axb", "zoe"]);
    expect(await logins("?role=viewer&status=blocked")).toEqual(["zoe"]);
    expect(await logins("?sort=-login&limit=2&offset=1")).toEqual(["Mia", "axb"]);
    expect(await logins("?sort=last_login&limit=1")).toHaveLength(1);
    const page = await list("?limit=1&offset=400");
    expect(page).toMatchObject({ items: [], total: 6, limit: 1, offset: 400, counts: { active: 5, blocked: 1 } });
    for (const query of ["?sort=password_hash", "?limit=0", "?limit=501", "?status=gone"]) {
      expect((await ask(all.GET, { query })).status, query).toBe(422);
    }
  });

  it("comes as a file, without formulas and without secrets", async () => {
    await prisma().user.create({
      data: { login: "eve", email: "=cmd@example.org", role: "viewer", passwordHash: "h4sh" },
    });
    const response = await ask(all.GET, { query: "?format=csv&sort=-created_at" });
    expect(response.headers.get("content-type")).toContain("text/csv");
    const text = await response.text();
    expect(text).toContain("eve,'=cmd@example.org,viewer,active,");
    expect(text.trim().split("\r\n")).toHaveLength(3);
    expect(text).not.toContain("h4sh");
    expect(await prisma().auditLog.findFirstOrThrow({ orderBy: { id: "desc" } })).toMatchObject({
      eventType: "export",
      actor: admin.user.login,
      targetKind: "users",
      details: { entries: 2, filter: {} },
    });
  });
});

describe("POST /api/users", () => {
  it("takes what older clients send, and the user signs in with it", async () => {
    const body = { username: "otto", password: "quiet river 44", role: "operator" };
    const response = await ask(all.POST, { method: "POST", body });
    expect(response.status).toBe(201);
    const user = createdUserSchema.strict().parse(await response.json());
    expect(user).toMatchObject({
      login: "otto",
      username: "otto",
      role: "operator",
      is_active: true,
      status: "active",
    });
    const client = { ip: null, userAgent: null };
    const opened = await openSession({ username: "otto", password: body.password }, { kind: "bearer", client });
    expect(opened.mustChangePassword).toBe(false);
  });

  it.each([
    [{ login: "me" }, 422],
    [{ login: "-x" }, 422],
    [{ login: "x".repeat(51) }, 422],
    [{ login: "a", username: "b" }, 422],
    [{ role: "viewer" }, 422],
    [{ login: "x", role: "root" }, 422],
    [{ login: "x", email: "no address" }, 422],
    [{ login: "TAKEN" }, 409],
  ])("refuses %j with %i", async (body, status) => {
    await prisma().user.create({ data: { login: "taken", role: "viewer", passwordHash: "x" } });
    expect((await ask(all.POST, { method: "POST", body })).status).toBe(status);
  });

  it("does not carry a generated password out twice under one Idempotency-Key", async () => {
    const create = () =>
      ask(all.POST, { method: "POST", body: { login: "anna" }, headers: { "idempotency-key": "create-anna" } });
    expect(createdUserSchema.parse(await (await create()).json()).password).toMatch(/^[a-z2-9-]{23}$/);
    expect((await create()).status).toBe(409);
    expect(JSON.stringify(await prisma().$queryRaw`SELECT body FROM idempotency`)).not.toContain("password");
  });
});

describe("/api/users/{login}", () => {
  it("is read with its tag, and a change that missed another is refused", async () => {
    const { login } = await createUser({ role: "viewer" });
    const read = await ask(one.GET, { login });
    const tag = read.headers.get("etag") ?? "";
    const user = userSchema.strict().parse(await read.json());
    const put = (change: object, ifMatch: string) =>
      ask(one.PUT, { method: "PUT", login, body: { ...user, ...change }, headers: { "if-match": ifMatch } });
    const first = await put({ email: "first@example.org" }, tag);
    expect(first.status).toBe(200);
    expect((await put({ email: "second@example.org" }, tag)).status).toBe(412);
    expect((await put({ email: "second@example.org" }, first.headers.get("etag") ?? "")).status).toBe(200);
    expect((await ask(one.DELETE, { method: "DELETE", login, headers: { "if-match": tag } })).status).toBe(412);
    expect((await ask(one.DELETE, { method: "DELETE", login })).status).toBe(204);
    expect((await ask(one.GET, { login })).status).toBe(404);
  });

  it("takes subsets from older clients", async () => {
    const { login } = await createUser({ role: "viewer" });
    for (const [body, expected] of [
      [{ is_active: false }, { status: "blocked" }],
      [
        { is_active: true, role: "operator" },
        { status: "active", role: "operator" },
      ],
      [{ email: "" }, { email: null }],
      [{ password: "quiet river 44" }, { must_change_password: false }],
    ] as const) {
      const response = await ask(one.PUT, { method: "PUT", login, body });
      expect(await response.json()).toMatchObject(expected);
    }
    expect((await ask(one.PATCH, { method: "PATCH", login, body: { role: "viewer" } })).status).toBe(200);
  });

  it("knows neither odd names nor strangers", async () => {
    for (const login of ["nobody", "me", "..", "%00"]) expect((await ask(one.GET, { login })).status).toBe(404);
  });

  it("keeps the last administrator", async () => {
    const { login } = admin.user;
    expect((await ask(one.DELETE, { method: "DELETE", login })).status).toBe(409);
    expect((await ask(one.PUT, { method: "PUT", login, body: { is_active: false } })).status).toBe(409);
    expect((await ask(one.PUT, { method: "PUT", login, body: { role: "viewer" } })).status).toBe(409);
  });
});

const ACTIONS: [string, Handler, Asked, Parameters<typeof createUser>[0]][] = [
  ["approve", approve, { method: "POST" }, { status: "pending" }],
  ["reject", reject, { method: "POST", body: { reason: "Not one of us" } }, { status: "pending" }],
  ["block", block, { method: "POST" }, {}],
  ["unblock", unblock, { method: "POST" }, { status: "blocked" }],
  ["sessions", endSessions, { method: "DELETE" }, {}],
  ["totp", resetSecondFactor, { method: "DELETE" }, {}],
];

describe.each(ACTIONS)("/api/users/{login}/%s", (_name, handler, asked, state) => {
  it("answers with the user; to nobody but administrators", async () => {
    const { login } = await createUser({ role: "viewer", ...state });
    for (const role of ["viewer", "operator"] as const) {
      const { headers } = await signedIn({ role, kind: "bearer" });
      expect((await ask(handler, { ...asked, login, headers })).status).toBe(403);
    }
    const blocked = await signedIn({ status: "blocked", kind: "bearer" });
    expect((await ask(handler, { ...asked, login, headers: blocked.headers })).status).toBe(401);
    const response = await ask(handler, { ...asked, login });
    expect(response.status).toBe(200);
    expect(userSchema.strict().parse(await response.json()).login).toBe(login);
  });
});

it("a reset password is answered once and signs in", async () => {
  const { login } = await createUser({ role: "viewer" });
  const response = await ask(resetPassword, { method: "POST", login });
  const { password } = oneTimePasswordSchema.strict().parse(await response.json());
  const client = { ip: null, userAgent: null };
  const opened = await openSession({ username: login, password }, { kind: "browser", client });
  expect(opened.mustChangePassword).toBe(true);
});
