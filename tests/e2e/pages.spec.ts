// Every page in both themes, wide and 360 px, in both languages: no accessibility finding, no sideways scroll, no console error.
import type { BrowserContext, Page } from "@playwright/test";
import { type App, removeData, startApp, until } from "./support/app";
import { findings } from "./support/findings";
import { expect, get, NEW_PASSWORD, signIn, test } from "./support/session";
import { addSources, reportChannels } from "./support/streams";
import { teamOf } from "./support/team";

const PAGES = {
  overview: "/",
  servers: "/servers",
  server: "/servers/local",
  replication: "/servers/local/replication",
  sessions: "/servers/local/activity",
  databases: "/servers/local/databases",
  database: "/servers/local/databases/dozor",
  wal: "/servers/local/wal",
  disk: "/servers/local/disk",
  host: "/servers/local/host",
  streams: "/streams",
  channel: "/streams/focus",
  "stream-analytics": "/streams/analytics",
  "stream-sources": "/streams/sources",
  history: "/history",
  activity: "/activity",
  "ssh-keys": "/ssh-keys",
  users: "/admin/users",
  audit: "/admin/audit",
  logs: "/admin/logs",
  collector: "/admin/collector",
  settings: "/admin/settings",
  docs: "/docs",
  profile: "/profile",
  password: "/password",
};
/** Pages with charts; five minutes, since a fresh start has no more to show. */
const CHARTED = ["server", "database", "wal", "disk", "host", "channel", "history"];
/** Their charts are waited for, too; they have periods of their own. */
const DRAWN = [...CHARTED, "stream-analytics"];
const periodOf = (name: string) => (CHARTED.includes(name) ? "?period=5m" : "");
const WIDE = { width: 1440, height: 900 };
const TABLET_WIDTH = 768;
const PHONE = { width: 360, height: 800 };
const SHOTS = "docs/screenshots";
/** Names that no language changes. */
const OF_THINGS = ["local", "dozor", "Deep Focus Radio", "Night Jazz", "Ambient Sleep", "Morning Hits", "Rock Archive"];

let app: App;
let quiet: () => void = () => undefined;
let endIcecast: () => Promise<void> = async () => undefined;

// Twenty-five pages one after the other.
test.describe.configure({ timeout: 400_000 });
test.beforeAll(async () => {
  app = await startApp({
    env: { ADMIN_PASSWORD: NEW_PASSWORD, SAMPLING_INTERVAL_SECONDS: "1", COLLECT_INTERVAL: "5" },
  });
  await populate(app);
});
test.afterAll(async () => {
  quiet();
  await endIcecast();
  await app.stop();
  removeData(app.dataDir);
});

/** People and events, so that no list is empty. */
async function populate(app: App): Promise<void> {
  const { admin } = await teamOf(app, ["operator", "viewer"]);
  await admin("PUT", "/api/settings", { registration_enabled: true, activity_keep: 5_000 });
  const applicant = { login: "pavel", email: "pavel@example.org", password: "bright-window-58-cedar" };
  const asked = await fetch(`${app.url}/api/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(applicant),
  });
  expect(asked.status).toBeLessThan(300);
  await admin("POST", "/api/users/viewer/block");
  // A port that nobody listens on, and a server that is left alone.
  const elsewhere = { host: "127.0.0.1", port: 9, user: "dozor" };
  for (const server of [
    { ...elsewhere, name: "legacy-crm-01", labels: { env: "prod", team: "crm" } },
    { ...elsewhere, name: "ci-runner", labels: { env: "ci" }, enabled: false },
  ])
    expect((await admin("POST", "/api/servers", server)).status).toBe(201);
  quiet = await reportChannels(admin);
  endIcecast = await addSources(admin);
  for (const name of ["fleet-2026", "edge"])
    expect((await admin("POST", "/api/ssh-keys/generate", { name })).status).toBe(201);
}

/** Collects what the browser complains about: refused by the content policy, failed requests, errors. */
function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) heard.push(message.text());
  });
  page.on("pageerror", (error) => heard.push(error.message));
  return heard;
}

async function open(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(app.url + path);
  await expect(page.getByRole("main")).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
  return page;
}

/** What stands in the place of a page that still loads is gone. */
async function loaded(page: Page): Promise<void> {
  await expect(page.locator("main .animate-skeleton")).toHaveCount(0);
}

/** Charts have something to show once half a minute of samples is stored. */
async function untilCharted(context: BrowserContext): Promise<void> {
  await until(
    "half a minute of history",
    async () => {
      const from = Math.floor(Date.now() / 1000) - 120;
      const { series } = await get<{ series: { avg: (number | null)[] }[] }>(
        context,
        app,
        `/api/query?metrics=cpu.usage_percent&from=${from}`,
      );
      return (series[0]?.avg.filter((value) => value !== null).length ?? 0) >= 25 || undefined;
    },
    90_000,
  );
}

for (const [size, viewport] of [
  ["", WIDE],
  ["phone-", PHONE],
] as const) {
  test(`pages, ${size ? "360 px" : "1440 px"} wide, in light and dark`, async ({ browser }) => {
    const context = await browser.newContext({ viewport, reducedMotion: "reduce" });
    const login = await open(context, "/login");
    const heard = complaints(login);
    await inBothThemes(login, "login", { size });
    await signIn(login, "admin", NEW_PASSWORD);
    await expect(login.getByRole("main")).toContainText("Fleet");
    expect(heard).toEqual([]);
    await login.close();
    await untilCharted(context);
    for (const [name, path] of Object.entries(PAGES)) {
      const page = await context.newPage();
      const complained = complaints(page);
      await page.goto(app.url + path + periodOf(name));
      await expect(page.getByRole("main")).toBeVisible();
      if (DRAWN.includes(name)) await expect(page.locator(".recharts-surface").first()).toBeVisible();
      await loaded(page);
      await page.evaluate(() => document.fonts.ready);
      await inBothThemes(page, name, { size, fullPage: viewport === PHONE });
      for (const width of viewport === WIDE ? [WIDE.width, TABLET_WIDTH] : [viewport.width]) {
        await page.setViewportSize({ ...viewport, width });
        const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        await expect.poll(overflow, `${name} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
      }
      expect(complained, name).toEqual([]);
      await page.close();
    }
    await context.close();
  });
}

