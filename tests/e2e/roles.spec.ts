// One instance for pages and one that collects, behind nginx, on one database behind a pooler: each may die.
import { randomBytes } from "node:crypto";
import type { BrowserContext, Page, WebSocket } from "@playwright/test";
import pg from "pg";
import { type Pooler, startPgBouncer } from "../postgres/support/pgbouncer";
import { type Nginx, startNginx } from "../support/nginx";
import { startTestServer, type TestServer } from "../support/server";
import { type App, freePort, removeData, startApp, until } from "./support/app";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";

const secret = () => randomBytes(32).toString("base64url");
const SECRETS = { AUTH_SECRET: secret(), ENCRYPTION_KEYS: `1:${secret()}` };
let database: TestServer;
let databaseUrl: string;
let pooler: Pooler;
let pooledUrl: string;
let client: pg.Client;
let web: App;
let collector: App;
let nginx: Nginx;
let address: string;
let context: BrowserContext;
let page: Page;
const sockets: WebSocket[] = [];

async function start(role: "web" | "collector", again: { port?: number; dataDir?: string } = {}): Promise<App> {
  const addresses = { DATABASE_URL: pooledUrl, DATABASE_DIRECT_URL: databaseUrl };
  const env = { ...addresses, ADMIN_PASSWORD: NEW_PASSWORD, TRUSTED_PROXIES: "127.0.0.1", ROLE: role };
  return startApp({ env: { ...SECRETS, SAMPLING_INTERVAL_SECONDS: "1", COLLECT_INTERVAL: "5", ...env }, ...again });
}
const portOf = (app: App) => Number(new URL(app.url).port);

/** Process ids of those who hold what is asked of servers. */
async function collecting(): Promise<number[]> {
  const { rows } = await client.query(
    "SELECT DISTINCT split_part(holder, ':', 2)::int AS pid FROM lease WHERE name LIKE 'server:%' AND until > now()",
  );
  return rows.map(({ pid }) => pid);
}
const newest = async (): Promise<number> =>
  (await client.query("SELECT max(ts)::float8 AS ts FROM sample_head")).rows[0].ts ?? 0;

/** Waits for values that come over a socket from now on. */
async function liveValues(): Promise<void> {
  await until("a frame with values", async () => {
    const socket = sockets.findLast((one) => !one.isClosed());
    if (!socket) return undefined;
    const frame = await socket.waitForEvent("framereceived", { timeout: 2_000 }).catch(() => undefined);
    return frame && /"type":"(sample|stats|snapshot)"/.test(String(frame.payload)) ? true : undefined;
  });
}

test.describe.configure({ mode: "serial", timeout: 180_000 });
test.beforeAll(async ({ browser }) => {
  database = await startTestServer();
  databaseUrl = await database.createDatabase();
  client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const through = new URL(databaseUrl);
  pooler = await startPgBouncer(
    { host: through.hostname, port: Number(through.port) },
    { [through.username]: decodeURIComponent(through.password) },
    { pool_mode: "transaction", default_pool_size: 6 },
  );
  through.port = `${pooler.port}`;
  pooledUrl = through.href;
  [collector, web] = await Promise.all([start("collector"), start("web", { port: await freePort() })]);
  nginx = await startNginx(portOf(web), portOf(collector));
  address = `https://localhost:${nginx.port}`;
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ignoreHTTPSErrors: true });
  page = await context.newPage();
  page.on("websocket", (socket) => sockets.push(socket));
});
test.afterAll(async () => {
  await nginx.stop();
  await client.end();
  await Promise.all([web.stop(), collector.stop()]);
  for (const { dataDir } of [web, collector]) removeData(dataDir);
  await pooler.stop();
  await database.stop();
});

test("one collects, the other answers, and people see one Dozor", async () => {
  await page.goto(address);
  await signIn(page, "admin", NEW_PASSWORD);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.goto(`${address}/servers/local/host`);
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
  await liveValues();
  await until("the collector to hold its servers", async () => (await collecting()).length > 0 || undefined);
  expect(await collecting()).toEqual([collector.pid]);
  for (const { output } of [web, collector]) expect(output()).not.toMatch(/\b(error|warn)\b/i);
});

test("pages and live values go on where the one that answers is killed", async () => {
  await web.kill();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await liveValues();
  expect((await context.request.get(`${address}/api/auth/me`)).status()).toBe(200);
  web = await start("web", { port: portOf(web), dataDir: web.dataDir });
  expect(await collecting()).toEqual([collector.pid]);
});

test("pages answer while the one that collects is away, and its successor goes on with the servers", async () => {
  await collector.kill();
  // For a second nginx may believe still that the other one is down.
  const answers = async () => (await context.request.get(`${address}/healthz`)).ok() || undefined;
  await until("the first instance to answer behind nginx", answers, 5_000);
  await page.goto(`${address}/servers/local/host`);
  await expect(page.locator(".recharts-surface").first()).toBeVisible();
  const before = await newest();
  collector = await start("collector", { port: portOf(collector), dataDir: collector.dataDir });
  await until("newer samples", async () => (await newest()) > before || undefined);
  expect(await collecting()).toEqual([collector.pid]);
  await liveValues();
});
