// The main job on real input: a bare start, a sign-in, true values, live, stored, over restarts and crashes.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import type { BrowserContext, Page } from "@playwright/test";
import type { QueryResult } from "../../lib/metrics/schema";
import { type App, postmasterPid, removeData, startApp, until } from "./support/app";
import { expect, firstSignIn, get, signIn, test } from "./support/session";

let app: App;
let context: BrowserContext;
let page: Page;

const query = (metrics: string, from: number, to: number, points = 720) =>
  get<QueryResult>(
    context,
    app,
    `/api/query?metrics=${encodeURIComponent(metrics)}&from=${from}&to=${to}&points=${points}`,
  );
const now = () => Math.floor(Date.now() / 1000);
const peak = (result: QueryResult) =>
  Math.max(...result.series.flatMap((series) => series.max.map((value) => value ?? 0)));

/** Times (seconds) at which a metric has a value, on a grid of its own interval. */
async function times(metric: string, from: number): Promise<number[]> {
  const { ts, series } = await query(metric, from, now() + 1, 2_000);
  return ts.filter((_, index) => series[0]?.avg[index] != null);
}
const longestGap = (seen: readonly number[]) =>
  Math.max(0, ...seen.slice(1).map((time, index) => time - (seen[index] ?? time)));

function memoryPercent(): number {
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/meminfo", "utf8"))?.[1]);
  return 100 * (1 - kib("MemAvailable") / kib("MemTotal"));
}
function diskPercent(): number {
  const { blocks, bfree, bavail } = statfsSync("/");
  return (100 * (blocks - bfree)) / (blocks - bfree + bavail);
}

/** Keeps one core busy until stopped, 30 s at most. */
function burnOneCore(): ChildProcess {
  return spawn(process.execPath, ["-e", "const end = Date.now() + 30000; while (Date.now() < end);"]);
}

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  app = await startApp();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
});
test.afterAll(async () => {
  await app.stop();
  removeData(app.dataDir);
});

test("prints the address and, once, a generated password", () => {
  expect(app.output()).toContain(app.url);
  expect(app.password).toMatch(/^[a-z0-9-]{20,}$/);
  expect(app.output().split(app.password ?? "?")).toHaveLength(2);
});

test("refuses a wrong password in words, and keeps what was typed as the login", async () => {
  await page.goto(`${app.url}/servers`);
  await expect(page).toHaveURL(/\/login\?next=%2Fservers/);
  await signIn(page, "admin", "not-the-password-1");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("Login or password is wrong");
  await expect(page.getByLabel("Login")).toHaveValue("admin");
});

test("signs in with the generated password and asks for another before anything else", async () => {
  await page.goto(app.url);
  await signIn(page, "admin", app.password ?? "");
  await expect(page).toHaveURL(/\/password/);
  await page.goto(`${app.url}/servers`);
  await expect(page).toHaveURL(/\/password/);
  const refused = await context.request.get(`${app.url}/api/servers`);
  expect(refused.status()).toBe(403);
  expect((await refused.json()).code).toBe("password_change_required");
  await context.clearCookies();
  await firstSignIn(page, app);
});

test("shows this machine's true values on the overview", async () => {
  const metrics = await until("system metrics", async () => {
    const answer = await get<Record<string, number | null>>(context, app, "/api/system/metrics");
    const known = ["cpu_percent", "ram_percent", "disk_percent", "latency_ms", "db_connections"].every(
      (name) => answer[name] != null,
    );
    return known ? answer : undefined;
  });
  expect(Math.abs((metrics.ram_percent ?? 0) - memoryPercent())).toBeLessThan(5);
  expect(Math.abs((metrics.disk_percent ?? 0) - diskPercent())).toBeLessThan(2);
  await page.goto(app.url);
  const card = page.getByRole("article").filter({ has: page.getByRole("heading", { name: "RAM" }) });
  await expect(async () => {
    const text = /([\d.]+)\s*%/.exec((await card.textContent()) ?? "")?.[1] ?? "";
    expect(Math.abs(Number.parseFloat(text) - memoryPercent())).toBeLessThan(5);
  }).toPass({ timeout: 20_000 });
  await expect(page.getByRole("link", { name: "local" }).first()).toBeVisible();
});

