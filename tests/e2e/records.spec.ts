// What is written down about people and about Dozor itself: activity, audit, system log, collector, settings.
import type { Page } from "@playwright/test";
import pg from "pg";
import { TEST_ENVIRONMENT } from "../support/database";
import { startTestServer, type TestServer } from "../support/server";
import { type App, removeData, startApp } from "./support/app";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";
import { type Team, teamOf } from "./support/team";

let server: TestServer;
let app: App;
let team: Team;
let database: pg.Client;

test.beforeAll(async () => {
  server = await startTestServer();
  const url = await server.createDatabase({ empty: true });
  app = await startApp({
    env: { DATABASE_URL: url, ADMIN_PASSWORD: NEW_PASSWORD, COLLECT_INTERVAL: "5", ...TEST_ENVIRONMENT },
  });
  database = new pg.Client({ connectionString: url });
  await database.connect();
  team = await teamOf(app, ["viewer"]);
});
test.afterAll(async () => {
  await app.stop();
  await database.end();
  await server.stop();
  removeData(app.dataDir);
});

async function openAs(page: Page, login: string, password: string, path: string): Promise<void> {
  await database.query("DELETE FROM throttle");
  await page.goto(`${app.url}/login?next=${encodeURIComponent(path)}`);
  await signIn(page, login, password);
  await page.waitForURL(app.url + path);
}
const asAdmin = (page: Page, path: string) => openAs(page, "admin", NEW_PASSWORD, path);

test("what happens appears on the open activity page and overview at once, without the e-mail addresses of others", async ({
  browser,
}) => {
  const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
  const [feed, overview] = await Promise.all(contexts.map((context) => context.newPage()));
  if (!feed || !overview) throw new Error("no pages");
  await openAs(feed, "viewer", team.passwords.viewer ?? "", "/activity");
  await asAdmin(overview, "/");
  await expect(overview.getByRole("main")).toContainText("Last activity");
  const changed = await team.admin("PUT", "/api/settings", { activity_keep: 2_000 });
  expect(changed.status).toBe(200);
  await expect(feed.getByRole("main")).toContainText(/Activity events kept: 1,?000 → 2,?000/, { timeout: 3_000 });
  await expect(overview.getByRole("main")).toContainText(/Activity events kept: 1,?000 → 2,?000/, { timeout: 3_000 });
  // The viewer's own address is shown to the viewer, nobody else's is.
  const addresses = (await feed.getByRole("main").allInnerTexts()).join().match(/[\w.]+@[\w.]+/g) ?? [];
  expect(addresses.filter((address) => address !== "viewer@example.org")).toEqual([]);
  await feed.getByRole("searchbox").fill("activity events kept");
  await feed.getByRole("searchbox").press("Enter");
  await expect(feed).toHaveURL(/search=/);
  await expect(feed.getByRole("main")).toContainText(/Activity events kept/);
  await feed.goto(`${app.url}/activity?search=100%25`);
  await expect(feed.getByRole("main")).toContainText("No event fits the filters");
  for (const context of contexts) await context.close();
});

test("an administrator finds who did what, sees what changed, and that the chain holds or not", async ({ page }) => {
  await team.admin("POST", "/api/users", { login: "olga", email: "olga@example.org", role: "viewer" });
  await team.admin("PUT", "/api/settings", { audit_retention_days: 120 });
  const body = new URLSearchParams({ username: "viewer", password: "wrong-on-purpose-1" });
  expect((await fetch(`${app.url}/api/token`, { method: "POST", body })).status).toBe(401);
  await asAdmin(page, "/admin/audit");
  const main = page.getByRole("main");
  await expect(main).toContainText("Sign-in failed");
  await main.getByLabel("Details of Settings changed").first().click();
  await expect(main).toContainText("90 → 120");
  await main.getByRole("button", { name: "Verify" }).click();
  await expect(main).toContainText("Chain verified");
  await page.goto(`${app.url}/admin/audit?event_type=login_failed`);
  await expect(main).toContainText("Sign-in failed");
  await expect(main.getByRole("table")).not.toContainText("Settings changed");
  await database.query("UPDATE audit_log SET actor = 'somebody' WHERE id = (SELECT min(id) + 1 FROM audit_log)");
  await page.goto(`${app.url}/admin/audit`);
  await main.getByRole("button", { name: "Verify" }).click();
  await expect(main).toContainText("The chain does not hold");
  const download = page.waitForEvent("download");
  await main.getByRole("link", { name: "CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});

test("the system log is followed live and found by its filters", async ({ page }) => {
  await asAdmin(page, "/admin/logs");
  const main = page.getByRole("main");
  await expect(main).toContainText("Collector started");
  await database.query("INSERT INTO system_log (level, source, message) VALUES ('error', 'e2e', 'a pipe has burst')");
  await expect(main).toContainText("a pipe has burst", { timeout: 5_000 });
  await page.goto(`${app.url}/admin/logs?level=error&search=pipe`);
  await expect(main).toContainText("a pipe has burst");
  await expect(main).not.toContainText("Collector started");
});

test("the collector page asks now, pauses and resumes", async ({ page }) => {
  await asAdmin(page, "/admin/collector");
  const main = page.getByRole("main");
  await expect(main).toContainText("local");
  await main.getByRole("button", { name: "Run databases of local now" }).filter({ visible: true }).click();
  await expect(page.getByText(/databases of local answered in/)).toBeVisible();
  await main.getByRole("button", { name: "Pause" }).filter({ visible: true }).first().click();
  await expect(page.getByText("local is paused")).toBeVisible();
  const status = async () => {
    const answer = await team.admin("GET", "/api/servers");
    const servers = (await answer.json()) as { servers?: { status: string }[] } | { status: string }[];
    return (Array.isArray(servers) ? servers : servers.servers)?.[0]?.status;
  };
  await expect.poll(status).toBe("paused");
  await main.getByRole("button", { name: "Resume" }).filter({ visible: true }).first().click();
  await expect.poll(status).toBe("up");
});

test("a setting is refused out of range, changed within it, and acts without a restart", async ({ page }) => {
  await asAdmin(page, "/admin/settings");
  const field = page.getByLabel("Retention of the system log");
  await field.fill("3");
  await expect(page.getByRole("main")).toContainText(/from 7 to 3,?650/);
  await field.fill("14");
  await page.getByRole("button", { name: "Save" }).filter({ visible: true }).first().click();
  await expect
    .poll(
      async () =>
        ((await (await team.admin("GET", "/api/settings")).json()) as Record<string, { value: unknown }>)
          .logs_retention_days?.value,
    )
    .toBe(14);
  await expect(page.getByLabel("Collection interval")).toBeDisabled();
  await expect(page.getByRole("main")).toContainText("COLLECT_INTERVAL");
});
