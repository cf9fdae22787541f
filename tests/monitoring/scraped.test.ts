// A real Prometheus with our configuration, rules and dashboards beside a Dozor that collects: what is named exists, what is
// asked is answered, alerts fire, and a real Alertmanager takes them to Telegram and to the activity feed.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listActivity } from "@/lib/activity/queries";
import { provideEnv } from "@/lib/env";
import { FLEET_FAMILIES } from "@/lib/exposition/names";
import { systemActor } from "@/lib/users/permissions";
import { type AlertmanagerProcess, render, startAlertmanager } from "../support/alertmanager";
import { metricsOf, panelQueries } from "../support/dashboards";
import { useDatabase } from "../support/database";
import { apiToken, createUser } from "../support/live";
import { type Monitored, startMonitored } from "../support/monitored";
import { type Prometheus, startPrometheus } from "../support/prometheus";
import { telegram } from "../support/telegram";

const database = useDatabase();
const TOKEN = "vLs6mRb3yGh8jCe5aQ-kR3vT9wYpL5mXz2QhB8nF";
const patient = { timeout: 40_000, interval: 250 };
/** Prometheus' own. */
const OF_PROMETHEUS = ["up", "ALERTS"];
/** Not every kernel, container or disk has these. */
const OF_SOME_MACHINES = /^node_(pressure_|disk_|filesystem_|network_|vmstat_)/;

const folder = mkdtempSync(path.join(tmpdir(), "dozor-monitored-"));
let dozor: Monitored;
let alertmanager: AlertmanagerProcess;
let prometheus: Prometheus;

const BOT = "5812345678:AAFd9uPq2zNf9xKt4vLs6mRb3yGh8jCe5aQ";
const bot = telegram(BOT);
const telegramServer = createServer(bot.listener);

/** With the file that our command writes. */
async function startAlerting(): Promise<AlertmanagerProcess> {
  await new Promise<void>((listening) => telegramServer.listen(0, "127.0.0.1", listening));
  const { authorization = "" } = await apiToken(await createUser("oleg", "operator"), ["alerts:write"]);
  const given = {
    TELEGRAM_BOT_TOKEN: BOT,
    TELEGRAM_API_URL: `http://127.0.0.1:${(telegramServer.address() as AddressInfo).port}`,
    ADMIN_CHAT_ID: "-1001234567890",
    DOZOR_URL: `http://${dozor.address}`,
    DOZOR_API_TOKEN: authorization.slice("Bearer ".length),
  };
  expect(await render(given, folder)).toMatchObject({ code: 0 });
  return startAlertmanager(folder);
}

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder, METRICS_TOKEN: TOKEN });
  dozor = await startMonitored(database.url);
  alertmanager = await startAlerting();
  prometheus = await startPrometheus({
    ...{ dozor: dozor.address, token: TOKEN },
    alertmanager: new URL(alertmanager.url).host,
  });
  // The first time, a PostgreSQL of an older version is fetched.
}, 180_000);
afterAll(async () => {
  await prometheus?.stop();
  await alertmanager?.stop();
  telegramServer.close().closeAllConnections();
  await dozor?.stop();
  rmSync(folder, { recursive: true });
});

interface Rule {
  name: string;
  query: string;
  health: string;
  lastError?: string;
}
const rules = async () =>
  (await prometheus.ask<{ groups: { rules: Rule[] }[] }>("rules")).groups.flatMap((group) => group.rules);

async function namedBy(): Promise<Map<string, string>> {
  const places = [...(await rules()).map(({ name, query }) => ({ place: `rule ${name}`, query })), ...panelQueries()];
  return new Map(places.flatMap(({ place, query }) => metricsOf(query).map((metric) => [metric, place])));
}

it("scrapes both jobs without an error", { timeout: 60_000 }, async () => {
  interface Target {
    labels: { job: string };
    health: string;
    lastError: string;
  }
  const targets = async () =>
    (await prometheus.ask<{ activeTargets: Target[] }>("targets")).activeTargets
      .map(({ labels, health, lastError }) => `${labels.job}: ${health}${lastError}`)
      .toSorted();
  await expect.poll(targets, patient).toEqual(["dozor-fleet: up", "dozor: up"]);
  expect(prometheus.log()).not.toMatch(/level=(warn|error)/);
});

it("finds every metric in the exposition that a rule or a panel names", async () => {
  const answer = await fetch(`http://${dozor.address}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const told = [...(await answer.text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? ["_bucket", "_sum", "_count"].map((suffix) => name + suffix) : [name],
  );
  const exist = new Set([...told, ...FLEET_FAMILIES.map(({ name }) => name), ...OF_PROMETHEUS]);
  const named = await namedBy();
  expect(named.size).toBeGreaterThan(60);
  expect([...named].filter(([metric]) => !exist.has(metric))).toEqual([]);
});

it("evaluates each rule", { timeout: 60_000 }, async () => {
  const healths = async () => [...new Set((await rules()).map(({ health }) => health))];
  await expect.poll(healths, patient).toEqual(["ok"]);
  expect((await rules()).filter(({ lastError }) => lastError)).toEqual([]);
});

it("shows something in every panel, and names each thing by labels that it has", { timeout: 120_000 }, async () => {
  // A counter grows from the first value on that Prometheus has seen.
  const failed = () => prometheus.query('dozor_http_requests_total{status="500"}');
  await expect.poll(failed, patient).toMatchObject([{ metric: { endpoint: "/api/failing" } }]);
  await dozor.fail(1);
  let left = panelQueries();
  const strange: string[] = [];
  const empty = async () => {
    const still = [];
    for (const one of left) {
      const found = await prometheus.query(one.query);
      if (found.length === 0) still.push(one);
      else if (!found.some(({ metric }) => one.labels.every((label) => label in metric))) strange.push(one.place);
    }
    left = still;
    return left.filter(({ query }) => !metricsOf(query).some((metric) => OF_SOME_MACHINES.test(metric)));
  };
  await expect.poll(empty, patient).toEqual([]);
  expect(strange).toEqual([]);
});

it("lets HighErrorRate and NoActiveStreams fire when they are true", { timeout: 120_000 }, async () => {
  const firing = async () =>
    (await prometheus.query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric.alertname);
  expect(await firing()).toContain("PostgreSQLDown");
  // Whose machine nobody watches: nothing more is known to be down.
  expect(await firing()).not.toContain("ServerDown");
  expect(await firing()).not.toContain("HighErrorRate");
  await dozor.fail(100);
  await expect.poll(firing, patient).toContain("HighErrorRate");
  expect(await firing()).not.toContain("NoActiveStreams");
  await dozor.report("radio", { event: "stopped" });
  await expect.poll(firing, patient).toContain("NoActiveStreams");
});

it("sends both through Telegram and tells them in the activity feed", { timeout: 60_000 }, async () => {
  const both = ["HighErrorRate", "NoActiveStreams"];
  const sent = () => both.filter((name) => bot.sent.some(({ text }) => text.includes(name)));
  await expect.poll(sent, patient).toEqual(both);
  expect(bot.sent.find(({ text }) => text.includes("NoActiveStreams"))).toMatchObject({
    chat_id: -1_001_234_567_890,
    text: expect.stringContaining("No channel is on the air"),
  });
  const feed = async () => {
    const { events } = await listActivity(systemActor(), { limit: 100 });
    const fired = events.filter(({ type }) => type === "alert_fired").map(({ message }) => message);
    return both.filter((name) => fired.some((message) => message.includes(name)));
  };
  await expect.poll(feed, patient).toEqual(both);
});
