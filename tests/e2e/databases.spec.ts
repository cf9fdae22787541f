// Databases and sessions of a watched server, as those who answer for it use them: who blocks whom, and what is used.
import type { Page } from "@playwright/test";
import type pg from "pg";
import { type WatchedDatabases, WIDE, watchDatabases } from "./support/databases";
import { findings } from "./support/findings";
import { expect, test } from "./support/session";

const PHONE = { width: 390, height: 844 };
const SHOTS = "docs/screenshots";
/** In the text of a query; whoever may not read such texts must never get it. */
const CANARY = "canary-4417-card-number";
let watched: WatchedDatabases;
/** Of the server that is watched. */
let { app, team, target, client, browserOf } = {} as WatchedDatabases;

test.describe.configure({ mode: "serial", timeout: 120_000 });
test.beforeAll(async () => {
  watched = await watchDatabases();
  ({ app, team, target, client, browserOf } = watched);
});
test.afterAll(() => watched.stop());

/** Five sessions, each of which holds a row and waits for that of the one before. */
async function blockingChain(): Promise<{ clients: pg.Client[]; pids: number[]; waiting: Promise<unknown>[] }> {
  const clients: pg.Client[] = [];
  const waiting: Promise<unknown>[] = [];
  for (let id = 1; id <= 5; id++) {
    const one = await client("shop");
    await one.query("BEGIN");
    await one.query(`UPDATE locked SET id = id WHERE id = ${id} AND '${CANARY}' <> ''`);
    clients.push(one);
  }
  for (const [at, one] of clients.entries())
    if (at > 0)
      waiting.push(one.query(`UPDATE locked SET id = id WHERE id = ${at} AND '${CANARY}' <> ''`).catch(String));
  const pids = clients.map((one) => (one as unknown as { processID: number }).processID);
  return { clients, pids, waiting };
}

