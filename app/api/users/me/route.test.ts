import { describe, expect, it } from "vitest";
import { prisma } from "@/lib/db";
import { profileSchema } from "@/lib/users/profile-schema";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { PASSWORD, signedIn } from "@/tests/support/users";
import { GET, PATCH } from "./route";
import { DELETE } from "./tokens/[id]/route";
import { POST as createToken, GET as listTokens } from "./tokens/route";
import { POST as beginTotp, GET as readTotp } from "./totp/route";

withDatabase();

const URL = "http://localhost:3000/api/users/me";
type Headers = Record<string, string>;
const OWN = { "content-type": "application/json", origin: "http://localhost:3000" };
const get = (headers: Headers) => GET(new Request(URL, { headers }));
const patch = (headers: Headers, body: unknown) =>
  PATCH(new Request(URL, { method: "PATCH", headers: { ...OWN, ...headers }, body: JSON.stringify(body) }));
const post = (handler: typeof createToken, headers: Headers, body: unknown) =>
  handler(new Request(`${URL}/x`, { method: "POST", headers: { ...OWN, ...headers }, body: JSON.stringify(body) }));

describe("GET /api/users/me", () => {
  it("tells who asks, for older clients too", async () => {
    const { user, headers } = await signedIn({ role: "operator" });
    const response = await get(headers);
    const body = await response.json();
    expect(profileSchema.strict().parse(body)).toMatchObject({
      login: user.login,
      username: user.login,
      role: "operator",
      status: "active",
      is_active: true,
      totp_enabled: false,
      must_change_password: false,
    });
    expect(response.headers.get("etag")).toMatch(/^"/);
  });

  it("is open before a forced change, and to nobody else", async () => {
    const { headers } = await signedIn({ mustChangePassword: true });
    expect((await get(headers)).status).toBe(200);
    expect((await get({})).status).toBe(401);
  });
});

describe("PATCH /api/users/me", () => {
  it("changes what was sent, leaves the rest, and is audited with both values", async () => {
    const { user, headers } = await signedIn({ role: "viewer" });
    const changed = await patch(headers, {
      email: "anna@example.org",
      language: "ru",
      theme: "dark",
      time_zone: "Asia/Almaty",
    });
    expect(await changed.json()).toMatchObject({ email: "anna@example.org", language: "ru", theme: "dark" });
    const body = await (await patch(headers, { language: null, email: "" })).json();
    expect(body).toMatchObject({ email: null, language: null, theme: "dark", time_zone: "Asia/Almaty" });
    const entry = await prisma().auditLog.findFirstOrThrow({ where: { userId: user.id }, orderBy: { id: "desc" } });
    expect(entry).toMatchObject({
      eventType: "user_updated",
      details: { email: { old: "anna@example.org", new: null }, language: { old: "ru", new: null } },
    });
  });

  it.each([
    [{ language: "de" }, "language"],
    [{ theme: "pink" }, "theme"],
    [{ time_zone: "Mars/Olympus" }, "time_zone"],
    [{ email: "nobody" }, "email"],
    [{ role: "admin" }, ""],
    [{ login: "root" }, ""],
    [{ must_change_password: false }, ""],
  ])("refuses %j by its name", async (body, path) => {
    const { user, headers } = await signedIn({ role: "viewer" });
    const response = await patch(headers, body);
    expect(response.status).toBe(422);
    expect((await response.json()).errors.map((field: { path: string }) => field.path)).toContain(path);
    const stored = await prisma().user.findUniqueOrThrow({ where: { id: user.id } });
    expect(stored).toMatchObject({ role: "viewer", login: user.login });
  });

  it("takes no address of somebody else, whatever its case", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    await patch(one.headers, { email: "boris@example.org" });
    expect((await patch(other.headers, { email: "Boris@example.org" })).status).toBe(409);
    expect((await patch(one.headers, { email: "Boris@example.org" })).status).toBe(200);
  });

  it("overwrites nothing that changed since it was read", async () => {
    const { headers } = await signedIn();
    const tag = (await get(headers)).headers.get("etag") ?? "";
    expect((await patch({ ...headers, "if-match": tag }, { theme: "dark" })).status).toBe(200);
    expect((await patch({ ...headers, "if-match": tag }, { theme: "light" })).status).toBe(412);
  });
});

describe("/api/users/me/tokens", () => {
  it("makes a token that signs requests, lists it without its secret, and ends it", async () => {
    const { user, headers } = await signedIn({ role: "viewer" });
    const made = await post(createToken, headers, {
      name: " grafana ",
      scopes: ["read"],
      expires_at: "2099-01-01T00:00:00+03:00",
    });
    expect(made.status).toBe(201);
    const { id, token, ...rest } = await made.json();
    expect(rest).toMatchObject({ name: "grafana", scopes: ["read"], expires_at: "2098-12-31T21:00:00.000Z" });
    const bearer = { authorization: `Bearer ${token}` };
    expect(await (await get(bearer)).json()).toMatchObject({ login: user.login });
    expect((await patch(bearer, { theme: "dark" })).status).toBe(403);
    expect((await post(createToken, bearer, { name: "x", scopes: ["read"] })).status).toBe(403);
    const listed = await (await listTokens(new Request(`${URL}/tokens`, { headers }))).text();
    expect(JSON.parse(listed).items).toMatchObject([{ id, name: "grafana" }]);
    expect(listed).not.toContain(token);
    const remove = () =>
      DELETE(new Request(`${URL}/tokens/${id}`, { method: "DELETE", headers: { ...OWN, ...headers } }), {
        params: Promise.resolve({ id }),
      });
    expect((await remove()).status).toBe(204);
    expect((await get(bearer)).status).toBe(401);
    expect((await remove()).status).toBe(404);
  });

  it.each([
    [{ scopes: ["read"] }, "name"],
    [{ name: "  ", scopes: ["read"] }, "name"],
    [{ name: "x", scopes: [] }, "scopes"],
    [{ name: "x", scopes: ["everything"] }, "scopes.0"],
    [{ name: "x", scopes: ["read"], expires_at: "tomorrow" }, "expires_at"],
    [{ name: "x", scopes: ["read"], expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
  ])("refuses %j", async (body, path) => {
    const { headers } = await signedIn();
    const response = await post(createToken, headers, body);
    expect(response.status).toBe(422);
    expect((await response.json()).errors.map((field: { path: string }) => field.path)).toContain(path);
  });
});

describe("a required second factor", () => {
  it("closes everything but its own set-up and the own name", async () => {
    const { forgetSettings } = await import("@/lib/settings/queries");
    await prisma().setting.create({ data: { key: "totp_required", value: "everyone" } });
    forgetSettings();
    const { headers } = await signedIn({ role: "viewer" });
    const closed = await listTokens(new Request(`${URL}/tokens`, { headers }));
    expect(closed.status).toBe(403);
    expect(await closed.json()).toMatchObject({ code: "totp_enrolment_required" });
    expect((await patch(headers, { theme: "dark" })).status).toBe(403);
    expect((await get(headers)).status).toBe(200);
    const state = await readTotp(new Request(`${URL}/totp`, { headers }));
    expect(await state.json()).toMatchObject({ enabled: false, required: true });
    expect((await post(beginTotp, headers, { current_password: PASSWORD })).status).toBe(201);
  });
});
