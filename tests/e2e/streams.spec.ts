// A streamer from its first event to its last: it is listened to, left alone, warned, stopped; two browsers see it live.
import type { Browser, Page } from "@playwright/test";
import { ADMIN, startIcecast } from "../support/icecast";
import { type App, removeData, startApp, until } from "./support/app";
import { findings } from "./support/findings";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";
import { reportChannels, type Streamer, startStreamer, streamerToken } from "./support/streams";
import { type Team, teamOf } from "./support/team";

const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const SHOTS = "docs/screenshots";
/** As its source calls it: what an address has to hold encoded. */
const CHANNEL = "radio:/night%jazz.mp3";
const PAGE = `/streams/${encodeURIComponent(CHANNEL)}`;

let app: App;
let team: Team;
let token: string;
let quiet: () => void;

// The shortest time until a channel is ended is a minute.
test.describe.configure({ timeout: 300_000 });
test.beforeAll(async () => {
  app = await startApp({
    env: { ADMIN_PASSWORD: NEW_PASSWORD, SAMPLING_INTERVAL_SECONDS: "1", COLLECT_INTERVAL: "5" },
  });
  team = await teamOf(app, ["operator", "viewer"]);
  token = await streamerToken(team.admin);
  quiet = await reportChannels(team.admin);
});
test.afterAll(async () => {
  quiet();
  await app.stop();
  removeData(app.dataDir);
});

async function pageOf(browser: Browser, login: string, path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(app.url);
  await signIn(page, login, login === "admin" ? NEW_PASSWORD : (team.passwords[login] ?? ""));
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.goto(app.url + path);
  return page;
}

interface Told {
  type: string;
  data: { channel_id?: string; seconds_remaining?: number; reason?: string };
}

/** What the page is told over its socket from now on. */
function socketOf(page: Page): Told[] {
  const told: Told[] = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => void told.push(JSON.parse(String(payload)) as Told)),
  );
  return told;
}

test("a streamer that nobody listens to is warned three times, stopped once, and acknowledges", async ({ browser }) => {
  const operator = await pageOf(browser, "operator", "/streams");
  const viewer = await pageOf(browser, "viewer", "/streams");
  const told = socketOf(viewer);
  await viewer.reload();
  const streamer = startStreamer(app, { token, channel: CHANNEL, list: ["Late Ferry:600"] });
  try {
    const card = (page: Page) => page.locator(`[data-channel="${CHANNEL}"]`);
    for (const page of [operator, viewer]) {
      await expect(card(page).locator('[data-status="playing"]')).toBeVisible();
      await expect(card(page)).toContainText("Late Ferry");
    }
    streamer.listen(3);
    for (const page of [operator, viewer]) await expect(card(page).getByText(/^3\s*listeners$/)).toBeVisible();

    // One minute, which the operator asks for on the channel's page.
    await operator.goto(app.url + PAGE);
    await operator.getByLabel("Minutes without listeners").fill("1");
    await operator.getByRole("button", { name: "Save" }).click();
    await expect(operator.getByText("after 1 minute without listeners")).toBeVisible();
    await operator.goto(`${app.url}/streams`);

    streamer.listen(0);
    const ending = (page: Page) => page.locator(`[data-ending="${CHANNEL}"]`);
    for (const page of [operator, viewer]) await expect(ending(page).getByRole("timer")).toContainText(/0:[45]\d|1:00/);
    await expect(ending(viewer).getByRole("button")).toHaveCount(0);
    await ending(operator).getByRole("button", { name: "Cancel auto-end" }).click();
    for (const page of [operator, viewer]) await expect(ending(page)).toHaveCount(0);

    // It counts again once somebody has come and gone.
    streamer.listen(1);
    await expect(card(viewer).getByText(/^1\s*listener$/)).toBeVisible();
    const before = told.length;
    streamer.listen(0);
    await expect(ending(operator).getByRole("timer")).toBeVisible();
    await pictures(operator, "streams-warning");
    for (const page of [operator, viewer])
      await expect(card(page).locator('[data-status="stopped"]')).toBeVisible({ timeout: 90_000 });
    expect(await streamer.ended).toBe(0);
    expect(streamer.output()).toContain("is told to stop: no_listeners");
    expect(streamer.output()).toContain("acknowledged");

    const own = told.slice(before).filter(({ data }) => data.channel_id === CHANNEL);
    const of = (type: string) => own.filter((message) => message.type === type);
    const seconds = of("auto_end_warning").map(({ data }) => Math.round((data.seconds_remaining ?? 0) / 10) * 10);
    expect(seconds).toEqual([60, 30, 10]);
    expect(of("auto_end_triggered").map(({ data }) => data.reason)).toEqual(["no_listeners"]);
    expect(of("auto_end_cancelled")).toEqual([]);
  } finally {
    streamer.kill();
    for (const page of [operator, viewer]) await page.context().close();
  }
});

/** What axe finds, and a picture, in both themes and on a phone. */
async function pictures(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of [
    ["", WIDE],
    ["phone-", PHONE],
  ] as const) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(() => findings(page), { timeout: 20_000 }).toEqual([]);
      await page.screenshot({ path: `${SHOTS}/${name}-${size}${colorScheme}.png`, fullPage: size !== "" });
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(WIDE);
}

