// What administrators do for a team: accounts, requests for one, roles, and what each role finds.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { TEST_ENVIRONMENT } from "../support/database";
import { startTestServer, type TestServer } from "../support/server";
import { type App, removeData, startApp } from "./support/app";
import { findings } from "./support/findings";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";
import { adminOf, type Team, teamOf } from "./support/team";

const WIDE = { width: 1440, height: 900 };
const CHOSEN = "bright-window-58-cedar";
let server: TestServer;
let app: App;
let team: Team;

test.beforeAll(async () => {
  server = await startTestServer();
  const url = await server.createDatabase({ empty: true });
  app = await startApp({ env: { DATABASE_URL: url, ADMIN_PASSWORD: NEW_PASSWORD, ...TEST_ENVIRONMENT } });
  team = await teamOf(app, ["operator", "viewer"]);
});
test.afterAll(async () => {
  await app.stop();
  await server.stop();
  removeData(app.dataDir);
});

/** A browser of its own in which somebody is signed in. */
async function browserOf(browser: Browser, login: string, password: string): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ viewport: WIDE });
  const page = await context.newPage();
  await page.goto(app.url);
  await signIn(page, login, password);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  return [context, page];
}

async function openMenu(page: Page, login: string, item: string): Promise<void> {
  await page
    .getByRole("button", { name: `Actions for ${login}` })
    .filter({ visible: true })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
}

test("a new user signs in with a password shown once, chooses another, and is blocked in the middle of work", async ({
  browser,
}) => {
  const [admins, admin] = await browserOf(browser, "admin", NEW_PASSWORD);
  await admin.goto(`${app.url}/admin/users`);
  await admin.getByRole("button", { name: "Create user" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Login").fill("olga");
  await dialog.getByLabel("E-mail (optional)").fill("olga@example.org");
  await dialog.getByLabel("Role").selectOption("operator");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  const password = await dialog.getByLabel("One-time password").inputValue();
  expect(password.length).toBeGreaterThanOrEqual(12);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(admin.getByRole("row", { name: /olga@example.org/ })).toContainText("Operator");

  const context = await browser.newContext({ viewport: WIDE });
  const page = await context.newPage();
  await page.goto(app.url);
  await signIn(page, "olga", password);
  await expect(page).toHaveURL(/\/password/);
  expect((await context.request.get(`${app.url}/api/servers`)).status()).toBe(403);
  await page.getByLabel("Current password").fill(password);
  await page.getByLabel("New password", { exact: true }).fill(CHOSEN);
  await page.getByLabel("New password again").fill(CHOSEN);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  await openMenu(admin, "olga", "Block…");
  await admin.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await expect(admin.getByText("olga was blocked")).toBeVisible();
  await expect
    .poll(async () => (await context.request.get(`${app.url}/api/servers`)).status(), { timeout: 5_000 })
    .toBe(401);
  await page.goto(`${app.url}/servers`);
  await expect(page).toHaveURL(/\/login/);
  await signIn(page, "olga", CHOSEN);
  await expect(page.getByRole("main").getByRole("alert")).toContainText(/blocked/);

  await openMenu(admin, "olga", "Delete…");
  const remove = admin.getByRole("dialog").getByRole("button", { name: "Delete" });
  await expect(remove).toBeDisabled();
  await admin.getByRole("dialog").getByLabel("Type olga to confirm").fill("olga");
  await remove.click();
  await expect(admin.getByText("olga was deleted")).toBeVisible();
  await Promise.all([admins.close(), context.close()]);
});

test("somebody asks for an account, an administrator sees it and approves", async ({ browser }) => {
  const [admins, admin] = await browserOf(browser, "admin", NEW_PASSWORD);
  const context = await browser.newContext({ viewport: WIDE });
  const page = await context.newPage();
  await page.goto(`${app.url}/register`);
  await expect(page.getByRole("main")).toContainText("Registration is closed");
  const settings = await team.admin("PUT", "/api/settings", { registration_enabled: true });
  expect(settings.status).toBe(200);
  await page.goto(`${app.url}/login`);
  await page.getByRole("link", { name: "Request an account" }).click();
  // The page before has a field of the same name.
  await expect(page.getByRole("heading", { name: "Request an account" })).toBeVisible();
  await page.getByLabel("Login").fill("pavel");
  await page.getByLabel("E-mail").fill("pavel@example.org");
  await page.getByLabel("Password", { exact: true }).fill(CHOSEN);
  await page.getByLabel("Password again").fill(CHOSEN);
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Send request" }).click();
  await expect(page.getByRole("main")).toContainText("Request received");
  await page.goto(`${app.url}/login`);
  await signIn(page, "pavel", CHOSEN);
  await expect(page.getByRole("main").getByRole("alert")).toContainText(/approv|pending|wait/i);

  await admin.goto(`${app.url}/admin/users`);
  await expect(admin.getByRole("link", { name: /Users.*1/ }).first()).toBeVisible();
  await openMenu(admin, "pavel", "Approve…");
  await admin.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
  await expect(admin.getByText("pavel was approved")).toBeVisible();
  await signIn(page, "pavel", CHOSEN);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await Promise.all([admins.close(), context.close()]);
});

const EVERYONE = [
  "/",
  "/servers",
  "/servers/local",
  "/servers/local/wal",
  "/history",
  "/activity",
  "/profile",
  "/docs",
];
const ADMINS = ["/admin/users", "/admin/audit", "/admin/logs", "/admin/collector", "/admin/settings"];

for (const role of ["viewer", "operator", "admin"] as const) {
  test(`a ${role} finds what the role may open, and nothing of the rest`, async ({ browser }) => {
    const password = role === "admin" ? NEW_PASSWORD : (team.passwords[role] ?? "");
    const [context, page] = await browserOf(browser, role, password);
    const menu = page.getByRole("navigation", { name: "Main menu" });
    for (const path of ADMINS) {
      await expect(menu.locator(`a[href="${path}"]`)).toHaveCount(role === "admin" ? 1 : 0);
      const answer = await page.goto(app.url + path);
      expect(answer?.status(), path).toBe(role === "admin" ? 200 : 404);
    }
    for (const path of EVERYONE) {
      const answer = await page.goto(app.url + path);
      expect(answer?.status(), path).toBe(200);
      await expect(page.getByRole("main")).toBeVisible();
      await expect.poll(() => findings(page), { timeout: 20_000 }).toEqual([]);
    }
    await context.close();
  });
}

test("two administrators cannot leave the house without one", async () => {
  const refused = await team.admin("DELETE", "/api/users/admin");
  expect(refused.status).toBe(409);
  const demoted = await team.admin("PUT", "/api/users/admin", { role: "viewer" });
  expect(demoted.status).toBe(409);
  expect((await adminOf(app)("GET", "/api/users/me")).status).toBe(200);
});
