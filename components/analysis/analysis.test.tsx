// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Analysis, DatabaseVerdict, Verdict, VerdictReason } from "@/lib/fleet/analysis-schema";
import type { ServerDatabase } from "@/lib/fleet/databases";
import en from "@/messages/en.json";
import { parseAnalysisQuery } from "./address";
import { arrangeDatabases } from "./arrange";
import { DatabasesCard } from "./databases-card";
import { DroppedCard } from "./dropped-card";
import { KpiCards } from "./kpi-cards";
import { MapCard } from "./map-card";
import { ModeChoice } from "./mode-choice";

const replace = vi.fn();
vi.mock("next/navigation", () => ({
  useRouter: () => ({ replace }),
  usePathname: () => "/servers/shop/databases",
}));
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

const NOW = Date.parse("2026-11-22T12:00:00.000Z");
const HOSTILE = ["a/b", "100%", "q?x#y", '"; drop table x; --', "Заказы", "=1+1"];

const inUse: VerdictReason = { code: "in_use", days: 0, needed: null, connections: 3, average: 3.5 };
const unused: VerdictReason = { code: "unused", days: 41.5, needed: 30, connections: 0, average: 0 };

function database(name: string, fields: Partial<DatabaseVerdict> = {}): DatabaseVerdict {
  return {
    ...{ oid: 16_384 + name.length, name, exists: true, dropped_at: null, owner: "anna", created_at: null },
    ...{ verdict: "active", reason: inUse, explanation: "", estimate: false },
    ...{ connections: 3, size_bytes: 5_242_880, average_connections: 3.5 },
    ...{ last_used_at: "2026-11-22T11:00:00.000Z", history_since: "2026-01-01T00:00:00.000Z" },
    ...fields,
  };
}

const VERDICTS: readonly Verdict[] = ["insufficient", "static", "inactive", "low", "active"];

function analysis(databases: DatabaseVerdict[]): Analysis {
  const summary = VERDICTS.map((verdict) => {
    const of = databases.filter((one) => one.verdict === verdict);
    return [verdict, { count: of.length, size_bytes: of.reduce((sum, one) => sum + (one.size_bytes ?? 0), 0) }];
  });
  return {
    server: "shop",
    analysed_at: "2026-11-22T11:59:30.000Z",
    criteria: { static_days: 30, inactive_days: 21, low_connections: 2 },
    summary: Object.fromEntries(summary),
    databases,
  };
}

const inEnglish = (children: ReactNode) => (
  <NextIntlClientProvider locale="en" messages={en} timeZone="UTC">
    {children}
  </NextIntlClientProvider>
);
const show = (children: ReactNode) => render(inEnglish(children));

const query = (params: Record<string, string> = {}) => parseAnalysisQuery(params);
const shown = (databases: DatabaseVerdict[], params: Record<string, string> = {}) => (
  <DatabasesCard server="shop" query={query(params)} arranged={arrangeDatabases(databases, query(params))} asOf={NOW} />
);

describe("KpiCards", () => {
  const mixed = [
    database("shop"),
    database("old", { verdict: "inactive", reason: unused, size_bytes: 1_073_741_824 }),
    database("older", { verdict: "inactive", reason: unused, size_bytes: 1_073_741_824 }),
  ];

  it("tells how many and how large, and leads to those", () => {
    show(<KpiCards analysis={analysis(mixed)} query={query({ q: "o" })} />);
    const card = screen.getByRole("link", { name: /^Inactive: 2 databases, 2.GiB$/ });
    expect(card.getAttribute("href")).toBe("/servers/shop/databases?q=o&verdict=inactive");
    expect(within(card).getByText(/^2.GiB$/)).toBeDefined();
    expect(screen.getByRole("link", { name: /^Static: 0 databases, 0.B$/ })).toBeDefined();
    expect(screen.queryByRole("link", { name: /^Insufficient data/ })).toBeNull();
  });

  it("takes the filter away again where it holds, and is honest about too little data", () => {
    const unclear = database("new", { verdict: "insufficient", size_bytes: null });
    show(<KpiCards analysis={analysis([...mixed, unclear])} query={query({ verdict: "insufficient" })} />);
    const card = screen.getByRole("link", { name: /^Insufficient data: 1 database,/ });
    expect(card.getAttribute("aria-current")).toBe("true");
    expect(card.getAttribute("href")).toBe("/servers/shop/databases");
  });
});

