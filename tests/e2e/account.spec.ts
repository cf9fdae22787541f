// What people do with their own account: second factor, tokens, preferences, sessions.
import type { Browser, Page } from "@playwright/test";
import pg from "pg";
import { totpCode } from "../../lib/users/totp";
import { TEST_ENVIRONMENT } from "../support/database";
import { startTestServer, type TestServer } from "../support/server";
import { type App, removeData, startApp } from "./support/app";
import { findings } from "./support/findings";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";
import { clientOf, type Team, teamOf } from "./support/team";

let server: TestServer;
let app: App;
let team: Team;
let database: pg.Client;

test.beforeAll(async () => {
  server = await startTestServer();
  const url = await server.createDatabase({ empty: true });
  app = await startApp({ env: { DATABASE_URL: url, ADMIN_PASSWORD: NEW_PASSWORD, ...TEST_ENVIRONMENT } });
  database = new pg.Client({ connectionString: url });
  await database.connect();
  team = await teamOf(app, ["operator", "viewer"]);
});
test.afterAll(async () => {
  await app.stop();
  await database.end();
  await server.stop();
  removeData(app.dataDir);
});
test.beforeEach(() => database.query("DELETE FROM throttle"));

async function openAs(page: Page, role: string, path: string): Promise<void> {
  await page.goto(`${app.url}/login?next=${encodeURIComponent(path)}`);
  await signIn(page, role, team.passwords[role] ?? "");
  await page.waitForURL(app.url + path);
}
/** What an authenticator app shows for a key typed by hand. */
function codeNow(secret: string): string {
  const bits = [...secret].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return totpCode(
    Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2)),
    Math.floor(Date.now() / 30_000),
  );
}
const freshPage = async (browser: Browser) => (await browser.newContext()).newPage();

test("a second factor is set up, asked for at sign-in, and replaced by a recovery code when the phone is lost", async ({
  browser,
}) => {
  const page = await freshPage(browser);
  await openAs(page, "operator", "/profile");
  await page.getByRole("button", { name: "Set up" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Current password").fill(team.passwords.operator ?? "");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByText("Cannot scan?").click();
  const secret = ((await dialog.locator("code").first().textContent()) ?? "").replaceAll(" ", "");
  expect(await findings(page)).toEqual([]);
  await dialog.getByLabel("Code").fill("000000");
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(dialog).toContainText("This code is wrong");
  await dialog.getByLabel("Code").fill(codeNow(secret));
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(dialog.locator("li")).toHaveCount(10);
  const codes = (await dialog.locator("li").allTextContents()).map((text) => text.trim());
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByRole("main")).toContainText("10 recovery codes left");

  const lost = await freshPage(browser);
  await lost.goto(`${app.url}/login`);
  await signIn(lost, "operator", team.passwords.operator ?? "");
  await expect(lost.getByLabel("Code")).toBeVisible();
  expect(await findings(lost)).toEqual([]);
  await lost.getByLabel("Code").fill("123456");
  await lost.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(lost.getByRole("main")).toContainText("This code is wrong");
  await lost.getByLabel("Code").fill(codes[0] ?? "");
  await lost.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(lost.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  const token = await fetch(`${app.url}/api/token`, {
    method: "POST",
    body: new URLSearchParams({ username: "operator", password: team.passwords.operator ?? "" }),
  });
  expect(token.status).toBe(401);
  expect(await token.json()).toMatchObject({ code: "otp_required" });
  await Promise.all([page.context().close(), lost.context().close()]);
});

test("a personal token does what its scopes say, and nothing once it is revoked", async ({ browser }) => {
  const page = await freshPage(browser);
  await openAs(page, "viewer", "/profile");
  await page.getByRole("button", { name: "New token" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("night report");
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "New token" }).click();
  const token = (await dialog.locator("code").first().textContent()) ?? "";
  expect(token).toMatch(/^dzr_/);
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  const script = clientOf(app, token);
  expect((await script("GET", "/api/servers")).status).toBe(200);
  expect((await script("PATCH", "/api/users/me", { language: "ru" })).status).toBe(403);
  await page.reload();
  await expect(page.getByRole("main")).toContainText("night report");
  await page.getByRole("button", { name: "Revoke night report" }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect.poll(async () => (await script("GET", "/api/servers")).status, { timeout: 5_000 }).toBe(401);
  await page.context().close();
});

test("language, theme and time zone follow a person to another browser", async ({ browser }) => {
  const page = await freshPage(browser);
  await openAs(page, "viewer", "/profile");
  await page.getByRole("main").getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveClass(/dark/);
  await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
  await page.getByRole("main").getByRole("button", { name: "Русский" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  const other = await freshPage(browser);
  await other.goto(`${app.url}/login`);
  await expect(other.locator("html")).toHaveAttribute("lang", "en");
  await signIn(other, "viewer", team.passwords.viewer ?? "");
  await other.waitForURL(`${app.url}/`);
  await expect(other.locator("html")).toHaveAttribute("lang", "ru");
  await expect(other.locator("html")).toHaveClass(/dark/);
  const answer = await other.request.get(`${app.url}/api/users/me`);
  expect(await answer.json()).toMatchObject({ language: "ru", theme: "dark", time_zone: "Asia/Tokyo" });
  await database.query("UPDATE users SET language = NULL, theme = NULL, time_zone = NULL");
  await Promise.all([page.context().close(), other.context().close()]);
});

test("somebody signs out a browser that they left somewhere else", async ({ browser }) => {
  const [here, there] = [await freshPage(browser), await freshPage(browser)];
  await openAs(there, "viewer", "/profile");
  await openAs(here, "viewer", "/profile");
  await here.getByRole("button", { name: "End all others" }).click();
  await here.getByRole("dialog").getByRole("button", { name: "End all others" }).click();
  await expect
    .poll(async () => (await there.request.get(`${app.url}/api/users/me`)).status(), { timeout: 5_000 })
    .toBe(401);
  expect((await here.request.get(`${app.url}/api/users/me`)).status()).toBe(200);
  await Promise.all([here.context().close(), there.context().close()]);
});

test("a bearer token without a cookie is shown the sign-in page, and goes in no circle", async ({ request }) => {
  const form = { username: "viewer", password: team.passwords.viewer ?? "" };
  const { access_token } = await (await request.post(`${app.url}/api/token`, { form })).json();
  const authorization = `Bearer ${access_token}`;
  for (const [path, shown] of [
    ["/", "/login"],
    ["/register", "/register"],
  ] as const) {
    const answer = await request.get(app.url + path, { headers: { authorization } });
    expect(new URL(answer.url()).pathname).toBe(shown);
    expect(answer.status()).toBe(200);
  }
});
