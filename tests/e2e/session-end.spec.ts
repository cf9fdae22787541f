// A session near its end, as the person in front of it meets it; and what next-auth answers about sessions.
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";
import pg from "pg";
import { TEST_ENVIRONMENT } from "../support/database";
import { startTestServer, type TestServer } from "../support/server";
import { type App, removeData, startApp } from "./support/app";
import { findings } from "./support/findings";
import { expect, signIn, test, tokenOf } from "./support/session";

const ADMIN = "tall-forest-77-river";
let server: TestServer;
let app: App;
let database: pg.Client;

test.beforeAll(async () => {
  server = await startTestServer();
  const url = await server.createDatabase({ empty: true });
  app = await startApp({ env: { DATABASE_URL: url, ADMIN_PASSWORD: ADMIN, ...TEST_ENVIRONMENT } });
  database = new pg.Client({ connectionString: url });
  await database.connect();
});
test.afterAll(async () => {
  await app.stop();
  await database.end();
  await server.stop();
  removeData(app.dataDir);
});
test.beforeEach(() => database.query("DELETE FROM throttle"));

/** Opens the servers' page, whose session ends in the given time. */
async function pageBeforeTheEnd(page: Page, end: string): Promise<void> {
  await page.clock.install();
  await page.goto(`${app.url}/servers`);
  await signIn(page, "admin", ADMIN);
  await expect(page.getByRole("heading", { level: 1, name: "Servers" })).toBeVisible();
  await database.query(`UPDATE sessions SET ${end} WHERE revoked_at IS NULL`);
  await sleepThrough(page);
}

/** Hours pass as with the lid closed: the page counted on twelve, and asks again when they are nearly over. */
async function sleepThrough(page: Page): Promise<void> {
  const asked = page.waitForResponse((response) => response.url().endsWith("/api/auth/me"));
  // A page that has only just come does not count yet.
  await expect(async () => {
    await page.clock.fastForward("11:59:00");
    await Promise.race([asked, sleep(1_000).then(() => Promise.reject(new Error("nothing was asked")))]);
  }).toPass();
}

const IN_FIVE_MINUTES = "expires_at = now() + interval '290 s'";
const secondsLeft = async (): Promise<number> =>
  (
    await database.query(
      "SELECT extract(epoch FROM max(expires_at) - now())::int AS left FROM sessions WHERE revoked_at IS NULL",
    )
  ).rows[0].left;

test("the warning counts down, keeps the focus, has no findings, and Continue extends the session", async ({
  page,
}) => {
  await pageBeforeTheEnd(page, IN_FIVE_MINUTES);
  const dialog = page.getByRole("dialog", { name: "Are you still there?" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("timer")).toHaveText(/^4:\d\d$/);
  await expect(dialog.getByRole("button", { name: "Continue" })).toBeFocused();
  for (let press = 0; press < 6; press += 1) {
    await page.keyboard.press("Tab");
    expect(await dialog.evaluate((node) => node.contains(document.activeElement))).toBe(true);
  }
  expect(await findings(page)).toEqual([]);
  expect(await secondsLeft()).toBeLessThan(300);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog).toBeHidden();
  expect(await secondsLeft()).toBeGreaterThan(11 * 3_600);
});

test("in Russian and on a phone it is the same", async ({ browser }) => {
  const context = await browser.newContext({ locale: "ru-RU", viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(`${app.url}/servers`);
  await page.getByLabel("Логин").fill("admin");
  await page.getByLabel("Пароль", { exact: true }).fill(ADMIN);
  await page.getByRole("button", { name: "Войти" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Серверы" })).toBeVisible();
  await database.query(`UPDATE sessions SET ${IN_FIVE_MINUTES} WHERE revoked_at IS NULL`);
  await sleepThrough(page);
  await expect(page.getByRole("dialog", { name: "Вы ещё здесь?" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Продолжить" })).toBeFocused();
  expect(await findings(page)).toEqual([]);
  await page.getByRole("dialog").getByRole("button", { name: "Выйти" }).click();
  await expect(page).toHaveURL(/\/login/);
  await context.close();
});

test("a page that nobody uses keeps no session open, and shows the way in again when it is over", async ({ page }) => {
  await pageBeforeTheEnd(page, "expires_at = now() + interval '3 s'");
  await expect(page).toHaveURL(/\/login\?next=%2Fservers$/, { timeout: 40_000 });
});

test("after thirty days nothing extends a session, and the warning says so", async ({ page }) => {
  await pageBeforeTheEnd(page, `${IN_FIVE_MINUTES}, created_at = now() - interval '30 days' + interval '290 s'`);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await expect(dialog).toContainText("as long as it may");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(dialog).toBeHidden();
});

test("next-auth answers {} for a revoked session, and fails over no address of its own", async ({ page, context }) => {
  await page.goto(app.url);
  await signIn(page, "admin", ADMIN);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  const session = async () => (await context.request.get(`${app.url}/api/auth/session`)).json();
  expect(await session()).toMatchObject({ user: { name: "admin" } });
  await database.query("UPDATE sessions SET revoked_at = now()");
  expect(await session()).toEqual({});
  for (const path of [
    "callback/credentials",
    "callback/nobody",
    "callback",
    "signin/credentials",
    "nothing",
    "error",
  ]) {
    const { status } = await fetch(`${app.url}/api/auth/${path}`, { redirect: "manual" });
    expect(status, path).toBeLessThan(500);
  }
});

test("the addresses of older clients are their own, not next-auth's", async () => {
  const login = await fetch(`${app.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: ADMIN }),
  });
  const { access_token } = (await login.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}` };
  const me = await fetch(`${app.url}/api/auth/me`, { headers });
  expect(await me.json()).toMatchObject({ username: "admin", role: "admin" });
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const refreshed = await fetch(`${app.url}/api/refresh`, { method: "POST", headers: { cookie } });
  expect(refreshed.status).toBe(200);
  expect((await fetch(`${app.url}/api/auth/logout`, { method: "POST", headers })).status).toBe(204);
  expect((await fetch(`${app.url}/api/auth/me`, { headers })).status).toBe(401);
  expect(await tokenOf(app, "admin", ADMIN)).not.toBe(access_token);
});
