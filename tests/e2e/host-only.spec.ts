// A machine without PostgreSQL as people register it, and what they find of it: over a real sshd, and this machine itself.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { type Sshd, startSshd } from "../ssh/support/sshd";
import { type App, removeData, startApp } from "./support/app";
import { findings } from "./support/findings";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";
import { type Team, teamOf } from "./support/team";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const SHOTS = "docs/screenshots";
/** Sections that only PostgreSQL can fill. */
const SECTIONS = ["activity", "databases", "databases/shop", "replication", "wal", "disk"];
let app: App;
let team: Team;
let sshd: Sshd;

test.describe.configure({ mode: "serial", timeout: 120_000 });
test.beforeAll(async () => {
  [app, sshd] = await Promise.all([startApp({ env: { ADMIN_PASSWORD: NEW_PASSWORD } }), startSshd()]);
  team = await teamOf(app, ["operator", "viewer"]);
  const { privateKey } = await sshd.clientKey("ed25519", 'restrict,command="internal-sftp -R"');
  const made = await team.admin("POST", "/api/ssh-keys/import", { name: "fleet", private_key: privateKey });
  expect(made.status, await made.clone().text()).toBe(201);
});
test.afterAll(async () => {
  await app.stop();
  await sshd.stop();
  removeData(app.dataDir);
});

async function browserOf(browser: Browser, login: "operator" | "viewer"): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(app.url);
  await signIn(page, login, team.passwords[login] ?? "");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  return [context, page];
}

/** The dialog of a new server, for a machine alone. */
async function machineForm(page: Page, name: string) {
  await page.goto(`${app.url}/servers`);
  const dialog = page.getByRole("dialog");
  // The page is there before its islands listen.
  await expect(async () => {
    await page.getByRole("button", { name: "Add server" }).click();
    await expect(dialog.getByLabel("Paste a connection")).toBeVisible({ timeout: 5_000 });
  }).toPass();
  await dialog.getByRole("button", { name: "Machine only" }).click();
  await expect(dialog.getByLabel("Paste a connection")).toBeHidden();
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Continue" }).click();
  return dialog;
}

const rowOf = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

test("an operator registers a machine over SSH, and this machine, without any PostgreSQL", async ({ browser }) => {
  const [context, page] = await browserOf(browser, "operator");
  const dialog = await machineForm(page, "web1");
  await dialog.getByLabel("SSH host").fill(sshd.host);
  await dialog.getByLabel("SSH port").fill(String(sshd.port));
  await dialog.getByLabel("SSH user").fill(sshd.user);
  const keys = dialog.getByLabel("SSH key", { exact: true });
  await keys.selectOption((await keys.locator("option", { hasText: "fleet" }).getAttribute("value")) ?? "");
  await dialog.getByRole("button", { name: "Test SSH" }).click();
  await dialog.getByLabel("This is the right machine").check();
  await dialog.getByRole("button", { name: "Test the sign-in" }).click();
  await expect(dialog).toContainText("Connected");
  expect(await findings(page)).toEqual([]);
  await page.screenshot({ path: `${SHOTS}/server-form-machine-light.png` });
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden({ timeout: 15_000 });
  await expect(async () => {
    await page.reload();
    await expect(rowOf(page, "web1")).toContainText(/Up.*machine.*CPU \d+.*memory \d+/, { timeout: 2_000 });
  }).toPass({ timeout: 40_000 });
  await expect(rowOf(page, "web1")).toContainText(sshd.host);

  const second = await machineForm(page, "here");
  await second.getByRole("button", { name: "The one Dozor runs on" }).click();
  await expect(second.getByLabel("SSH user")).toBeHidden();
  await second.getByRole("button", { name: "Save", exact: true }).click();
  await expect(second).toBeHidden({ timeout: 15_000 });
  await expect(async () => {
    await page.reload();
    await expect(rowOf(page, "here")).toContainText(/Up/, { timeout: 2_000 });
  }).toPass({ timeout: 40_000 });
  expect(await findings(page)).toEqual([]);
  await page.goto(app.url);
  await expect(rowOf(page, "web1")).toContainText("Machine without PostgreSQL");
  await context.close();
});

test("its pages show the machine, offer nothing of PostgreSQL, and say so at those addresses", async ({ browser }) => {
  const [context, page] = await browserOf(browser, "viewer");
  await page.goto(`${app.url}/servers/web1`);
  const tabs = page.getByRole("navigation", { name: "Parts of this server" }).getByRole("link");
  await expect(tabs).toHaveText(["Overview", "Host"]);
  await expect(page.getByRole("main")).toContainText("machine without PostgreSQL");
  for (const title of ["CPU", "Memory", "Network", "File systems"]) {
    await expect(page.getByRole("main").getByRole("heading", { name: title, exact: true }).first()).toBeVisible();
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(WIDE);
    expect(await findings(page)).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/server-machine-${colorScheme}.png` });
    await page.setViewportSize(NARROW);
    expect(await findings(page)).toEqual([]);
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wider).toBe(0);
  }
  await page.setViewportSize(WIDE);
  for (const section of SECTIONS) {
    await page.goto(`${app.url}/servers/web1/${section}`);
    await expect(page.getByRole("heading", { name: "No PostgreSQL here" })).toBeVisible();
    await expect(page.getByRole("button", { name: /^Edit/ })).toHaveCount(0);
  }
  expect(await findings(page)).toEqual([]);
  await page.goto(`${app.url}/servers/web1/host`);
  await expect(page.getByRole("main").getByRole("heading", { name: "CPU", exact: true }).first()).toBeVisible();
  for (const path of ["/api/server/web1/analysis", "/api/server_stats/web1", "/api/live/sessions?server=web1"]) {
    const answer = await context.request.get(app.url + path);
    expect([path, answer.status(), (await answer.json()).code]).toEqual([path, 409, "conflict"]);
  }
  await context.close();
});
