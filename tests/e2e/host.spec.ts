// The Host page of this very machine: what it is and does, what happened to it, live, paused, and as files.
import { readFileSync } from "node:fs";
import type { BrowserContext, Download, Locator, Page } from "@playwright/test";
import { type App, removeData, startApp, until } from "./support/app";
import { findings } from "./support/findings";
import { expect, get, NEW_PASSWORD, signIn, test } from "./support/session";
import { adminOf } from "./support/team";

const WIDE = { width: 1440, height: 900 };
const HOST = "/servers/local/host?period=5m";

let app: App;
let context: BrowserContext;
let page: Page;

// A page of many charts is looked through four times.
test.describe.configure({ timeout: 300_000 });
test.beforeAll(async ({ browser }) => {
  app = await startApp({ env: { ADMIN_PASSWORD: NEW_PASSWORD, SAMPLING_INTERVAL_SECONDS: "1" } });
  const admin = adminOf(app);
  expect((await admin("PUT", "/api/config", { perf_events_enabled: true })).status).toBe(200);
  // Two events on the time axis.
  for (const verb of ["pause", "resume"])
    expect((await admin("POST", `/api/servers/local/${verb}`)).status).toBeLessThan(300);
  context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce", acceptDownloads: true });
  page = await context.newPage();
  await page.goto(app.url);
  await signIn(page, "admin", NEW_PASSWORD);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await until("all that the page draws", async () => {
    const from = Math.floor(Date.now() / 1000) - 120;
    const { series } = await get<{ series: { metric: string; avg: (number | null)[] }[] }>(
      context,
      app,
      `/api/query?metrics=cpu.user,cpu.per_core,processes.rss_bytes,disk.usage_percent&from=${from}`,
    );
    const known = series.filter(({ avg }) => avg.some((value) => value !== null)).map(({ metric }) => metric);
    return new Set(known).size === 4 || undefined;
  });
  await page.goto(app.url + HOST);
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
});
test.afterAll(async () => {
  await context.close();
  await app.stop();
  removeData(app.dataDir);
});

const card = (name: string): Locator => page.getByRole("region", { name, exact: true });
/** What a painted shape looks like. */
const shape = async (path: Locator): Promise<string> => (await path.first().getAttribute("d")) ?? "";

test("shows what the machine is, its cores one by one, its disks with a forecast, and its processes", async () => {
  const main = page.getByRole("main");
  await expect(main.getByText(/^kernel \d/)).toBeVisible();
  for (const name of ["Processors", "Memory and pressure", "Disks", "Network", "Processes"])
    await expect(page.getByRole("heading", { name, exact: true }).first()).toBeVisible();
  const cores = card("CPU per core");
  await cores.scrollIntoViewIfNeeded();
  const cells = async () =>
    (
      await cores.locator("path[fill^='var(--heat-']").evaluateAll((all) => all.map((one) => one.getAttribute("d")))
    ).join("");
  await expect.poll(cells).toMatch(/^M/);
  await expect(card("CPU").getByRole("button", { name: /^User/ })).toBeVisible();
  // A machine without a sensor says so; one with a sensor says how warm it is.
  await expect(card("Temperature")).toContainText(/Not available.*No temperature sensor|Highest/);
  const disks = page.getByRole("table", { name: "File systems" });
  await expect(disks.getByRole("row").nth(1)).toContainText("too early to say");
  const processes = page.getByRole("table", { name: "Processes" });
  await expect(processes.getByRole("row").nth(1).getByRole("cell").nth(2)).toHaveText(/^\d+$/);
  expect(await processes.getByRole("row").count()).toBeGreaterThan(1);
});

