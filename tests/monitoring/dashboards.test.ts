// The dashboards as files: what Grafana would stumble over. tests/monitoring/scraped.test.ts asks what their panels show.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { dashboards, GRAFANA_FOLDER, metricsOf, type Panel } from "../support/dashboards";

const all = dashboards();
const COLUMNS = 24;

it("are six, with addresses that stay", () => {
  expect(all.map(({ name, uid, title }) => [name, uid, title])).toEqual([
    ["errors", "dozor-errors", "Errors"],
    ["overview", "dozor-overview", "Overview"],
    ["postgresql", "dozor-postgresql", "PostgreSQL"],
    ["queue", "dozor-queue", "Queue"],
    ["servers", "dozor-servers", "Servers"],
    ["streams", "dozor-streams", "Streams"],
  ]);
});

/** Whether two panels lie on one another. */
function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe.each(all)("$title", ({ panels, templating, tags }) => {
  const shown = panels.filter(({ type }) => type !== "row");

  it("names the data source by the variable that everybody may set, everywhere", () => {
    expect(templating.list[0]).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    const sources = [...shown, ...shown.flatMap(({ targets = [] }) => targets), ...templating.list.slice(1)];
    const variable = { type: "prometheus", uid: expect.stringMatching(/^\$\{datasource\}$/) };
    for (const { datasource } of sources) expect(datasource).toEqual(variable);
    expect(tags).toEqual(["dozor"]);
  });

  it("has panels that each have a number, a title and queries of their own", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { title, targets = [] } of shown) {
      expect(title).toMatch(/\S/);
      expect(targets.length).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
    }
    const titles = shown.filter(({ type }) => type !== "stat").map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it("lays them out beside and below one another", () => {
    const across = panels.filter(({ gridPos: { x, w } }) => x < 0 || w < 1 || x + w > COLUMNS);
    expect(across.map(({ title }) => title)).toEqual([]);
    const over = panels.flatMap((one, i) => panels.slice(i + 1).filter((other) => overlap(one, other)));
    expect(over.map(({ title }) => title)).toEqual([]);
  });

  it("leads to dashboards that exist", () => {
    const named = [...JSON.stringify(panels).matchAll(/\/d\/([\w-]+)/g)].map(([, uid]) => uid);
    expect(all.map(({ uid }) => uid)).toEqual(expect.arrayContaining(named));
  });

  it("uses the variables that it has, and has those that it uses", () => {
    const used = new Set(
      [
        ...shown.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
        ...definitions(templating.list),
      ].flatMap((text) => [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name)),
    );
    used.delete("__rate_interval");
    expect([...used, "datasource"].toSorted()).toEqual(templating.list.map(({ name }) => name).toSorted());
  });
});

const definitions = (list: readonly { definition?: string }[]) => list.flatMap(({ definition }) => definition ?? []);

it("leave answers out of the time of answers that wait on purpose", () => {
  const queries = all.flatMap(({ panels }) => panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)));
  const timed = queries.filter((query) => query.includes("dozor_http_request_duration_seconds"));
  const named = timed.flatMap((query) =>
    [...query.matchAll(/duration_seconds_\w+(\{[^}]*\})?\[/g)].map(([, given]) => given),
  );
  expect(new Set(named)).toEqual(new Set(['{endpoint!~"/api/cron/collect|/api/streams/.*/commands"}']));
});

it("count as stopped by auto-end what it stopped", () => {
  const panel = all.flatMap(({ panels }) => panels).find(({ title }) => title === "Stopped today");
  expect(panel?.targets?.[0]?.expr).toContain('reason=~"no_listeners|ended_now"');
});

it("are found by Grafana where its provisioning says", () => {
  const read = (file: string) => readFileSync(path.join(GRAFANA_FOLDER, "provisioning", file), "utf8");
  expect(read("dashboards/dozor.yml")).toContain("path: /etc/grafana/dashboards\n");
  const sources = read("datasources/prometheus.yml");
  expect(sources).toContain("uid: dozor-prometheus\n");
  expect(sources).toContain("url: $PROMETHEUS_URL\n");
});

it.each([
  ["up == 0", ["up"]],
  ['sum by (server) (rate(a_total{mode="x", b!~"c|d"}[5m]))', ["a_total"]],
  ["a{} / on (x) group_left (y) b or vector(0)", ["a", "b"]],
  ['count(ALERTS{alertstate="fi}ring"}) unless b offset 5m', ["ALERTS", "b"]],
  ["a == bool 0 and ignoring(c) predict_linear(d:e[6h], 24 * 3600) < 1e3", ["a", "d:e"]],
  ["sum(x) without (le) > inf", ["x"]],
])("knows which metrics %j names", (query, names) => {
  expect(metricsOf(query)).toEqual(names);
});