test("an operator sees who blocks whom, cancels, and ends the root; a number that is another's now ends nothing", async ({
  browser,
}) => {
  const { clients, pids, waiting } = await blockingChain();
  const [root] = pids;
  const [context, page] = await browserOf(browser, "operator");
  await page.goto(`${app.url}/servers/orders-01/activity`);
  const tree = page.getByRole("list", { name: "Blocking" });
  await expect(tree).toContainText("blocks 4", { timeout: 20_000 });
  await expect(page.getByRole("main")).toContainText("1 root blocker, 4 sessions wait");
  const first = tree.locator(":scope > li");
  await expect(first).toHaveCount(1);
  await expect(first.getByRole("button", { name: `Details of session ${root}` })).toBeVisible();
  await expect(page.getByRole("table", { name: "Sessions" })).toContainText(CANARY);
  await inBothThemes(page, "sessions-blocking");
  await page.setViewportSize(PHONE);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await inBothThemes(page, "sessions-blocking-phone");
  await page.setViewportSize(WIDE);

  const { sessions } = (await (
    await context.request.get(`${app.url}/api/live/sessions?server=orders-01&every=1`)
  ).json()) as { sessions: { pid: number; backend_start: string }[] };
  const start = sessions.find(({ pid }) => pid === root)?.backend_start ?? "";
  const later = start.replace(/(\d)Z$/, (_, digit) => `${(Number(digit) + 1) % 10}Z`);
  const refused = await team.admin("POST", `/api/server/orders-01/sessions/${root}/terminate`, {
    backend_start: later,
  });
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain("Another session");
  await expect(tree).toContainText("blocks 4");

  await tree.getByRole("button", { name: `Cancel query of session ${root}` }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("4 sessions wait for it");
  await expect(dialog).toContainText("there is nothing to cancel");
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Back" }).click();
  await tree.getByRole("button", { name: `Terminate session ${root}` }).click();
  await dialog.getByLabel("Reason (optional)").fill("holds the queue at 3 a.m.");
  await dialog.getByRole("button", { name: "Terminate session" }).click();
  await expect(page.getByText(`Session ${root} was told to end`)).toBeVisible();
  // The second has its row now, and so the root is another.
  await expect(tree).toContainText("blocks 3", { timeout: 20_000 });
  const audit = await (await team.admin("GET", "/api/audit/sessions?event_type=session_terminate")).text();
  expect(audit).toContain("holds the queue at 3 a.m.");
  expect(audit).toContain("operator");
  expect(audit).not.toContain(CANARY);
  await context.close();
  // Each in its turn, since the next waits for it.
  for (const one of clients) await one.end().catch(() => {});
  await Promise.all(waiting);
});

test("a viewer sees the same sessions without a literal of their queries, and ends none", async ({ browser }) => {
  const { clients, waiting } = await blockingChain();
  const [context, page] = await browserOf(browser, "viewer");
  const received: string[] = [];
  page.on("response", async (response) => received.push(await response.text().catch(() => "")));
  await page.goto(`${app.url}/servers/orders-01/activity`);
  await expect(page.getByRole("list", { name: "Blocking" })).toContainText("blocks 4", { timeout: 20_000 });
  await expect(page.getByRole("main")).toContainText("Literals in query texts are hidden from your role.");
  await expect(page.getByRole("table", { name: "Sessions" })).toContainText("UPDATE locked SET id = id");
  await expect(page.getByRole("button", { name: /Terminate|Cancel query|Actions for/ })).toHaveCount(0);
  for (const path of [
    "/api/server_stats/orders-01",
    "/api/servers/orders-01/latest",
    "/api/live/sessions?server=orders-01",
  ])
    received.push(await (await context.request.get(app.url + path)).text());
  expect(received.some((text) => text.includes("UPDATE locked"))).toBe(true);
  expect(received.filter((text) => text.includes(CANARY) || text.includes("4417"))).toEqual([]);
  expect(await findings(page)).toEqual([]);
  await context.close();
  for (const one of clients) await one.end().catch(() => {});
  await Promise.all(waiting);
});

test("where ending sessions is turned off, nobody is offered it", async ({ browser }) => {
  const set = (value: boolean) => team.admin("PUT", "/api/settings", { allow_session_cancel: value });
  expect((await set(false)).status).toBe(200);
  const idle = await client("shop");
  const [context, page] = await browserOf(browser, "operator");
  await page.goto(`${app.url}/servers/orders-01/activity`);
  await expect(page.getByRole("table", { name: "Sessions" })).toContainText("shop", { timeout: 20_000 });
  await expect(page.getByRole("button", { name: /Actions for session/ })).toHaveCount(0);
  expect((await set(true)).status).toBe(200);
  await expect(page.getByRole("button", { name: /Actions for session/ }).first()).toBeVisible({ timeout: 20_000 });
  await idle.end();
  await context.close();
});

test("what is not used is told with its reason; an operator changes the criteria for everybody; the file is harmless", async ({
  browser,
}) => {
  const [context, page] = await browserOf(browser, "operator");
  await page.goto(`${app.url}/servers/orders-01/databases?rows=100`);
  await expect(page.getByRole("main")).toContainText("History so far: less than a day, 30 days needed");
  await page.getByRole("button", { name: "Change criteria" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Inactive after").fill("400");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText(/from 1 to 365/i);
  await dialog.getByLabel("Inactive after").fill("90");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Criteria saved")).toBeVisible();
  await expect(page.getByRole("main")).toContainText("inactive after 90 days");
  await page.getByRole("searchbox", { name: "Search databases" }).fill("drop table");
  await expect(page.getByRole("main")).toContainText('"; drop table x; --');
  await expect(page.getByRole("main").getByRole("link", { name: "q?x#y", exact: true })).toHaveCount(0);
  expect(await findings(page)).toEqual([]);
  const csv = await (await context.request.get(`${app.url}/api/server/orders-01/analysis?format=csv`)).body();
  expect([...csv.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(csv.toString()).toContain("'=1+1");
  await context.close();

  const [viewers, viewer] = await browserOf(browser, "viewer");
  await viewer.goto(`${app.url}/servers/orders-01/databases`);
  await expect(viewer.getByRole("main")).toContainText("inactive after 90 days");
  await expect(viewer.getByRole("button", { name: "Change criteria" })).toHaveCount(0);
  await viewers.close();
});

test("a database that was dropped and made again keeps its past, and history is there while the server is down", async ({
  browser,
}) => {
  const admin = await client();
  await admin.query("DROP DATABASE stats");
  await admin.query("CREATE DATABASE stats");
  await admin.end();
  await expect
    .poll(
      async () => {
        await team.admin("POST", "/api/collector/run", { server: "orders-01", probe: "inventory" });
        const answer = await team.admin("GET", "/api/server/orders-01/stats");
        const { databases } = (await answer.json()) as { databases: { name: string; exists: boolean }[] };
        return databases.filter(({ name }) => name === "stats").map(({ exists }) => exists);
      },
      { timeout: 30_000, intervals: [2_000] },
    )
    .toContain(false);
  await target.halt();
  const [context, page] = await browserOf(browser, "viewer");
  await page.goto(`${app.url}/servers/orders-01/databases/stats?period=1h`);
  await expect(page.getByRole("main")).toContainText("Others of this name");
  await page.getByRole("link", { name: /dropped/ }).click();
  await expect(page).toHaveURL(/oid=\d+/);
  await expect(page.getByRole("main")).toContainText("history kept");
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
  const stats = await team.admin("GET", "/api/server/orders-01/stats");
  expect(stats.status).toBe(200);
  expect(((await stats.json()) as { connection_timeline: unknown[] }).connection_timeline.length).toBeGreaterThan(0);
  // Live there is nothing while it is down, and the page says so.
  await page.goto(`${app.url}/servers/orders-01/activity`);
  await expect(page.getByRole("main")).toContainText(/cannot be read|refused|stale/i, { timeout: 30_000 });
  await target.resume();
  await context.close();
});

async function inBothThemes(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect.poll(() => findings(page), { timeout: 20_000 }).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/${name}-${colorScheme}.png` });
  }
  await page.emulateMedia({ colorScheme: "light" });
}
