// What happened, compared to when: the History page, its files, the settings that bound history, and the clean-up.
import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "@playwright/test";
import { until } from "./support/app";
import { findings } from "./support/findings";
import { type SeededApp, startSeededApp } from "./support/seeded";
import { expect, get, NEW_PASSWORD, signIn, test } from "./support/session";

/** Three weeks, so that at least one whole week is older than seven days. */
const DAYS = 22;
const DAY_S = 86_400;

let seeded: SeededApp;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
  seeded = await startSeededApp(DAYS);
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  await page.goto(seeded.app.url);
  await signIn(page, "admin", NEW_PASSWORD);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});
test.afterAll(async () => {
  await context.close();
  await seeded.stop();
});

const chart = (metric: string) => page.getByRole("region", { name: metric, exact: true });

interface QueryAnswer {
  step_s: number;
  ts: number[];
  series: { avg: (number | null)[] }[];
}

test("metrics are added, removed and kept in the address", async () => {
  await page.getByRole("link", { name: "History" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "History" })).toBeVisible();
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
  await expect(chart("cpu.usage_percent")).toBeVisible();
  await page.getByRole("button", { name: "Add charts" }).click();
  const dialog = page.getByRole("dialog", { name: "Add charts" });
  await dialog.getByLabel("Search metrics").fill("swap_used");
  await dialog.getByRole("checkbox", { name: /memory\.swap_used_bytes/ }).check();
  await dialog.getByRole("button", { name: "Add 1 chart" }).click();
  await expect(chart("memory.swap_used_bytes")).toBeVisible();
  await page.reload();
  await expect(chart("memory.swap_used_bytes")).toBeVisible();
  await page.getByRole("link", { name: "Remove memory.swap_used_bytes" }).click();
  await expect(chart("memory.swap_used_bytes")).toHaveCount(0);
});

test("a day is laid over the day before, with the change in numbers", async () => {
  await page.goto(`${seeded.app.url}/history?period=24h`);
  await page.getByRole("button", { name: /^Compare/ }).click();
  await page.getByRole("menuitemradio", { name: "same time yesterday" }).click();
  const summary = page.getByRole("region", { name: "Summary of cpu.usage_percent" });
  await expect(summary).toContainText("Day before");
  await expect(summary).toContainText("%");
  expect(new URL(page.url()).search).toContain("yesterday");
  const end = Math.floor(Date.now() / 3_600_000) * 3600 - 7200;
  const { series } = await get<{
    series: { summary: Record<"a" | "b", { avg: number }> & { change_percent: number } }[];
  }>(
    context,
    seeded.app,
    `/api/history/compare?metrics=cpu.usage_percent&start_time_1=${end - DAY_S}&end_time_1=${end}&start_time_2=${end - 2 * DAY_S}&end_time_2=${end - DAY_S}`,
  );
  const { a, b, change_percent } = series[0]?.summary ?? { a: { avg: 0 }, b: { avg: 0 }, change_percent: 0 };
  expect(a.avg).toBeGreaterThan(0);
  expect(change_percent).toBeCloseTo(((a.avg - b.avg) / b.avg) * 100, 6);
});

for (const [look, width, colorScheme] of [
  ["light", 1440, "light"],
  ["dark", 1440, "dark"],
  ["phone-light", 360, "light"],
  ["phone-dark", 360, "dark"],
] as const) {
  test(`a comparison in ${look} has no accessibility finding`, async () => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${seeded.app.url}/history?period=24h&compare=yesterday`);
    await expect(page.locator(".recharts-surface").first()).toBeVisible();
    await page.evaluate(() => document.fonts.ready);
    await expect.poll(() => findings(page), { timeout: 20_000 }).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `docs/screenshots/history-compared-${look}.png`, fullPage: width === 360 });
  });
}

test("a chart is saved as a picture and shown on the full screen", async () => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${seeded.app.url}/history?period=24h`);
  await page.getByRole("button", { name: "More about “cpu.usage_percent”" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Download PNG" }).click(),
  ]);
  const picture = readFileSync(await download.path());
  expect(download.suggestedFilename()).toMatch(/\.png$/);
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  // Width of the picture: at least twice a card's, for sharp print.
  expect(picture.readUInt32BE(16)).toBeGreaterThan(900);
  expect(picture.length).toBeGreaterThan(10_000);
  await page.getByRole("button", { name: "More about “cpu.usage_percent”" }).click();
  await page.getByRole("menuitem", { name: "Full screen" }).click();
  const large = page.getByRole("dialog", { name: /cpu\.usage_percent/ });
  await expect(large.locator(".recharts-surface").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(large).toHaveCount(0);
});