describe("MapCard", () => {
  const three = [database("shop"), database("Заказы", { verdict: "inactive", reason: unused }), database("geo")];

  it("has one stop for the keyboard, walks by arrows, and tells why in words", () => {
    show(<MapCard analysis={analysis(three)} />);
    const tiles = within(screen.getByRole("list", { name: "Activity map" })).getAllByRole("link");
    expect(tiles.map((tile) => tile.getAttribute("aria-label"))).toEqual([
      "Заказы: Inactive",
      "geo: Active",
      "shop: Active",
    ]);
    expect(tiles.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    expect(screen.queryByRole("tooltip")).toBeNull();

    fireEvent.focus(tiles[0] as HTMLElement);
    const card = screen.getByRole("tooltip");
    expect(card.textContent).toContain("Nobody connected for 41.5 days");
    expect(tiles[0]?.getAttribute("aria-describedby")).toBe(card.id);

    fireEvent.keyDown(tiles[0] as HTMLElement, { key: "End" });
    expect(document.activeElement).toBe(tiles[2]);
    expect(tiles.map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0]);
    fireEvent.keyDown(tiles[2] as HTMLElement, { key: "Escape" });
    expect(screen.queryByRole("tooltip")).toBeNull();
  });

  it.each(HOSTILE)("leads to %s", (name) => {
    show(<MapCard analysis={analysis([database(name)])} />);
    const href = screen.getByRole("link", { name: `${name}: Active` }).getAttribute("href");
    expect(href).toBe(`/servers/shop/databases/${encodeURIComponent(name)}`);
  });

  it("explains the shapes it uses, and only those", () => {
    show(<MapCard analysis={analysis(three)} />);
    const legend = within(screen.getByRole("list", { name: "Legend" }));
    expect(legend.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(["Inactive1", "Active2"]);
  });

  it("stays a page of some size where a server has thousands of databases", () => {
    const many = Array.from({ length: 3_000 }, (_, at) => database(`${at}`));
    const page = renderToStaticMarkup(inEnglish(<MapCard analysis={analysis(many)} />));
    expect(page.match(/<a /g)).toHaveLength(500);
    expect(page).toContain("the first 500 databases");
  });
});

describe("DatabasesCard", () => {
  it.each(HOSTILE)("leads to %s from the table and from the list on phones", (name) => {
    show(shown([database(name)]));
    const hrefs = screen.getAllByRole("link").map((link) => link.getAttribute("href"));
    const own = `/servers/shop/databases/${encodeURIComponent(name)}`;
    expect(hrefs.filter((href) => href === own)).toHaveLength(2);
    expect(new URL(own, "http://dozor.example").search).toBe("");
  });

  it("shows every column and leads to each order", () => {
    show(shown([database("shop", { created_at: "2026-01-01T00:00:00.000Z" })], { sort: "size" }));
    const heads = screen.getAllByRole("columnheader");
    expect(heads.map(({ textContent }) => textContent)).toEqual([
      ...["Name", "Verdict", "Reason", "Connections", "Average, 7 d", "Size", "Last used", "History since"],
      ...["Owner", "Created"],
    ]);
    expect(screen.getByRole("columnheader", { name: "Size" }).getAttribute("aria-sort")).toBe("ascending");
    const to = (name: string) => screen.getByRole("link", { name }).getAttribute("href");
    expect(to("Size")).toBe("/servers/shop/databases?sort=-size");
    expect(to("Owner")).toBe("/servers/shop/databases?sort=owner");
  });

  it("marks estimates and says once why they are", () => {
    show(shown([database("shop", { estimate: true }), database("geo", { estimate: true })]));
    expect(screen.getAllByText("estimate")).toHaveLength(4);
    expect(screen.getAllByText(/^Estimate: before version 14/)).toHaveLength(1);
    cleanup();
    show(shown([database("shop")]));
    expect(screen.queryByText(/^Estimate/)).toBeNull();
  });

  it("tells what is not known apart from what is nothing", () => {
    const nothing = { connections: null, size_bytes: null, average_connections: 0, last_used_at: null };
    show(shown([database("shop", { ...nothing, verdict: "low", owner: null, history_since: null })]));
    const cells = screen.getAllByRole("cell").map(({ textContent }) => textContent);
    expect(cells.slice(3)).toEqual(["–", "< 0.01", "–", "unknown", "–", "–", "–"]);
  });

  it("leads through pages and to their sizes", () => {
    const many = Array.from({ length: 60 }, (_, index) => database(`d${index}`, { oid: index }));
    show(shown(many, { page: "2" }));
    expect(screen.getByText("26–50 of 60")).toBeDefined();
    const to = (name: string) => screen.getByRole("link", { name }).getAttribute("href");
    expect(to("Next page")).toBe("/servers/shop/databases?page=3");
    expect(to("Previous page")).toBe("/servers/shop/databases");
    expect(to("100")).toBe("/servers/shop/databases?rows=100");
  });

  it("keeps search and filter in sight where nothing fits, each to be taken away", () => {
    show(shown([database("shop")], { q: "x", mode: "starts", verdict: "low" }));
    expect(screen.getByRole("heading", { name: "No database matches" })).toBeDefined();
    const to = (name: string) => screen.getByRole("link", { name }).getAttribute("href");
    expect(to("Remove the filter verdict: Low activity")).toBe("/servers/shop/databases?q=x&mode=starts");
    expect(to("Remove the filter starts with “x”")).toBe("/servers/shop/databases?verdict=low");
    expect(to("Clear filters")).toBe("/servers/shop/databases");
  });
});

describe("DroppedCard", () => {
  const gone = (oid: number, name: string): ServerDatabase => ({
    ...{ oid, name, owner: "anna", encoding: "UTF8", created_at: null, first_seen_at: "2026-01-01T00:00:00.000Z" },
    ...{ dropped_at: new Date(NOW - oid * 60_000).toISOString(), exists: false, labels: { database: name } },
  });
  const card = (databases: ServerDatabase[], params: Record<string, string> = {}) =>
    show(<DroppedCard server="shop" databases={databases} query={query(params)} asOf={NOW} />);

  it("leads to each by its oid, the newest first, and leaves out what exists", () => {
    card([gone(7, "a/b"), gone(5, "100%"), { ...gone(6, "shop"), exists: true, dropped_at: null }]);
    expect(screen.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual([
      "/servers/shop/databases/100%25?oid=5",
      "/servers/shop/databases/a%2Fb?oid=7",
    ]);
  });

  it("shows ten of many, and all when asked", () => {
    const many = Array.from({ length: 30 }, (_, index) => gone(index + 1, `d${index}`));
    card(many, { verdict: "low" });
    expect(screen.getAllByRole("listitem")).toHaveLength(10);
    const all = screen.getByRole("link", { name: "Show all" });
    expect(all.getAttribute("href")).toBe("/servers/shop/databases?verdict=low&dropped=all");
    cleanup();
    card(many, { dropped: "all" });
    expect(screen.getAllByRole("listitem")).toHaveLength(30);
  });

  it("is not there where nothing was dropped", () => {
    expect(card([]).container.textContent).toBe("");
  });
});

describe("ModeChoice", () => {
  it("writes the mode into the address beside what is searched, and begins at the first page", () => {
    window.history.replaceState(null, "", "/servers/shop/databases?q=x&page=3");
    show(<ModeChoice mode="contains" />);
    fireEvent.keyDown(screen.getByRole("button", { name: "name contains" }), { key: "Enter" });
    fireEvent.click(screen.getByRole("menuitemradio", { name: "does not contain" }));
    expect(replace).toHaveBeenCalledWith("/servers/shop/databases?q=x&mode=without", { scroll: false });
  });
});