/** What axe finds and a picture, first in light, then in dark: the page follows the system while it is open. */
async function inBothThemes(
  page: Page,
  name: string,
  { size, fullPage = false }: { size: string; fullPage?: boolean },
) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect.poll(() => findings(page), { timeout: 60_000 }).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/${name}-${size}${colorScheme}.png`, fullPage });
  }
}

test("Russian is complete on every page, and stays after a reload", async ({ browser }) => {
  const context = await browser.newContext({ viewport: WIDE, locale: "ru-RU" });
  const page = await open(context, "/login");
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await page.screenshot({ path: `${SHOTS}/login-russian.png` });
  await page.locator("input[name=username]").fill("admin");
  await page.locator("input[name=password]").fill(NEW_PASSWORD);
  await page.locator("button[type=submit]").click();
  await page.waitForURL(`${app.url}/`);
  const ours = /\b(PostgreSQL|Dozor|WAL|CPU|RAM|TCP|I\/O|GiB|MiB|KiB|ms|EN|RU|Ctrl|Live|API)\b/g;
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(app.url + path + periodOf(name));
    await expect(page.getByRole("main")).toBeVisible();
    if (DRAWN.includes(name)) await expect(page.locator(".recharts-surface").first()).toBeVisible();
    await loaded(page);
    const heading = (await page.getByRole("heading", { level: 1 }).first().textContent()) ?? "";
    if (!/^\/(servers|streams)\/(?!analytics|sources)/.test(path) && name !== "docs")
      expect(heading, name).toMatch(/[А-Яа-я]/);
    // What the calls do is told in English, as the API itself is.
    if (name === "docs") continue;
    const headings = (await page.getByRole("main").getByRole("heading").allTextContents()).map((text) =>
      text.replace(ours, "").trim(),
    );
    expect(
      headings.filter((text) => /^[A-Za-z ]{4,}$/.test(text) && !OF_THINGS.includes(text)),
      name,
    ).toEqual([]);
    await page.screenshot({ path: `${SHOTS}/${name}-russian.png` });
  }
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "ru");
  await context.close();
});

test("everything of the shell works by keyboard: palette, shortcuts, go to pages", async ({ browser }) => {
  const context = await browser.newContext({ viewport: WIDE });
  const page = await open(context, "/login");
  await signIn(page, "admin", NEW_PASSWORD);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  // The page is there before its islands listen.
  await expect(async () => {
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.getByRole("combobox").fill("local");
  await expect(page.getByRole("option").first()).toContainText("local");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/servers\/local/);
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Keyboard shortcuts");
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+b");
  await expect(page.getByRole("button", { name: "Expand the sidebar" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page).toHaveURL(/\/servers$/);
  await expect(page.getByRole("searchbox")).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("nothing-of-this-name");
  await expect(page.getByText("Clear filters")).toBeVisible();
  await context.close();
});

test("a period is kept in the address, and dragging zooms into a range", async ({ browser }) => {
  const context = await browser.newContext({ viewport: WIDE });
  const page = await open(context, "/login");
  await signIn(page, "admin", NEW_PASSWORD);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.goto(`${app.url}/servers/local/host`);
  await page
    .getByRole("link", { name: "5 min" })
    .or(page.getByRole("button", { name: "5 min" }))
    .or(page.getByRole("radio", { name: "5 min" }))
    .first()
    .click();
  await expect(page).toHaveURL(/period=5m/);
  const plot = page.locator(".recharts-surface").first();
  const box = await plot.boundingBox();
  if (!box) throw new Error("the chart has no place");
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=.*to=/);
  await context.close();
});
