import { describe, expect, it } from "vitest";
import { pool, prisma } from "@/lib/db";
import { provideEnv } from "@/lib/env";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { createUser, PASSWORD } from "@/tests/support/users";
import { POST as oldLogin } from "../auth/login/route";
import { POST as oldLogout } from "../auth/logout/route";
import { GET as me } from "../auth/me/route";
import { POST as logout } from "../logout/route";
import { POST as token } from "../token/route";
import { POST as refresh } from "./route";

withDatabase();

let address = 0;
const newRemote = () => {
  address += 1;
  return { "x-dozor-remote": `192.0.2.${address}` };
};
const post = (path: string, headers: Record<string, string> = {}, body?: unknown) =>
  new Request(`http://localhost:3000${path}`, {
    method: "POST",
    headers: { host: "localhost:3000", ...newRemote(), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const json = { "content-type": "application/json" };

async function signedIn(headers: Record<string, string> = {}) {
  const { login } = await createUser();
  const response = await token(post("/api/token", { ...json, ...headers }, { username: login, password: PASSWORD }));
  return { login, ...(await read(response)) };
}

/** The tokens of an answer, and the cookie as a client sends it back. */
async function read(response: Response) {
  expect(response.status).toBe(200);
  const set = response.headers.get("set-cookie") ?? "";
  const { access_token } = (await response.json()) as { access_token: string };
  return { set, cookie: set.split(";")[0] ?? "", access_token };
}
const asks = async (access_token: string) =>
  (await me(new Request("http://localhost:3000/api/auth/me", { headers: { authorization: `Bearer ${access_token}` } })))
    .status;

describe("the refresh cookie", () => {
  it("is kept from scripts, other sites and everything but the API, for a week", async () => {
    const { set } = await signedIn();
    expect(set).toMatch(/^refresh_token=[\w-]{43}; Path=\/api; Max-Age=604800; HttpOnly; SameSite=Strict$/);
  });

  it("is sent by HTTPS only where the client used it", async () => {
    provideEnv({ PUBLIC_URL: "https://dozor.example" });
    const { set } = await signedIn();
    provideEnv({ PUBLIC_URL: "" });
    expect(set).toMatch(/SameSite=Strict; Secure$/);
  });
});

describe("POST /api/refresh", () => {
  it("answers like the sign-in, with the next cookie", async () => {
    const first = await signedIn();
    const response = await refresh(post("/api/refresh", { cookie: first.cookie }));
    expect(await response.clone().json()).toEqual({
      access_token: expect.any(String),
      token_type: "bearer",
      expires_in: 3_600,
    });
    const second = await read(response);
    expect(second.cookie).not.toBe(first.cookie);
    expect([await asks(first.access_token), await asks(second.access_token)]).toEqual([200, 200]);
  });

  it.each([
    ["no cookie", {}],
    ["an empty one", { cookie: "refresh_token=" }],
    ["a made-up one", { cookie: "refresh_token=made-up" }],
  ])("answers 401 to %s", async (_what, headers) => {
    const response = await refresh(post("/api/refresh", headers));
    expect(await response.json()).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("ends every token of a sign-in whose used token comes back later", async () => {
    const first = await signedIn();
    const second = await read(await refresh(post("/api/refresh", { cookie: first.cookie })));
    await pool().query("UPDATE refresh_tokens SET used_at = used_at - interval '11 s' WHERE used_at IS NOT NULL");
    expect((await refresh(post("/api/refresh", { cookie: first.cookie }))).status).toBe(401);
    expect([await asks(first.access_token), await asks(second.access_token)]).toEqual([401, 401]);
    expect((await refresh(post("/api/refresh", { cookie: second.cookie }))).status).toBe(401);
  });

  it.each([
    ["another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, 403],
    ["another port of ours, to which the cookie goes too", { origin: "http://localhost:8080" }, 403],
    ["another subdomain without an origin", { "sec-fetch-site": "same-site" }, 403],
    ["a sandboxed frame", { origin: "null" }, 403],
    ["our own page", { origin: "http://localhost:3000", "sec-fetch-site": "same-origin" }, 200],
    ["a program, which names neither", {}, 200],
  ])("from %s: its cookie alone is no proof", async (_who, headers, status) => {
    const { cookie } = await signedIn();
    expect((await refresh(post("/api/refresh", { cookie, ...headers }))).status).toBe(status);
    // What was refused has not spent the token either.
    expect((await refresh(post("/api/refresh", { cookie }))).status).toBe(200);
  });

  it("answers 429 with the time to wait at the eleventh within a minute", async () => {
    const remote = newRemote();
    const ask = () => refresh(post("/api/refresh", { cookie: "refresh_token=made-up", ...remote }));
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await ask()).status).toBe(401);
    const response = await ask();
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(40);
  });
});

describe.each([
  ["/api/logout", logout],
  ["/api/auth/logout", oldLogout],
])("POST %s", (path, handler) => {
  const bearer = (access_token: string) => ({ authorization: `Bearer ${access_token}` });

  it("ends access and refresh tokens, and clears the cookie", async () => {
    const { access_token, cookie } = await signedIn();
    const response = await handler(post(path, bearer(access_token)));
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toContain(
      "refresh_token=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict",
    );
    expect(await asks(access_token)).toBe(401);
    expect((await refresh(post("/api/refresh", { cookie }))).status).toBe(401);
  });

  it("takes the refresh token alone, when the access token is over", async () => {
    const { login, access_token, cookie } = await signedIn();
    await pool().query("UPDATE sessions SET expires_at = now()");
    expect((await handler(post(path, { ...bearer(access_token), cookie }))).status).toBe(204);
    expect((await refresh(post("/api/refresh", { cookie }))).status).toBe(401);
    const audit = await prisma().auditLog.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(audit).toMatchObject({ eventType: "logout", actor: login });
    expect((await handler(post(path, { cookie }))).status).toBe(401);
  });

  it("is not for other sites' pages", async () => {
    const { access_token, cookie } = await signedIn();
    expect((await handler(post(path, { cookie, origin: "https://evil.example" }))).status).toBe(403);
    expect(await asks(access_token)).toBe(200);
  });
});

describe("POST /api/auth/login", () => {
  it("is the same as /api/token", async () => {
    const { login } = await createUser();
    const response = await oldLogin(post("/api/auth/login", json, { username: login, password: PASSWORD }));
    const { access_token, cookie } = await read(response);
    expect(await asks(access_token)).toBe(200);
    await read(await refresh(post("/api/refresh", { cookie })));
  });

  it("is not for other sites' pages", async () => {
    const { login } = await createUser();
    const headers = { ...json, origin: "https://evil.example" };
    const response = await oldLogin(post("/api/auth/login", headers, { username: login, password: PASSWORD }));
    expect(response.status).toBe(403);
  });
});