test("every sample behind the charts comes as a file", async () => {
  await page.goto(`${seeded.app.url}/history?period=24h`);
  await page.getByRole("button", { name: "Export" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "All samples, CSV" }).click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8")
    .trim()
    .split(/\r\n/);
  expect(lines[0]).toMatch(/^timestamp,.*cpu\.usage_percent/);
  // One row each two minutes, but for the last hours of the day.
  expect(lines.length).toBeGreaterThan(21 * 30);
  expect(lines[1]).toMatch(/^20\d\d-\d\d-\d\dT[\d:.]+Z,/);
});

test("a changed sampling interval is in force at once", async () => {
  await page.goto(`${seeded.app.url}/admin/settings`);
  await page.getByLabel("Sampling interval").fill("0");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("main")).toContainText("A whole number from 1 to 60.");
  await page.getByLabel("Sampling interval").fill("2");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  const saved = Date.now();
  const times = await until(
    "samples two seconds apart",
    async () => {
      const path = `/api/history/metrics?metric_type=memory&interval=raw&start_time=${(saved + 3_000) / 1000}&end_time=${(saved + 60_000) / 1000}`;
      const { data_points } = await get<{ data_points: { timestamp: string }[] }>(context, seeded.app, path);
      return data_points.length >= 4 ? data_points.map(({ timestamp }) => Date.parse(timestamp)) : undefined;
    },
    30_000,
  );
  expect(times.slice(1, 4).map((time, i) => time - (times[i] ?? 0))).toEqual([2_000, 2_000, 2_000]);
  const { retention_days } = await get<{ retention_days: number }>(context, seeded.app, "/api/config");
  expect(retention_days).toBe(30);
});

test("the clean-up says what it will do, does it, and leaves hourly values without a gap", async () => {
  const from = Math.floor(Date.now() / 1000) - 21 * DAY_S;
  const old = `/api/query?metrics=cpu.usage_percent&from=${from}&to=${from + 6 * 3600}&points=400`;
  const before = await get<QueryAnswer>(context, seeded.app, old);
  expect(before.step_s).toBeLessThan(3600);
  await page.goto(`${seeded.app.url}/admin/settings`);
  await page.getByRole("button", { name: "Clean up now…" }).click();
  const dialog = page.getByRole("dialog", { name: "Clean up now?" });
  const foretold = (await dialog.locator("dl").textContent()) ?? "";
  expect(foretold).toMatch(/Reduced[1-9]/);
  await dialog.getByRole("button", { name: "Clean up", exact: true }).click();
  await expect(page.getByText("Cleaned up", { exact: true })).toBeVisible();
  await expect(page.getByRole("main").locator("dl").filter({ hasText: "Space freed" })).toHaveText(foretold);
  const after = await get<QueryAnswer>(context, seeded.app, old);
  expect(after.step_s).toBe(3600);
  expect(after.series[0]?.avg.every((value) => value !== null)).toBe(true);
  const { interval } = await get<{ interval: string }>(
    context,
    seeded.app,
    `/api/history/metrics?metric_type=cpu&interval=1m&start_time=${from}&end_time=${from + 6 * 3600}`,
  );
  expect(interval).toBe("1h");
  await page.goto(`${seeded.app.url}/history?from=${from}&to=${from + 6 * 3600}`);
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
});
