// A watched server with databases of hostile names, for those who answer for it, behind nginx and without.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import pg from "pg";
import { HOSTILE_NAMES } from "../../support/hostile-names";
import { type Nginx, startNginx } from "../../support/nginx";
import { startTestServer, type TestServer } from "../../support/server";
import { type App, removeData, startApp } from "./app";
import { expect, NEW_PASSWORD, signIn } from "./session";
import { type Team, teamOf } from "./team";

export const WIDE = { width: 1440, height: 900 };
const PASSWORD = "calm-river-17-bridge";

export interface WatchedDatabases {
  app: App;
  team: Team;
  target: TestServer;
  nginx: Nginx;
  /** A session on the server; the superuser's without a login. */
  client(login?: string, database?: string): Promise<pg.Client>;
  /** A browser in which somebody has signed in. @param address the product's own by default */
  browserOf(
    browser: Browser,
    login: "admin" | "operator" | "viewer",
    address?: string,
  ): Promise<[BrowserContext, Page]>;
  stop(): Promise<void>;
}

/** Registered as `orders-01`; its role `shop` has a table `locked` with five rows. */
export async function watchDatabases(): Promise<WatchedDatabases> {
  const [app, target] = await Promise.all([
    startApp({ env: { ADMIN_PASSWORD: NEW_PASSWORD, COLLECT_INTERVAL: "5", TRUSTED_PROXIES: "127.0.0.1" } }),
    startTestServer(),
  ]);
  const nginx = await startNginx(Number(new URL(app.url).port));
  const team = await teamOf(app, ["operator", "viewer"]);

  async function client(login?: string, database = "postgres"): Promise<pg.Client> {
    const { hostname: host, port, username, password } = new URL(target.address);
    const made = new pg.Client({
      ...{ host, port: Number(port), database, application_name: login ?? "admin" },
      ...{ user: login ?? username, password: login ?? password },
    });
    made.on("error", () => {});
    await made.connect();
    return made;
  }

  const admin = await client();
  await admin.query(`CREATE ROLE watcher LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor, pg_signal_backend`);
  for (const name of HOSTILE_NAMES) await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  await admin.query("CREATE TABLE locked AS SELECT generate_series(1, 5) AS id");
  // A superuser's sessions may be ended by superusers only.
  await admin.query("CREATE ROLE shop LOGIN PASSWORD 'shop'");
  await admin.query("GRANT ALL ON locked TO shop");
  await admin.end();
  const { hostname, port } = new URL(target.address);
  const made = await team.admin("POST", "/api/servers", {
    ...{ name: "orders-01", host: hostname, port: Number(port), user: "watcher", password: PASSWORD },
    sslmode: "prefer",
  });
  expect(made.status, await made.clone().text()).toBe(201);

  return {
    ...{ app, team, target, nginx, client },
    async browserOf(browser, login, address = app.url) {
      const context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce", ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(address);
      await signIn(page, login, login === "admin" ? NEW_PASSWORD : (team.passwords[login] ?? ""));
      await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
      return [context, page];
    },
    async stop() {
      await nginx.stop();
      await app.stop();
      await target.stop();
      removeData(app.dataDir);
    },
  };
}