/** A streamer that obeys when somebody else ends it. */
async function whileStreaming(channel: string, run: (streamer: Streamer) => Promise<void>): Promise<void> {
  const streamer = startStreamer(app, { token, channel, list: ["Gravel:600"] });
  try {
    await until("the channel", async () => {
      const answer = await team.admin("GET", `/api/streams/${channel}`);
      return answer.status === 200 || undefined;
    });
    await run(streamer);
  } finally {
    streamer.kill();
  }
}

test("an operator finds a channel, ends it with a reason, names it and deletes it; a viewer only looks", async ({
  browser,
}) => {
  await whileStreaming("smoke", async (streamer) => {
    const viewer = await pageOf(browser, "viewer", "/streams/smoke");
    await expect(viewer.getByRole("main").getByText("Gravel").first()).toBeVisible();
    for (const name of ["Edit", "Save", "End now", "Pause auto-end"])
      await expect(viewer.getByRole("button", { name })).toHaveCount(0);
    const operator = await pageOf(browser, "operator", "/monitoring");
    await expect(operator).toHaveURL(`${app.url}/streams`);
    await operator.getByRole("searchbox").fill("gravel");
    await expect(operator.locator("article[data-channel]")).toHaveCount(1);
    await expect(operator).toHaveURL(/\?q=gravel$/);
    await operator.getByRole("link", { name: "smoke" }).click();
    await operator.getByRole("button", { name: "End now" }).click();
    await operator.getByLabel("Reason (optional)").fill("the hall closes");
    expect(await findings(operator)).toEqual([]);
    await operator.getByRole("dialog").getByRole("button", { name: "End now" }).click();
    for (const page of [operator, viewer])
      await expect(page.getByRole("main").locator('[data-status="stopped"]').first()).toBeVisible();
    expect(await streamer.ended).toBe(0);
    expect(streamer.output()).toContain("is told to stop: the hall closes");
    await operator.getByRole("button", { name: "Edit" }).click();
    await operator.getByLabel("Name", { exact: true }).fill("Hall");
    await operator.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    for (const page of [operator, viewer]) await expect(page.getByText("Hall", { exact: true }).first()).toBeVisible();
    await expect(operator.getByRole("heading", { level: 1, name: "Hall" })).toBeVisible();
    await viewer.reload();
    await expect(viewer).toHaveTitle(/^Hall/);
    await operator.getByRole("button", { name: "Menu of Hall" }).click();
    await operator.getByRole("menuitem", { name: "Delete channel" }).click();
    await operator.getByLabel("Type Hall to confirm").fill("Hall");
    await operator.getByRole("dialog").getByRole("button", { name: "Delete channel" }).click();
    await expect(operator).toHaveURL(`${app.url}/streams`);
    await expect(viewer.getByText("This channel was deleted")).toBeVisible();
    for (const page of [operator, viewer]) await page.context().close();
  });
});

test("an operator tries an Icecast before it is saved, and its mount becomes a channel; a viewer only looks", async ({
  browser,
}) => {
  const icecast = await startIcecast();
  try {
    await icecast.send("/harbour.mp3");
    await icecast.listen("/harbour.mp3");
    await icecast.title("/harbour.mp3", "Window Seat");
    const operator = await pageOf(browser, "operator", "/streams/sources");
    await expect(operator.getByText("No source yet")).toBeVisible();
    await operator.getByRole("button", { name: "Add source" }).click();
    const dialog = operator.getByRole("dialog");
    await dialog.getByLabel("Name").fill("harbour");
    await dialog.getByLabel("Address").fill(icecast.url);
    await dialog.getByLabel("Administrator (optional)").fill(ADMIN.username);
    await dialog.getByLabel("Password (optional)").fill("a-wrong-one");
    await dialog.getByRole("button", { name: "Test" }).click();
    await expect(dialog.getByText(/user or password is refused/)).toBeVisible();
    await dialog.getByLabel("Password (optional)").fill(ADMIN.password);
    await dialog.getByRole("button", { name: "Test" }).click();
    await expect(dialog.getByText("The administrator may end streams.")).toBeVisible();
    await expect(dialog.getByRole("list", { name: "Mounts" })).toContainText("Window Seat");
    await pictures(operator, "stream-source-form");
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(dialog).toHaveCount(0);
    const row = (page: Page) => page.getByRole("row", { name: /harbour/ });
    await expect(row(operator).locator('[data-status="ok"]')).toBeVisible();
    const viewer = await pageOf(browser, "viewer", "/streams/sources");
    await expect(row(viewer)).toBeVisible();
    await expect(viewer.getByRole("main").getByRole("button")).toHaveCount(0);
    for (const page of [operator, viewer]) {
      await page.goto(`${app.url}/streams`);
      const card = page.locator('[data-channel="harbour:/harbour.mp3"]');
      await expect(card.locator('[data-status="playing"]')).toBeVisible();
      await expect(card).toContainText("Window Seat");
      await page.context().close();
    }
  } finally {
    await icecast.remove();
  }
});
