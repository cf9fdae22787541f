// A fleet as its people register and keep it: servers, SSH keys, machines over SSH, and what each role may do.
import { once } from "node:events";
import net from "node:net";
import type { Browser, BrowserContext, Locator, Page } from "@playwright/test";
import pg from "pg";
import { type Sshd, startSshd } from "../ssh/support/sshd";
import { startTestServer, type TestServer } from "../support/server";
import { type App, removeData, startApp } from "./support/app";
import { findings } from "./support/findings";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";
import { type Team, teamOf } from "./support/team";

const WIDE = { width: 1440, height: 900 };
const PASSWORD = "calm-river-17-bridge";
const SHOTS = "docs/screenshots";
let app: App;
let team: Team;
let target: TestServer;
let sshd: Sshd;
/** Accepts connections, answers nothing, and counts. */
let listener: net.Server;
let contacts = 0;

test.describe.configure({ mode: "serial", timeout: 120_000 });
test.beforeAll(async () => {
  [app, target, sshd] = await Promise.all([
    startApp({ env: { ADMIN_PASSWORD: NEW_PASSWORD, COLLECT_INTERVAL: "5" } }),
    startTestServer(),
    startSshd(),
  ]);
  team = await teamOf(app, ["operator", "viewer"]);
  const admin = new pg.Client({ connectionString: `${target.address}/postgres` });
  await admin.connect();
  await admin.query(`CREATE ROLE watcher LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor`);
  await admin.end();
  listener = net.createServer(() => {
    contacts += 1;
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
});
test.afterAll(async () => {
  listener.close();
  await app.stop();
  await Promise.all([target.stop(), sshd.stop()]);
  removeData(app.dataDir);
});

async function browserOf(browser: Browser, login: "admin" | "operator" | "viewer"): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(app.url);
  await signIn(page, login, login === "admin" ? NEW_PASSWORD : (team.passwords[login] ?? ""));
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  return [context, page];
}

const portOf = (address: string) => new URL(address).port;
const rowOf = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

async function openMenu(page: Page, name: string, item: string): Promise<void> {
  await page
    .getByRole("button", { name: `Actions for ${name}` })
    .filter({ visible: true })
    .click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Opens the dialog of a new server; the page is there before its islands listen. */
async function openForm(page: Page): Promise<Locator> {
  await page.goto(`${app.url}/servers`);
  const dialog = page.getByRole("dialog");
  await expect(async () => {
    await page.getByRole("button", { name: "Add server" }).click();
    await expect(dialog.getByLabel("Paste a connection")).toBeVisible({ timeout: 5_000 });
  }).toPass();
  return dialog;
}

test("an operator pastes a connection, tests it, learns what is missing, and the server is up within seconds", async ({
  browser,
}) => {
  const [context, page] = await browserOf(browser, "operator");
  const dialog = await openForm(page);
  const paste = dialog.getByLabel("Paste a connection");
  const address = `127.0.0.1:${portOf(target.address)}/postgres?sslmode=prefer&fallback_application_name=x`;
  await paste.fill(`postgresql://watcher:${PASSWORD}@${address}`);
  await paste.press("Enter");
  await expect(dialog.getByLabel("Host", { exact: true })).toHaveValue("127.0.0.1");
  await expect(dialog).toContainText("fallback_application_name");
  await dialog.getByLabel("Name", { exact: true }).fill("orders-01");
  await dialog.getByRole("button", { name: "Test connection" }).click();
  await expect(dialog).toContainText(/Connected, with/);
  await expect(dialog).toContainText("GRANT pg_signal_backend TO");
  await expect(dialog).toContainText("PostgreSQL 18");
  expect(await findings(page)).toEqual([]);
  await page.screenshot({ path: `${SHOTS}/server-form-light.png` });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: `${SHOTS}/server-form-dark.png` });
  await page.emulateMedia({ colorScheme: "light" });
  await dialog.getByRole("button", { name: "Save without SSH" }).click();
  await expect(rowOf(page, "orders-01")).toContainText("Up", { timeout: 20_000 });
  expect(await page.content()).not.toContain(PASSWORD);
  // What has the name of another is refused at its field, and nothing typed is lost.
  await page.goto(`${app.url}/servers?add=1`);
  const again = page.getByRole("dialog");
  await again.getByLabel("Name", { exact: true }).fill("orders-01");
  await again.getByLabel("Host", { exact: true }).fill("127.0.0.1");
  await again.getByLabel("User", { exact: true }).fill("watcher");
  await again.getByRole("button", { name: "Save without SSH" }).click();
  await expect(again).toContainText("This name is taken");
  await expect(again.getByLabel("User", { exact: true })).toHaveValue("watcher");
  await context.close();
});