test("brings live values without a reload", async () => {
  await page.goto(`${app.url}/servers/local/host?period=5m`);
  await page.evaluate(() => {
    (window as { marked?: boolean }).marked = true;
  });
  const readings = new Set<string>();
  await until(
    "three different readings of the same page",
    async () => {
      readings.add((await page.getByRole("button", { name: /^User/ }).first().textContent()) ?? "");
      return readings.size >= 3 || undefined;
    },
    20_000,
  );
  expect(await page.evaluate(() => (window as { marked?: boolean }).marked)).toBe(true);
});

test("shows generated load on the charts: a busy core and a burst of transactions", async () => {
  const began = now();
  const burner = burnOneCore();
  const cores = (
    await get<{ probes: { cpu: { data: { core_count: number } } } }>(context, app, "/api/servers/local/latest")
  ).probes.cpu.data.core_count;
  await until(
    "the busy core on the page",
    async () => {
      const text = (await page.getByRole("button", { name: /^User/ }).first().textContent()) ?? "";
      return Number.parseFloat(text.replace(/[^\d.]/g, "")) >= 80 / cores || undefined;
    },
    25_000,
  );
  const burst = Array.from({ length: 200 }, () => context.request.get(`${app.url}/api/servers`));
  expect((await Promise.all(burst)).filter((answer) => answer.status() === 200).length).toBeGreaterThan(100);
  await until(
    "both in history",
    async () => {
      const cpu = peak(await query("cpu.usage_percent", began, now() + 1));
      const transactions = peak(await query("databases.commits_per_sec", began, now() + 1));
      return (cpu >= 80 / cores && transactions >= 20) || undefined;
    },
    60_000,
  );
  burner.kill("SIGKILL");
});

test("has its history after a restart, with no gap longer than the restart", async () => {
  const before = await times("memory.usage_percent", now() - 600);
  const stopped = now();
  expect(await app.stop()).toBeLessThan(10_000);
  app = await startApp({ dataDir: app.dataDir, port: Number(new URL(app.url).port) });
  expect(app.password).toBeUndefined();
  const restarted = now();
  const after = await until("new samples", async () => {
    const seen = await times("memory.usage_percent", now() - 900);
    return seen.filter((time) => time > restarted).length >= 3 ? seen : undefined;
  });
  expect(before.filter((time) => !after.includes(time))).toEqual([]);
  expect(longestGap(after.filter((time) => time >= stopped - 30))).toBeLessThanOrEqual(restarted - stopped + 12);
});

test("comes back after kill -9 of itself, with everything that was stored, and shows the gap as a gap", async () => {
  const from = now() - 600;
  const before = await times("memory.usage_percent", from);
  await app.kill();
  await new Promise((done) => setTimeout(done, 12_000));
  app = await startApp({ dataDir: app.dataDir, port: Number(new URL(app.url).port) });
  const after = await until("new samples", async () => {
    const seen = await times("memory.usage_percent", from);
    return seen.some((time) => time > (before.at(-1) ?? 0) + 14) ? seen : undefined;
  });
  expect(before.filter((time) => !after.includes(time))).toEqual([]);
  expect(longestGap(after)).toBeGreaterThanOrEqual(10);
  await page.goto(`${app.url}/servers/local/host?period=5m`);
  await expect(page.locator('path[fill="url(#chart-hatch)"][d*="M"]').first()).toBeAttached();
});

test("goes on by itself after kill -9 of its PostgreSQL", async () => {
  const from = now() - 600;
  const before = await times("memory.usage_percent", from);
  const killed = now();
  process.kill(postmasterPid(app.dataDir), "SIGKILL");
  const after = await until("new samples after the crash", async () => {
    const seen = await times("memory.usage_percent", from).catch(() => []);
    return seen.filter((time) => time > killed + 2).length >= 3 ? seen : undefined;
  });
  expect(before.filter((time) => !after.includes(time))).toEqual([]);
  expect(longestGap(after.filter((time) => time >= killed - 20))).toBeLessThanOrEqual(25);
  const health = await get<{ status: string }>(context, app, "/api/health");
  expect(health.status).toBe("healthy");
});
