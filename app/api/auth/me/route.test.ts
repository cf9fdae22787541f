import { describe, expect, it } from "vitest";
import { prisma } from "@/lib/db";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { PASSWORD, signedIn } from "@/tests/support/users";
import { POST as extend } from "../extend/route";
import { PUT as password } from "../password/route";
import { GET as me } from "./route";

withDatabase();

const NEW = "staple gun 8 envelope";
const HOUR_MS = 3_600_000;
const own = { origin: "http://localhost:3000", "content-type": "application/json" };
const request = (path: string, method: string, headers: Record<string, string>, body?: unknown) =>
  new Request(`http://localhost:3000${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const askMe = async (headers: Record<string, string>) => me(request("/api/auth/me", "GET", headers));

describe("GET /api/auth/me", () => {
  it("tells who one is and when the session ends, without moving the end", async () => {
    const now = new Date(Date.now() - 6 * HOUR_MS);
    const { user, session, headers } = await signedIn({ role: "operator", now });
    const answer = await (await askMe(headers)).json();
    expect(answer).toMatchObject({
      id: user.id,
      login: user.login,
      username: user.login,
      role: "operator",
      is_active: true,
      expires_at: session.expiresAt.toISOString(),
    });
    expect(me.operation.response?.safeParse(answer).error).toBeUndefined();
    expect(Math.abs(answer.expires_in - 6 * 3_600)).toBeLessThan(30);
  });

  it("is open before a forced change, and to nobody who is not signed in", async () => {
    const { headers } = await signedIn({ mustChangePassword: true });
    expect(await (await askMe(headers)).json()).toMatchObject({ must_change_password: true });
    expect((await askMe({})).status).toBe(401);
  });
});

describe("POST /api/auth/extend", () => {
  it("moves a browser's end to twelve hours from now", async () => {
    const { headers } = await signedIn({ now: new Date(Date.now() - 11.95 * HOUR_MS) });
    const response = await extend(request("/api/auth/extend", "POST", { ...headers, ...own }));
    const { expires_in } = await response.json();
    expect(Math.abs(expires_in - 12 * 3_600)).toBeLessThan(30);
  });

  it("moves nothing after 30 days, and no access token", async () => {
    const start = new Date(Date.now() - (30 * 24 - 0.05) * HOUR_MS);
    const old = await signedIn({ now: start });
    const end = new Date(start.getTime() + 30 * 24 * HOUR_MS);
    await prisma().session.update({ where: { id: old.session.id }, data: { expiresAt: end } });
    const bearer = await signedIn({ kind: "bearer", now: new Date(Date.now() - HOUR_MS / 2) });
    for (const [headers, expected] of [
      [old.headers, end],
      [bearer.headers, bearer.session.expiresAt],
    ] as const) {
      const response = await extend(request("/api/auth/extend", "POST", { ...headers, ...own }));
      expect(await response.json()).toMatchObject({ expires_at: expected.toISOString() });
    }
  });

  it.each([
    ["another site", { origin: "https://evil.example" }],
    ["nobody knows where", {}],
  ])("does nothing for a cookie from %s", async (_where, from) => {
    const { session, headers } = await signedIn({ now: new Date(Date.now() - HOUR_MS) });
    expect((await extend(request("/api/auth/extend", "POST", { ...headers, ...from }))).status).toBe(403);
    const { expiresAt } = await prisma().session.findUniqueOrThrow({ where: { id: session.id } });
    expect(expiresAt).toEqual(session.expiresAt);
  });
});

describe("PUT /api/auth/password", () => {
  const put = (headers: Record<string, string>, current_password: string, new_password: string) =>
    password(request("/api/auth/password", "PUT", { ...headers, ...own }, { current_password, new_password }));

  it("changes the password and ends the other sessions, forced or not", async () => {
    const { user, headers } = await signedIn({ kind: "bearer", mustChangePassword: true });
    const response = await put(headers, PASSWORD, NEW);
    expect(await response.json()).toEqual({ ended_sessions: 0 });
    expect(await (await askMe(headers)).json()).toMatchObject({ login: user.login, must_change_password: false });
  });

  it("names the rule that the new one breaks, and asks for the current one", async () => {
    const { headers } = await signedIn({ kind: "bearer" });
    expect(await (await put(headers, PASSWORD, "short 1")).json()).toMatchObject({
      status: 422,
      errors: [{ path: "new_password", rule: "too_short" }],
    });
    expect(await (await put(headers, "wrong horse 8", NEW)).json()).toMatchObject({
      status: 422,
      errors: [{ path: "current_password", rule: "wrong" }],
    });
  });
});