test("an SSH key is made, put on the machine, and reads its disks once somebody has confirmed the host key", async ({
  browser,
}) => {
  const [context, page] = await browserOf(browser, "operator");
  const { privateKey } = await sshd.clientKey();
  const made = await team.admin("POST", "/api/ssh-keys/import", { name: "fleet", private_key: privateKey });
  expect(made.status, await made.clone().text()).toBe(201);
  await page.goto(`${app.url}/servers`);
  await openMenu(page, "orders-01", "Edit…");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Continue" }).click();
  await dialog.getByRole("switch", { name: "Read the machine over SSH" }).click();
  await dialog.getByLabel("SSH port").fill(String(sshd.port));
  await dialog.getByLabel("SSH user").fill(sshd.user);
  const keys = dialog.getByLabel("SSH key", { exact: true });
  await keys.selectOption((await keys.locator("option", { hasText: "fleet" }).getAttribute("value")) ?? "");
  await dialog.getByRole("button", { name: "Test SSH" }).click();
  await expect(dialog).toContainText("Is this the right machine?");
  await expect(dialog).toContainText(/SHA256:/);
  await page.screenshot({ path: `${SHOTS}/server-form-ssh-light.png` });
  await dialog.getByLabel("This is the right machine").check();
  await dialog.getByRole("button", { name: "Test the sign-in" }).click();
  await expect(dialog).toContainText("Connected");
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  await page.goto(`${app.url}/servers/orders-01/disk`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("row", { name: /Data directory/ })).toContainText(/%/, { timeout: 2_000 });
  }).toPass({ timeout: 40_000 });
  await context.close();
});

test("a machine whose host key changed is not trusted: the server is degraded and says why", async () => {
  await sshd.kill();
  await sshd.start(true);
  await team.admin("POST", "/api/collector/run", { server: "orders-01", probe: "storage" });
  await expect
    .poll(
      async () => {
        await team.admin("POST", "/api/collector/run", { server: "orders-01", probe: "storage" });
        const answer = await team.admin("GET", "/api/servers/orders-01");
        const { status, ssh } = (await answer.json()) as { status: string; ssh: { reason: string | null } };
        return [status, ssh.reason];
      },
      { timeout: 30_000, intervals: [2_000] },
    )
    .toEqual(["degraded", "ssh_host_key"]);
});

test("to point a server elsewhere costs the stored password, and the form says so", async ({ browser }) => {
  const [context, page] = await browserOf(browser, "operator");
  await page.goto(`${app.url}/servers`);
  await openMenu(page, "orders-01", "Edit…");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Stored; leave empty to keep.");
  await dialog.getByLabel("Port", { exact: true }).fill(String((listener.address() as net.AddressInfo).port));
  await expect(dialog).toContainText("type it again, or it is dropped");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  const answer = await team.admin("GET", "/api/servers/orders-01");
  expect(await answer.json()).toMatchObject({ has_password: false });
  await team.admin("PUT", "/api/servers/orders-01", { port: Number(portOf(target.address)), password: PASSWORD });
  await context.close();
});

