// Dozor without a process that goes on: plain `next start`, and a call of cron each minute.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { CronReport } from "../../lib/collect/cron-schema";
import type { QueryResult } from "../../lib/metrics/schema";
import { startTestServer, type TestServer } from "../support/server";
import { until } from "./support/app";
import { migrated, type PlainNext, startPlainNext } from "./support/plain-next";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";

const secret = () => randomBytes(32).toString("base64url");
const CRON_SECRET = secret();
const dataDir = join(tmpdir(), `dozor-none-${secret()}`);
let database: TestServer;
let next: PlainNext;
let page: Page;
const sockets: string[] = [];

test.describe.configure({ mode: "serial" });
test.beforeAll(async ({ browser }) => {
  database = await startTestServer();
  const variables = {
    ...{ DATABASE_URL: await database.createDatabase({ empty: true }), DATA_DIR: dataDir, CRON_SECRET },
    ...{ AUTH_SECRET: secret(), ENCRYPTION_KEYS: `1:${secret()}`, ADMIN_PASSWORD: NEW_PASSWORD },
    // Cron's own is a minute: what was asked less than half of that ago is not due.
    ...{ SAMPLING_INTERVAL_SECONDS: "5", COLLECT_INTERVAL: "5" },
  };
  expect(await migrated(variables)).toMatch(/migrations applied: 0001_access/);
  expect(await migrated(variables)).toContain("The database is up to date.");
  next = await startPlainNext(variables);
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.on("websocket", (socket) => sockets.push(socket.url()));
});
test.afterAll(async () => {
  await next.stop();
  await database.stop();
});

async function cron(authorization = `Bearer ${CRON_SECRET}`): Promise<Response> {
  return fetch(`${next.url}/api/cron/collect?seconds=10`, { headers: { authorization } });
}
const collected = async (): Promise<CronReport> => {
  const answer = await cron();
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as CronReport;
};
/** Times at which this machine's memory is known. */
async function times(): Promise<number[]> {
  const now = Math.floor(Date.now() / 1_000);
  const path = `/api/query?metrics=memory.usage_percent&from=${now - 600}&to=${now + 1}&points=600`;
  const { ts, series } = (await (await page.request.get(next.url + path)).json()) as QueryResult;
  return ts.filter((_, index) => series[0]?.avg[index] != null);
}
const ready = async () => (await fetch(`${next.url}/readyz`)).status;

test("collects nothing by itself, and for nobody but cron", async () => {
  expect((await cron("Bearer nobody")).status).toBe(401);
  expect(await ready()).toBe(503);
  expect(next.output()).not.toContain("Collector started");
});

test("collects when cron calls, once however many call, so that rates are known", async () => {
  const reports = await Promise.all([collected(), collected()]);
  const [report, busy] = reports.sort((a, b) => b.runs - a.runs);
  expect(busy).toMatchObject({ status: "busy", runs: 0 });
  expect(report).toMatchObject({ status: "collected", complete: true, servers: 1, lost: 0 });
  expect(report?.samples).toBeGreaterThan(100);
  expect(report?.duration_ms).toBeLessThan(30_000);
  expect(await ready()).toBe(200);
});

test("shows what was collected, and asks again by itself, without a socket", async () => {
  await page.goto(next.url);
  await expect(page.getByText("npm run migrate")).toBeVisible();
  await signIn(page, "admin", NEW_PASSWORD);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(page.getByRole("link", { name: "local" }).first()).toBeVisible();
  await page.goto(`${next.url}/servers/local/host`);
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
  const before = await times();
  expect(before.length).toBeGreaterThan(0);
  const polled = page.waitForResponse((response) => response.url().includes("/api/servers/local/latest"));
  expect((await polled).status()).toBe(200);
  const after = await until("what a further call told", async () => {
    expect((await collected()).complete).toBe(true);
    const seen = await times();
    return seen.length > before.length ? seen : undefined;
  });
  expect(after.slice(0, before.length)).toEqual(before);
  const { probes } = await (await page.request.get(`${next.url}/api/servers/local/latest`)).json();
  expect(probes.cpu.data.usage_percent).toBeGreaterThanOrEqual(0);
  expect(sockets).toEqual([]);
});

test("starts no database of its own, and writes nothing beside it", () => {
  expect(existsSync(dataDir)).toBe(false);
  expect(next.output()).not.toMatch(/embedded|EACCES|ENOENT|Unhandled|unhandled/);
});
