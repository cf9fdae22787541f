import type { AuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser, PASSWORD, signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { env } from "../env";
import { revokeSession } from "../users/sessions";
import { actorOf } from "./actor";
import { authOptions } from "./auth-options";
import { cookieValue } from "./session-cookie";

useDatabase();

type Callbacks = Required<NonNullable<AuthOptions["callbacks"]>>;
const options = (headers: Record<string, string> = {}, onRefusal: (error: unknown) => void = () => {}) =>
  authOptions(new Headers(headers), onRefusal);
const callbacks = () => options().callbacks as Callbacks;

/** What next-auth keeps in the cookie of a session. */
async function tokenIn(headers: Record<string, string>) {
  const sealed = cookieValue(headers.cookie ?? null, "dozor.session") ?? undefined;
  const token = await decode({ token: sealed, secret: env().AUTH_SECRET });
  if (!token) throw new Error("no token in the cookie");
  return token;
}
const asked = async (headers: Record<string, string>) => {
  const input = { token: await tokenIn(headers), session: {} } as never;
  await callbacks().jwt(input);
  return callbacks().session(input);
};

describe("next-auth", () => {
  const authorize = (given: Record<string, string>, onRefusal?: (error: unknown) => void) => {
    const [provider] = options({ "user-agent": "test" }, onRefusal).providers;
    if (provider?.type !== "credentials") throw new Error("no credentials provider");
    // The provider keeps what it was made of here; its own `authorize` is next-auth's default.
    const made = provider.options as { authorize: (given: unknown) => Promise<{ id: string; secret: string }> };
    return made.authorize(given);
  };

  it("opens one of our sessions, and its cookie holds nothing but id and secret", async () => {
    const { login } = await createUser();
    const user = await authorize({ username: login, password: PASSWORD });
    const token = await callbacks().jwt({ user, token: { name: "x", sub: "y" } } as never);
    expect(token).toEqual({ sid: user.id, key: user.secret });
    expect(await prisma().session.count({ where: { id: user.id, userAgent: "test" } })).toBe(1);
  });

  it("hands on why somebody was refused, but says nothing itself", async () => {
    const refusals: unknown[] = [];
    const attempt = authorize({ username: "nobody", password: "x" }, (error) => refusals.push(error));
    await expect(attempt).rejects.toThrow(/^refused$/);
    expect(refusals).toMatchObject([{ code: "unauthenticated" }]);
  });

  it("tells who is signed in and until when", async () => {
    const { user, session, headers } = await signedIn({ role: "viewer" });
    expect(await asked(headers)).toEqual({
      user: { name: user.login, email: null, role: "viewer", must_change_password: false },
      expires: session.expiresAt.toISOString(),
    });
  });

  it("tells nothing of a revoked session", async () => {
    const { session, headers } = await signedIn();
    await revokeSession(prisma(), session.id, new Date());
    await expect(asked(headers)).rejects.toThrow("The session has ended");
  });

  it("ends our session when it signs out, and audits it", async () => {
    const { user, headers } = await signedIn();
    await options(headers).events?.signOut?.({} as never);
    expect(await actorOf(new Headers(headers))).toBeNull();
    expect(await prisma().auditLog.findFirst({ orderBy: { id: "desc" } })).toMatchObject({
      eventType: "logout",
      actor: user.login,
    });
  });

  it("sends people to our own pages only", async () => {
    const baseUrl = "http://localhost:3000";
    const to = (url: string) => callbacks().redirect({ url, baseUrl });
    expect(await to("/servers?sort=name")).toBe(`${baseUrl}/servers?sort=name`);
    expect(await to(`${baseUrl}/servers`)).toBe(`${baseUrl}/servers`);
    expect(await to("https://evil.example/")).toBe(`${baseUrl}/`);
    expect(await to(`${baseUrl}.evil.example/`)).toBe(`${baseUrl}/`);
  });
});