test("labels filter and group the list, columns hide, and chosen servers are paused together", async ({ browser }) => {
  for (const [name, env] of [
    ["billing-01", "prod"],
    ["billing-02", "prod"],
    ["lab-01", "lab"],
  ]) {
    const made = await team.admin("POST", "/api/servers", {
      ...{ name, host: "127.0.0.1", port: Number(portOf(target.address)), user: "watcher", password: PASSWORD },
      labels: { env },
    });
    expect(made.status, await made.clone().text()).toBe(201);
    expect(await made.json()).toMatchObject({ name, status: "up" });
  }
  const [context, page] = await browserOf(browser, "operator");
  await page.goto(`${app.url}/servers`);
  await page.getByRole("button", { name: "Labels", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: /prod/ }).click();
  await expect(page).toHaveURL(/label=env%3Dprod/);
  await page.keyboard.press("Escape");
  await expect(rowOf(page, "lab-01")).toHaveCount(0);
  await page.getByLabel("Select all on this page").check();
  await expect(page.getByRole("toolbar")).toContainText("2 servers selected");
  await page.getByRole("toolbar").getByRole("button", { name: "Pause" }).click();
  await expect(rowOf(page, "billing-01")).toContainText("Paused");
  await expect(rowOf(page, "billing-02")).toContainText("Paused");
  await page.goto(`${app.url}/servers?group=env`);
  await expect(page.getByRole("rowheader", { name: "env=lab" })).toBeVisible();
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Uptime" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: /Uptime/ })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("columnheader", { name: /Uptime/ })).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
  await context.close();
});

test("opening every page of a server contacts nobody", async ({ browser }) => {
  const made = await team.admin("POST", "/api/servers", {
    ...{ name: "silent", host: "127.0.0.1", port: (listener.address() as net.AddressInfo).port, user: "watcher" },
    enabled: false,
  });
  expect(made.status, await made.clone().text()).toBe(201);
  // The end of the test before pointed a server here.
  contacts = 0;
  const [context, page] = await browserOf(browser, "operator");
  for (const path of ["", "/activity", "/databases", "/replication", "/wal", "/disk", "/host"]) {
    const answer = await page.goto(`${app.url}/servers/silent${path}`);
    expect(answer?.status()).toBe(200);
    await expect(page.getByRole("main")).toBeVisible();
  }
  await page.goto(`${app.url}/servers`);
  await page.goto(app.url);
  for (const path of ["/api/servers", "/api/servers/silent", "/api/servers/silent/latest", "/api/pools/status"])
    expect((await context.request.get(app.url + path)).status(), path).toBe(200);
  expect(contacts).toBe(0);
  await context.close();
});

test("a viewer looks and changes nothing; a key in use cannot be deleted", async ({ browser }) => {
  const [context, page] = await browserOf(browser, "viewer");
  await page.goto(`${app.url}/servers`);
  await expect(rowOf(page, "orders-01")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add server" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Actions for/ })).toHaveCount(0);
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await page.goto(`${app.url}/servers/orders-01`);
  await expect(page.getByRole("button", { name: /Edit/ })).toHaveCount(0);
  expect((await page.goto(`${app.url}/ssh-keys`))?.status()).toBe(404);
  await context.close();

  const [admins, admin] = await browserOf(browser, "admin");
  await admin.goto(`${app.url}/ssh-keys`);
  await expect(admin.getByRole("row", { name: /fleet/ })).toContainText("SHA256:");
  expect(await findings(admin)).toEqual([]);
  const [key] = (await (await team.admin("GET", "/api/ssh-keys")).json()) as { id: number }[];
  const refused = await team.admin("DELETE", `/api/ssh-keys/${key?.id}`);
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain("orders-01");
  await admins.close();
});

test("a server is deleted by its name, and is gone at once", async ({ browser }) => {
  const [context, page] = await browserOf(browser, "operator");
  await page.goto(`${app.url}/servers`);
  await openMenu(page, "orders-01", "Delete…");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Delete", exact: true })).toBeDisabled();
  await dialog.getByLabel("Type orders-01 to confirm").fill("orders-01");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("orders-01 is deleted")).toBeVisible();
  await expect(rowOf(page, "orders-01")).toHaveCount(0);
  expect((await team.admin("GET", "/api/servers/orders-01")).status).toBe(404);
  await page.goto(`${app.url}/activity`);
  await expect(page.getByRole("main")).toContainText("orders-01");
  await context.close();
});
