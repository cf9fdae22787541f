// Who gets in and what they get, on an external database: sessions that end, foreign origins, roles, bad input.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { WebSocket } from "ws";
import { hashPassword } from "../../lib/users/password";
import { TEST_ENVIRONMENT } from "../support/database";
import { startTestServer, type TestServer } from "../support/server";
import { type App, removeData, startApp } from "./support/app";
import { expect, signIn, test, tokenOf } from "./support/session";

const ADMIN = "tall-forest-77-river";
const VIEWER = "calm-meadow-31-stone";
let server: TestServer;
let app: App;
let database: pg.Client;

test.beforeAll(async () => {
  server = await startTestServer();
  const url = await server.createDatabase({ empty: true });
  app = await startApp({ env: { DATABASE_URL: url, ADMIN_PASSWORD: ADMIN, ...TEST_ENVIRONMENT } });
  database = new pg.Client({ connectionString: url });
  await database.connect();
  await database.query("INSERT INTO users (login, role, password_hash) VALUES ('viewer', 'viewer', $1)", [
    await hashPassword(VIEWER),
  ]);
});
test.afterAll(async () => {
  await app.stop();
  await database.end();
  await server.stop();
  removeData(app.dataDir);
});
test.beforeEach(() => database.query("DELETE FROM throttle"));

test("a given ADMIN_PASSWORD is neither printed nor forced to be changed", async ({ page }) => {
  expect(app.output()).not.toContain(ADMIN);
  await page.goto(app.url);
  await signIn(page, "admin", ADMIN);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});

for (const [what, statement] of [
  ["expired", "UPDATE sessions SET expires_at = now() - interval '1 s'"],
  ["revoked", "UPDATE sessions SET revoked_at = now()"],
  ["blocked", "UPDATE users SET status = 'blocked' WHERE login = 'viewer'"],
] as const) {
  test(`a session that is ${what} opens nothing, in pages, API and socket`, async ({ page, context }) => {
    await page.goto(app.url);
    await signIn(page, "viewer", VIEWER);
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
    const token = await tokenOf(app, "viewer", VIEWER);
    const socket = new WebSocket(`${app.url.replace("http", "ws")}/ws/stats`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await new Promise((opened) => socket.once("message", opened));
    const closed = new Promise<number>((done) => socket.once("close", done));
    await database.query(statement);
    expect((await context.request.get(`${app.url}/api/servers`)).status()).toBe(401);
    expect((await fetch(`${app.url}/api/servers`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
    expect(await (await context.request.get(`${app.url}/api/auth/session`)).json()).toEqual({});
    await page.goto(`${app.url}/servers`);
    await expect(page).toHaveURL(/\/login/);
    expect(await closed).toBe(4401);
    await database.query("UPDATE users SET status = 'active'");
  });
}

test("signing out ends the session on the server too", async ({ page, context }) => {
  await page.goto(app.url);
  await signIn(page, "viewer", VIEWER);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  const cookies = await context.cookies();
  // The page is there before its islands listen.
  await expect(async () => {
    if (!page.url().includes("/login")) await page.getByRole("button", { name: "Sign out" }).first().click();
    await expect(page).toHaveURL(/\/login/, { timeout: 3_000 });
  }).toPass();
  await context.addCookies(cookies);
  expect((await context.request.get(`${app.url}/api/servers`)).status()).toBe(401);
});

test("too many attempts are told to wait", async ({ page }) => {
  await page.goto(app.url);
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    await signIn(page, "admin", `wrong-password-${attempt}`);
    await answered;
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  }
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Too many attempts");
  const throttled = await fetch(`${app.url}/api/token`, {
    method: "POST",
    body: new URLSearchParams({ username: "admin", password: "wrong-password-7" }),
  });
  expect(throttled.status).toBe(429);
  expect(Number(throttled.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("another origin can neither change anything nor open the socket with our cookie", async ({ page, context }) => {
  await page.goto(app.url);
  await signIn(page, "viewer", VIEWER);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  const foreign = await context.request.post(`${app.url}/api/logout`, { headers: { origin: "https://evil.example" } });
  expect(foreign.status()).toBe(403);
  expect((await context.request.get(`${app.url}/api/servers`)).status()).toBe(200);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const status = await new Promise((done) => {
    const socket = new WebSocket(`${app.url.replace("http", "ws")}/ws/stats`, {
      headers: { cookie, origin: "https://evil.example" },
    });
    socket.once("unexpected-response", (_, response) => done(response.statusCode));
    socket.once("open", () => done("open"));
    socket.once("error", () => {});
  });
  expect(status).toBe(403);
});

test("a viewer reads servers and history; nobody reads nothing", async ({ request }) => {
  const token = await tokenOf(app, "viewer", VIEWER);
  const headers = { authorization: `Bearer ${token}` };
  for (const path of [
    "/api/servers",
    "/api/system/metrics",
    "/api/query?metrics=cpu.usage_percent",
    "/api/history/metrics/types",
    "/api/servers/local/latest",
  ]) {
    expect((await request.get(app.url + path, { headers })).status(), path).toBe(200);
    expect((await request.get(app.url + path)).status(), path).toBe(401);
  }
  expect((await request.get(`${app.url}/api/health`)).status()).toBe(200);
  expect((await request.get(`${app.url}/api/servers/nobody-knows/latest`, { headers })).status()).toBe(404);
});

test("a bad parameter is refused by name and never echoed", async ({ request }) => {
  const headers = { authorization: `Bearer ${await tokenOf(app, "viewer", VIEWER)}` };
  const canary = `canary-${randomUUID()}`;
  for (const path of [
    `/api/query?metrics=cpu.usage_percent&points=${canary}`,
    `/api/query?metrics=cpu.usage_percent&from=${canary}`,
    `/api/history/metrics?metric_type=${canary}`,
    `/api/history/metrics?metric_type=cpu&limit=${canary}`,
  ]) {
    const response = await request.get(app.url + path, { headers });
    const answer = (await response.json()) as { status: number; errors: unknown[] };
    expect(answer.status, path).toBe(422);
    expect(response.headers()["content-type"]).toContain("application/problem+json");
    expect(answer.errors, path).toHaveLength(1);
    expect(JSON.stringify(answer)).not.toContain(canary);
  }
});

test("no page or answer is without its security headers, and scripts need the nonce", async ({ request }) => {
  const page = await request.get(`${app.url}/login`);
  const policy = page.headers()["content-security-policy"] ?? "";
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "?";
  expect(policy).toMatch(/script-src[^;]*'nonce-/);
  expect(policy.match(/script-src[^;]*/)?.[0]).not.toContain("unsafe-inline");
  expect(policy).toContain("frame-ancestors 'none'");
  const html = await page.text();
  const scripts = html.match(/<script[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
  const api = await request.get(`${app.url}/api/health`);
  for (const headers of [page.headers(), api.headers()]) {
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["x-frame-options"]).toBe("DENY");
    expect(headers["referrer-policy"]).toBeTruthy();
  }
  expect(api.headers()["cache-control"]).toContain("no-store");
});
