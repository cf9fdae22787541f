// What monitoring:render writes, and a real Alertmanager with it: to Telegram, and to the activity feed.
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { listActivity } from "@/lib/activity/queries";
import { systemActor } from "@/lib/users/permissions";
import { type AlertmanagerProcess, ourApi, render, startAlertmanager } from "../support/alertmanager";
import { useDatabase } from "../support/database";
import { apiToken, createServerRow, createUser } from "../support/live";
import { useServers } from "../support/served";
import { telegram } from "../support/telegram";

useDatabase();
const serve = useServers();

const BOT = "5812345678:AAFd9uPq2zNf9xKt4vLs6mRb3yGh8jCe5aQ";
const GIVEN = { TELEGRAM_BOT_TOKEN: BOT, ADMIN_CHAT_ID: "-1001234567890" };
const TOKEN = "dzr_kR3vT9wYpL5mXz2QhB8nFd6sJc4gUa7e";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dozor-render-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const file = (name = "alertmanager.yml") => path.join(folder, name);
const text = (name?: string) => readFileSync(file(name), "utf8");
const modeOf = (name?: string) => (statSync(file(name)).mode & 0o777).toString(8);
const checkConfig = () => execFileSync("/usr/bin/amtool", ["check-config", file()], { encoding: "utf8" });

describe("monitoring:render", () => {
  it("writes a configuration that amtool takes, for its owner alone", async () => {
    expect(await render(GIVEN, folder)).toMatchObject({ code: 0 });
    expect(modeOf()).toBe("600");
    expect(text()).toContain(`bot_token: "${BOT}"`);
    expect(text()).toContain("chat_id: -1001234567890\n");
    expect(text()).not.toMatch(/\$\{|# feed|dozor-alerts\.token/);
    expect(checkConfig()).toMatch(/SUCCESS[\s\S]* 1 receivers/);
  });

  it("adds the activity feed when a token is given, in a file of its own", async () => {
    const { code, output } = await render(
      { ...GIVEN, DOZOR_API_TOKEN: TOKEN, DOZOR_URL: "https://dozor.example.org" },
      folder,
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).not.toMatch(new RegExp(`${TOKEN}|${BOT}`));
    expect(checkConfig()).toMatch(/SUCCESS[\s\S]* 2 receivers/);
    expect(text()).toContain('url: "https://dozor.example.org/api/alertmanager/webhook"');
    expect(text()).not.toContain(TOKEN);
    expect(text("dozor-alerts.token")).toBe(`${TOKEN}\n`);
    expect(modeOf("dozor-alerts.token")).toBe("600");
  });

  it("writes anew what it wrote, and keeps the owner", async () => {
    await render(GIVEN, folder);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(file(), 65_534, 65_534);
    expect(await render({ ...GIVEN, ADMIN_CHAT_ID: "77" }, folder)).toMatchObject({ code: 0 });
    expect(text()).toContain("chat_id: 77\n");
    expect(modeOf()).toBe("600");
    expect(statSync(file()).uid).toBe(isRoot ? 65_534 : process.getuid?.());
  });

  it("never overwrites a configuration of somebody else's", async () => {
    writeFileSync(file(), "route: {receiver: mine}\n");
    const { code, output } = await render({ ...GIVEN, DOZOR_API_TOKEN: TOKEN }, folder);
    expect(code).toBe(1);
    expect(output).toContain("was written by somebody else");
    expect(text()).toBe("route: {receiver: mine}\n");
    expect(existsSync(file("dozor-alerts.token"))).toBe(false);
  });

  it("writes by default where git and images do not look", () => {
    const own = "config/monitoring/alertmanager/rendered";
    expect(readFileSync(`${own}/.gitignore`, "utf8").split("\n")).toContain("*");
    expect(readFileSync(".dockerignore", "utf8").split("\n")).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(\*\*?|config(\/.*)?)$/)]),
    );
    expect(readFileSync("scripts/monitoring-render.mjs", "utf8")).toContain(`"${own}"`);
  });

  it("takes values out of files", async () => {
    writeFileSync(file("bot"), `${BOT}\n`);
    const { ADMIN_CHAT_ID } = GIVEN;
    expect(await render({ ADMIN_CHAT_ID, TELEGRAM_BOT_TOKEN_FILE: file("bot") }, folder)).toMatchObject({ code: 0 });
    expect(text()).toContain(BOT);
  });

  it("is understood where both are missing", async () => {
    const { code, output } = await render({}, folder);
    expect(code).toBe(1);
    expect(output).toMatch(/Nothing was written:\n {2}TELEGRAM_BOT_TOKEN is missing.*\n {2}ADMIN_CHAT_ID is missing/);
    expect(existsSync(file())).toBe(false);
  });

  it.each([
    ["ADMIN_CHAT_ID", "@duty", "must be a number"],
    ["ADMIN_CHAT_ID", "12a", "must be a number"],
    ["ADMIN_CHAT_ID", "1.5", "must be a number"],
    ["ADMIN_CHAT_ID", "000", "must be a number"],
    ["ADMIN_CHAT_ID", "99999999999999999999", "must be a number"],
    ["TELEGRAM_BOT_TOKEN", "your-token-here", "must be a bot's token"],
    ["TELEGRAM_BOT_TOKEN", `${BOT}"\ninjected: true`, "must be a bot's token"],
    ["TELEGRAM_BOT_TOKEN_FILE", "/nowhere/at/all", "given twice"],
    ["DOZOR_API_TOKEN", "abc", "must be an API token"],
    ["DOZOR_URL", "dozor.example.org", "must be an http"],
    ["TELEGRAM_API_URL", "https://example.org/bot", "must be an http"],
    ["PORT", "abc", "must be a port's number"],
  ])("refuses %s=%s, and does not repeat it", async (name, value, message) => {
    const { code, output } = await render({ ...GIVEN, [name]: value }, folder);
    expect(code).toBe(1);
    expect(output).toContain(`${name.replace(/_FILE$/, "")} ${name.endsWith("_FILE") ? "is " : ""}${message}`);
    expect(output).not.toContain(value);
    expect(existsSync(file())).toBe(false);
  });
});

