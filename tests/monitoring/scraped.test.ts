// A real Prometheus with our configuration, rules and dashboards beside a Dozor that collects: what is named exists, what is
// asked is answered, and alerts fire.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { provideEnv } from "@/lib/env";
import { FLEET_FAMILIES } from "@/lib/exposition/names";
import { metricsOf, panelQueries } from "../support/dashboards";
import { useDatabase } from "../support/database";
import { type Monitored, startMonitored } from "../support/monitored";
import { type Prometheus, startPrometheus } from "../support/prometheus";

const database = useDatabase();
const TOKEN = "vLs6mRb3yGh8jCe5aQ-kR3vT9wYpL5mXz2QhB8nF";
const patient = { timeout: 40_000, interval: 250 };
/** Prometheus' own. */
const OF_PROMETHEUS = ["up", "ALERTS"];
/** Not every kernel, container or disk has these. */
const OF_SOME_MACHINES = /^node_(pressure_|disk_|filesystem_|network_|vmstat_)/;

const folder = mkdtempSync(path.join(tmpdir(), "dozor-monitored-"));
let dozor: Monitored;
let prometheus: Prometheus;

beforeAll(async () => {
  provideEnv({ DATA_DIR: folder, METRICS_TOKEN: TOKEN });
  dozor = await startMonitored(database.url);
  prometheus = await startPrometheus({ dozor: dozor.address, token: TOKEN });
});
afterAll(async () => {
  await prometheus?.stop();
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

it("shows something in every panel", { timeout: 120_000 }, async () => {
  // A counter grows from the first value on that Prometheus has seen.
  const failed = () => prometheus.query('dozor_http_requests_total{status="500"}');
  await expect.poll(failed, patient).toMatchObject([{ metric: { endpoint: "/api/failing" } }]);
  await dozor.fail(1);
  let left = panelQueries();
  const empty = async () => {
    const still = [];
    for (const one of left) if ((await prometheus.query(one.query)).length === 0) still.push(one);
    left = still;
    return left.filter(({ query }) => !metricsOf(query).some((metric) => OF_SOME_MACHINES.test(metric)));
  };
  await expect.poll(empty, patient).toEqual([]);
});

it("lets HighErrorRate and NoActiveStreams fire when they are true", { timeout: 120_000 }, async () => {
  const firing = async () =>
    (await prometheus.query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric.alertname);
  expect(await firing()).toContain("ServerDown");
  expect(await firing()).not.toContain("HighErrorRate");
  await dozor.fail(100);
  await expect.poll(firing, patient).toContain("HighErrorRate");
  expect(await firing()).not.toContain("NoActiveStreams");
  await dozor.report("radio", { event: "stopped" });
  await expect.poll(firing, patient).toContain("NoActiveStreams");
});