test("counts what the kernel counts, or says why not and what would help", async () => {
  const { usable } = await get<{ usable: boolean }>(context, app, "/api/config/perf");
  const tiles = page.getByRole("heading", { name: "Hardware counters" }).locator("xpath=ancestor::section");
  if (usable) {
    await until("a chart of what perf counted", async () => {
      await page.goto(app.url + HOST);
      return (await card("Kernel events").count()) > 0 || undefined;
    });
    const switches = card("Kernel events").getByRole("button", { name: /Context switches/ });
    await expect(switches).toHaveText(/Context switches\s*[\d.,]+/);
    await expect(tiles).toContainText(/Page faults\s*[\d.,]+/);
  } else {
    await expect(tiles).toContainText(/perf|counters/);
    await expect(tiles.getByText("This would help:")).toBeVisible();
  }
});

test("marks what happened on every chart, and lists it", async () => {
  const list = page.locator("summary", { hasText: "in this period" });
  await list.click();
  const line = page.locator("details li", { hasText: /paused/i });
  await expect(line).toHaveCount(1);
  for (const name of ["CPU", "CPU per core", "Disk throughput"]) {
    const mark = card(name).locator("[data-mark]");
    await card(name).scrollIntoViewIfNeeded();
    await expect.poll(async () => (await Promise.all((await mark.all()).map(shape))).join("")).toMatch(/^M/);
  }
  // By keyboard: the list leads all charts there.
  await line.getByRole("button").focus();
  await page.keyboard.press("Enter");
  await expect(card("CPU").locator("[class*='chart-cursor']").first()).toBeVisible();
  // By pointer: on the mark, the tooltip tells.
  const plot = card("CPU").getByRole("slider");
  await plot.scrollIntoViewIfNeeded();
  await expect(async () => {
    const box = await plot.boundingBox();
    const marks = await card("CPU").locator("[data-mark]").all();
    const drawn = (await Promise.all(marks.map(shape))).join("");
    const [, x] = /^M([\d.]+),/.exec(drawn) ?? [];
    expect(x).toBeDefined();
    await page.mouse.move((box?.x ?? 0) + Number(x), (box?.y ?? 0) + 40);
    await expect(
      card("CPU")
        .getByText(/paused|resumed/i)
        .first(),
    ).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.mouse.move(0, 0);
});

test("stands still on request, and goes on", async () => {
  const time = card("CPU")
    .locator("svg text")
    .filter({ hasText: /^\d\d:\d\d:\d\d$/ })
    .last();
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Stands still")).toBeVisible();
  const shown = await time.textContent();
  const newest = async () =>
    (await get<{ ts: number[] }>(context, app, "/api/query?metrics=cpu.user&points=300")).ts.at(-1) ?? 0;
  const before = await newest();
  await expect.poll(newest).toBeGreaterThan(before + 2);
  expect(await time.textContent()).toBe(shown);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect.poll(() => time.textContent()).not.toBe(shown);
});

test("gives charts and the heat map as pictures and as values", async () => {
  for (const name of ["CPU per core", "Disk throughput"]) {
    const picture = await saved(name, "Download PNG");
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    expect(picture.length).toBeGreaterThan(5_000);
    expect((await saved(name, "Download CSV")).toString()).toMatch(/^time,[^\n]+\n\d{4}-/);
  }
});

async function saved(name: string, entry: string): Promise<Buffer> {
  await card(name)
    .getByRole("button", { name: `More about “${name}”` })
    .click();
  const [download] = await Promise.all([
    page.waitForEvent("download") as Promise<Download>,
    page.getByRole("menuitem", { name: entry }).click(),
  ]);
  return readFileSync(await download.path());
}

test("is without a finding and without sideways scroll, wide and narrow, in both themes", async () => {
  for (const viewport of [WIDE, { width: 360, height: 800 }]) {
    await page.setViewportSize(viewport);
    // From its top, where the head of the page covers nothing.
    await page.goto(app.url + HOST);
    await page.locator("summary", { hasText: "in this period" }).click();
    await expect(page.locator(".recharts-surface").first()).toBeVisible();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(() => findings(page), { timeout: 60_000 }).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    }
  }
});