describe("a real Alertmanager", () => {
  const bot = telegram(BOT);
  let running: AlertmanagerProcess | undefined;
  let headers: Record<string, string>;
  beforeAll(async () => {
    await createServerRow("shop");
    headers = await apiToken(await createUser("oleg", "operator"), ["alerts:write"]);
  });
  afterEach(() => running?.stop());

  const start = async () => {
    const DOZOR_API_TOKEN = headers.authorization?.slice("Bearer ".length) ?? "";
    const addresses = { TELEGRAM_API_URL: await serve(bot.listener), DOZOR_URL: await serve(ourApi) };
    expect(await render({ ...GIVEN, ...addresses, DOZOR_API_TOKEN }, folder)).toMatchObject({ code: 0 });
    running = await startAlertmanager(folder);
    return running;
  };
  const alert = (labels: object, summary: string) => ({
    ...{ labels, annotations: { summary }, generatorURL: "http://prometheus:9090/graph" },
    startsAt: "2026-11-22T09:00:00Z",
  });
  const over = (given: object) => ({ ...given, endsAt: new Date().toISOString() });
  const feed = async () => (await listActivity(systemActor(), { limit: 100 })).events.toReversed();
  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 25_000, interval: 50 });

  it("sends through Telegram, once, and tells the feed", async () => {
    const manager = await start();
    bot.floods = 1;
    const lag = alert({ alertname: "ReplicaLags", severity: "critical", server: "shop" }, "It is <40 s> & behind");
    await manager.tell(lag);
    await until(() => expect(bot.sent, manager.log()).toHaveLength(1));
    expect(bot.sent[0]).toMatchObject({
      chat_id: -1001234567890,
      text: "🔴 ReplicaLags · shop\nIt is <40 s> & behind",
    });
    expect(bot.floods).toBe(0);
    await until(async () => expect(await feed()).toHaveLength(1));
    await manager.tell(over(lag));
    await until(() => expect(bot.sent).toHaveLength(2));
    expect(bot.sent[1]?.text).toBe("✅ ReplicaLags · shop · over\nIt is <40 s> & behind");
    await until(async () => expect(await feed()).toHaveLength(2));
    expect(await feed()).toMatchObject([
      {
        ...{ type: "alert_fired", severity: "error", target: { kind: "server", name: "shop" } },
        message: "ReplicaLags fires on shop: It is <40 s> & behind",
      },
      { type: "alert_resolved", severity: "info", message: "ReplicaLags is over on shop" },
    ]);
  });

  it("says of many alerts what fits, and nothing of a server that is down but that", async () => {
    const manager = await start();
    const before = bot.sent.length;
    await manager.tell(alert({ alertname: "ServerDown", severity: "critical", server: "shop" }, "shop is down"));
    await until(() => expect(bot.sent.length - before, manager.log()).toBe(1));
    await manager.tell(
      alert({ alertname: "PostgreSQLDown", severity: "critical", server: "shop" }, "does not answer"),
      ...Array.from({ length: 40 }, (_, i) =>
        alert({ alertname: "Inodes", severity: "warning", server: `${i}-${"ж".repeat(300)}` }, "😀".repeat(500)),
      ),
    );
    // Its first message may come before it has heard of all.
    await until(() => expect(bot.sent.at(-1)?.text, manager.log()).toContain("… 40 alerts in all"));
    const texts = bot.sent.slice(before).map((message) => message.text);
    expect(texts[0]).toBe("🔴 ServerDown · shop\nshop is down");
    expect(texts.join()).not.toContain("PostgreSQLDown");
    await until(async () =>
      expect((await feed()).filter(({ message }) => message.startsWith("Inodes"))).toHaveLength(40),
    );
    expect(JSON.stringify(await feed())).not.toContain("PostgreSQLDown");
  });
});
