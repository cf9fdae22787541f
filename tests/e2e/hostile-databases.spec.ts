// Databases of hostile names on every page that shows them, behind nginx.
import type { Page } from "@playwright/test";
import { historyAddress } from "../../components/history/address";
import { databaseHref } from "../../components/server/database-href";
import { HOSTILE_NAMES } from "../support/hostile-names";
import { type WatchedDatabases, watchDatabases } from "./support/databases";
import { expect, test } from "./support/session";

let watched: WatchedDatabases;

test.describe.configure({ mode: "serial", timeout: 120_000 });
test.beforeAll(async () => {
  watched = await watchDatabases();
});
test.afterAll(() => watched.stop());

/** As a page shows a name, and Playwright reads it. */
const shown = (name: string): string => name.trim().replace("\n", " ");

/** What goes wrong in a page: errors of scripts, and a name that became one. */
function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("dialog", (dialog) => {
    errors.push(dialog.message());
    void dialog.dismiss();
  });
  return errors;
}

test("every database has a page, whatever it is called, also behind nginx", async ({ browser }) => {
  test.slow();
  const address = `https://localhost:${watched.nginx.port}`;
  const [context, page] = await watched.browserOf(browser, "viewer", address);
  // No address can hold these two: every client takes `..` for the folder above.
  const names = HOSTILE_NAMES.filter((name) => name !== "." && name !== "..");
  const errors = errorsOf(page);
  await page.goto(`${address}/servers/orders-01/databases?rows=100`);
  for (const name of names) {
    const href = databaseHref("orders-01", name);
    await expect(page.getByRole("main").locator(`a[href="${href}"]`).first(), name).toBeAttached();
  }
  for (const name of names) {
    await page.goto(address + databaseHref("orders-01", name));
    const title = page.getByRole("heading", { level: 2, name: shown(name), exact: true });
    await expect(title).toBeVisible();
    await expect(page.locator(".recharts-surface").first()).toBeVisible();
  }
  expect(errors).toEqual([]);
  expect((await page.goto(`${address}/servers/orders-01/databases/nowhere`))?.status()).toBe(404);
  await context.close();
});

test("overview, sessions and history show databases as they are called, whatever that is, also behind nginx", async ({
  browser,
}) => {
  test.slow();
  const address = `https://localhost:${watched.nginx.port}`;
  const clients = await Promise.all(HOSTILE_NAMES.map((name) => watched.client(undefined, name)));
  const [context, page] = await watched.browserOf(browser, "operator", address);
  const errors = errorsOf(page);
  await page.goto(`${address}/servers/orders-01`);
  const link = page.getByRole("main").getByRole("link", { name: "a/b", exact: true });
  await expect(link).toHaveAttribute("href", databaseHref("orders-01", "a/b"));
  await page.goto(`${address}/servers/orders-01/activity`);
  const sessions = page.getByRole("table", { name: "Sessions" });
  for (const name of HOSTILE_NAMES) await expect(sessions).toContainText(shown(name), { timeout: 20_000 });
  for (const name of HOSTILE_NAMES) {
    const charts = [{ server: "orders-01", metric: "databases.connections", instances: [{ database: name }] }];
    const window = { period: "1h" as const, from: 0, to: 0 };
    await page.goto(address + historyAddress({ charts, compare: null, window }));
    const chart = page.getByRole("region", { name: "databases.connections" });
    await expect(chart.getByRole("listitem")).toContainText(shown(name));
    await expect(chart.locator(".recharts-surface").first()).toBeVisible();
  }
  expect(errors).toEqual([]);
  await Promise.all(clients.map((one) => one.end()));
  await context.close();
});
