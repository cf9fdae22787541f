import { describe, expect, it } from "vitest";
import type { ServerSummary } from "@/lib/fleet/schema";
import { arrangeServers, type ListQuery, listHref, parseListQuery, type Sort } from "./arrange";
import { columnsText, hiddenColumns } from "./columns";
import { labelsOf } from "./labels";

let id = 0;
function server(name: string, fields: Partial<ServerSummary> = {}): ServerSummary {
  id += 1;
  return { id, name, host: null, version: null, labels: {}, connections: {}, status: "up", ...fields } as ServerSummary;
}

const query = (fields: Partial<ListQuery> = {}): ListQuery => ({ ...parseListQuery({}), ...fields });
const names = (servers: readonly ServerSummary[]) => servers.map(({ name }) => name);

const FLEET = [
  server("shop", { version: "17.9", labels: { env: "prod" }, disk_percent: 40, connections: { active: 3, idle: 9 } }),
  server("billing", { version: "17.10", host: "10.0.0.7", disk_percent: null, connections: { active: 20 } }),
  server("Archive", { version: "9.6.24", status: "down", disk_percent: 91 }),
  server("geo", { version: "18beta1", status: "degraded", labels: { env: "staging" }, disk_percent: 71 }),
  server("edge", { version: null, status: "unknown", disk_percent: null }),
];

describe("arrangeServers", () => {
  it.each<[Sort, boolean, string[]]>([
    ["status", false, ["Archive", "geo", "edge", "billing", "shop"]],
    ["name", false, ["Archive", "billing", "edge", "geo", "shop"]],
    ["name", true, ["shop", "geo", "edge", "billing", "Archive"]],
    ["version", false, ["Archive", "shop", "billing", "geo", "edge"]],
    ["version", true, ["geo", "billing", "shop", "Archive", "edge"]],
    ["connections", true, ["billing", "shop", "Archive", "edge", "geo"]],
    ["disk", true, ["Archive", "geo", "shop", "billing", "edge"]],
  ])("sorts by %s, descending %s, with the unknown last", (sort, descending, expected) => {
    expect(names(arrangeServers(FLEET, query({ sort, descending })).rows)).toEqual(expected);
  });

  it.each([
    ["SHOP", ["shop"]],
    ["10.0", ["billing"]],
    ["env=prod", ["shop"]],
    ["env staging", ["geo"]],
    ["17", ["billing", "shop"]],
    ["nothing like it", []],
  ])("finds %s", (search, expected) => {
    expect(names(arrangeServers(FLEET, query({ search, sort: "name" })).rows)).toEqual(expected);
  });

  it("counts each status of what the search leaves, whatever status is chosen", () => {
    const { counts, found, matching, rows } = arrangeServers(FLEET, query({ status: "down" }));
    expect(counts).toEqual({ down: 1, degraded: 1, unknown: 1, paused: 0, up: 2 });
    expect([found, matching, names(rows)]).toEqual([5, 1, ["Archive"]]);
  });

  it("cuts pages of 25 and stays on the last one", () => {
    const many = Array.from({ length: 53 }, (_, index) => server(`s${String(index).padStart(2, "0")}`));
    const last = arrangeServers(many, query({ page: 9 }));
    expect([last.page, last.pages, last.matching]).toEqual([3, 3, 53]);
    expect(names(last.rows)).toEqual(["s50", "s51", "s52"]);
  });
});

describe("labels", () => {
  it.each([
    [["env=prod"], ["shop"]],
    [
      ["env=prod", "env=staging"],
      ["geo", "shop"],
    ],
    [["env=prod", "team=a"], []],
    [["env="], []],
  ])("keeps servers with %j: any value of a name, every name", (labels, expected) => {
    expect(names(arrangeServers(FLEET, query({ labels, sort: "name" })).rows)).toEqual(expected);
  });

  it("lets the same values stand together, those without the label last", () => {
    expect(names(arrangeServers(FLEET, query({ group: "env", sort: "name" })).rows)).toEqual([
      ...["shop", "geo"],
      ...["Archive", "billing", "edge"],
    ]);
  });

  it("tells the labels of a fleet by name, the frequent values first", () => {
    const fleet: { labels: Record<string, string> }[] = [
      { labels: { env: "a", x: "1=2" } },
      { labels: { env: "b" } },
      { labels: { env: "b" } },
    ];
    expect(labelsOf(fleet)).toEqual([
      {
        key: "env",
        values: [
          { label: "env=b", key: "env", value: "b", count: 2 },
          { label: "env=a", key: "env", value: "a", count: 1 },
        ],
      },
      { key: "x", values: [{ label: "x=1=2", key: "x", value: "1=2", count: 1 }] },
    ]);
  });
});

describe("columns that are hidden", () => {
  it("are remembered by name, and no others", () => {
    expect(hiddenColumns(columnsText(["disk", "name", "../x", "host"]))).toEqual(["host", "disk"]);
    expect(hiddenColumns(undefined)).toEqual([]);
  });
});

describe("the address of the list", () => {
  it.each<[Partial<ListQuery>, string]>([
    [{}, "/servers"],
    [{ search: "a b", status: "down" }, "/servers?q=a+b&status=down"],
    [{ sort: "version", descending: true, page: 3 }, "/servers?sort=-version&page=3"],
    [{ sort: "status", descending: true }, "/servers?sort=-status"],
    [{ labels: ["env=prod"], group: "env", size: 50 }, "/servers?label=env%3Dprod&group=env&rows=50"],
  ])("%o ↔ %s", (fields, href) => {
    expect(listHref(query(), fields)).toBe(href);
    expect(parseListQuery(Object.fromEntries(new URL(href, "http://x").searchParams))).toEqual(query(fields));
  });

  it("goes back to the first page when the list changes", () => {
    expect(listHref(query({ page: 4 }), { status: "up" })).toBe("/servers?status=up");
  });

  it.each([{ status: "gone" }, { sort: "colour" }, { page: "-1" }, { page: "1.5" }, { q: ["a", "b"] }])(
    "takes no notice of %o",
    (params) => {
      expect(parseListQuery(params)).toEqual(query());
    },
  );
});
