import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { provideEnv } from "../env";
import { systemActor } from "../users/permissions";
import { revokeSession } from "../users/sessions";
import { actorOf, owedPage } from "./actor";
import { sealSession } from "./session-cookie";

useDatabase();

const actorWith = (headers: Record<string, string>, remote?: string) => actorOf(new Headers(headers), remote);

describe("actorOf", () => {
  it("knows the user of a session cookie, with address and user agent", async () => {
    const { user, session, headers } = await signedIn({ role: "operator" });
    expect(await actorWith({ ...headers, "user-agent": "test" }, "::ffff:192.0.2.7")).toEqual({
      kind: "user",
      userId: user.id,
      login: user.login,
      email: null,
      role: "operator",
      sessionId: session.id,
      tokenId: null,
      scopes: null,
      mustChangePassword: false,
      mustEnrolTotp: false,
      ip: "192.0.2.7",
      userAgent: "test",
      language: null,
      theme: null,
      timeZone: null,
    });
  });

  it("knows the user of a bearer token", async () => {
    const { user, headers } = await signedIn({ kind: "bearer" });
    expect(await actorWith(headers)).toMatchObject({ userId: user.id });
  });

  it("reads the address that the server noted", async () => {
    const { headers } = await signedIn();
    expect(await actorWith({ ...headers, "x-dozor-remote": "192.0.2.8" })).toMatchObject({ ip: "192.0.2.8" });
  });

  it("goes by the token where both are there, even if it no longer holds", async () => {
    const { headers } = await signedIn();
    expect(await actorWith({ ...headers, authorization: "Bearer nonsense" })).toBeNull();
  });

  it("leaves a proxy's own authorization alone", async () => {
    const { user, headers } = await signedIn();
    expect(await actorWith({ ...headers, authorization: "Basic YTpi" })).toMatchObject({ userId: user.id });
  });

  it("sees a changed role at once", async () => {
    const { user, headers } = await signedIn({ role: "admin" });
    await prisma().user.update({ where: { id: user.id }, data: { role: "viewer" } });
    expect(await actorWith(headers)).toMatchObject({ role: "viewer" });
  });

  it("is null without a session, with a made-up cookie, and after the end", async () => {
    const { session, headers } = await signedIn();
    expect(await actorWith({})).toBeNull();
    expect(await actorWith({ cookie: "dozor.session=made-up" })).toBeNull();
    expect(await actorWith({ cookie: "dozor.session=" })).toBeNull();
    await revokeSession(prisma(), session.id, new Date());
    expect(await actorWith(headers)).toBeNull();
  });

  it("is null when id and secret of a cookie are of two sessions", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const mixed = await sealSession({ id: one.session.id, secret: other.session.secret });
    expect(await actorWith({ cookie: `dozor.session=${mixed}` })).toBeNull();
  });

  it("is null for a cookie sealed with another secret", async () => {
    const { headers } = await signedIn();
    const before = process.env.AUTH_SECRET ?? "";
    provideEnv({ AUTH_SECRET: "pQ8xZ3nV6kLw1RtY5mJd9HsBf2GcTa7U" });
    expect(await actorWith(headers)).toBeNull();
    provideEnv({ AUTH_SECRET: before });
    expect(await actorWith(headers)).not.toBeNull();
  });

  it("takes only the __Host- cookie under HTTPS", async () => {
    const { user, session, headers } = await signedIn();
    provideEnv({ PUBLIC_URL: "https://dozor.example" });
    expect(await actorWith(headers)).toBeNull();
    const cookie = `__Host-dozor.session=${await sealSession(session)}`;
    expect(await actorWith({ cookie })).toMatchObject({ userId: user.id });
    provideEnv({ PUBLIC_URL: "" });
  });
});

describe("who keeps a session open", () => {
  const HOUR_MS = 3_600_000;
  const html = { accept: "text/html,application/xhtml+xml" };

  it.each([
    ["the load of a page", html, true],
    ["an action", { "next-action": "00ff", accept: "text/x-component" }, true],
    ["a page that refreshes its content by itself, or moves on", { rsc: "1", accept: "*/*" }, false],
    ["data that a page asks for", { accept: "application/json" }, false],
    ["a page that is loaded in advance", { ...html, "sec-purpose": "prefetch;prerender" }, false],
  ])("%s: %o", async (_what, given, extends_) => {
    const { session, headers } = await signedIn({ now: new Date(Date.now() - HOUR_MS) });
    expect(await actorWith({ ...headers, ...given })).not.toBeNull();
    const { expiresAt } = await prisma().session.findUniqueOrThrow({ where: { id: session.id } });
    expect(expiresAt.getTime() > session.expiresAt.getTime()).toBe(extends_);
  });

  it("is nobody with an access token: it ends when it was said to end", async () => {
    const { session, headers } = await signedIn({ kind: "bearer", now: new Date(Date.now() - HOUR_MS / 2) });
    await actorWith({ ...headers, ...html });
    expect(await prisma().session.findUniqueOrThrow({ where: { id: session.id } })).toMatchObject({
      expiresAt: session.expiresAt,
    });
  });
});

describe("owedPage", () => {
  it.each([
    [true, true, "/password"],
    [true, false, "/password"],
    [false, true, "/second-factor"],
    [false, false, null],
  ])("password %s, second factor %s: %s", (mustChangePassword, mustEnrolTotp, page) => {
    expect(owedPage({ ...systemActor(), mustChangePassword, mustEnrolTotp })).toBe(page);
  });
});
