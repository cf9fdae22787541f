import { describe, expect, it } from "vitest";
import type { DatabaseVerdict } from "@/lib/fleet/analysis-schema";
import { type AnalysisQuery, parseAnalysisQuery, type SearchMode, type Sort } from "./address";
import { arrangeDatabases, fits, sortDatabases } from "./arrange";

const database = (name: string, fields: Partial<DatabaseVerdict> = {}) =>
  ({ name, verdict: "active", size_bytes: null, ...fields }) as DatabaseVerdict;
const query = (fields: Partial<AnalysisQuery> = {}): AnalysisQuery => ({ ...parseAnalysisQuery({}), ...fields });
const names = (databases: readonly DatabaseVerdict[]) => databases.map(({ name }) => name);
const day = (number: number) => `2026-11-0${number}T00:00:00.000Z`;

const DATABASES = [
  database("shop", {
    ...{ connections: 3, average_connections: 2.5, size_bytes: 40, owner: "anna", created_at: day(3) },
    ...{ last_used_at: day(9), history_since: day(4) },
  }),
  database("Archive", {
    ...{ verdict: "inactive", connections: 0, average_connections: 0, size_bytes: 90, owner: "Boris" },
    ...{ created_at: day(1), last_used_at: null, history_since: day(1) },
  }),
  database("geo", {
    ...{ verdict: "static", connections: 10, average_connections: 10, size_bytes: 7, owner: null, created_at: null },
    ...{ last_used_at: day(2), history_since: day(2) },
  }),
  database("old_shop", {
    ...{ verdict: "inactive", connections: null, average_connections: null, size_bytes: 1, owner: "anna" },
    ...{ created_at: day(2), last_used_at: day(1), history_since: null },
  }),
];

describe("sortDatabases", () => {
  it.each<[Sort, boolean, string[]]>([
    ["verdict", false, ["Archive", "old_shop", "geo", "shop"]],
    ["verdict", true, ["shop", "geo", "Archive", "old_shop"]],
    ["name", false, ["Archive", "geo", "old_shop", "shop"]],
    ["name", true, ["shop", "old_shop", "geo", "Archive"]],
    ["connections", false, ["Archive", "shop", "geo", "old_shop"]],
    ["connections", true, ["geo", "shop", "Archive", "old_shop"]],
    ["average", true, ["geo", "shop", "Archive", "old_shop"]],
    ["size", true, ["Archive", "shop", "geo", "old_shop"]],
    ["last_used", false, ["old_shop", "geo", "shop", "Archive"]],
    ["history", false, ["Archive", "geo", "shop", "old_shop"]],
    ["owner", false, ["shop", "old_shop", "Archive", "geo"]],
    ["created", true, ["shop", "old_shop", "Archive", "geo"]],
  ])("by %s, descending %s, with the unknown last", (sort, descending, expected) => {
    expect(names(sortDatabases(DATABASES, { sort, descending }))).toEqual(expected);
  });
});

describe("fits", () => {
  it.each<[SearchMode, string, string[]]>([
    ["contains", "SHOP", ["shop", "old_shop"]],
    ["contains", "", ["shop", "Archive", "geo", "old_shop"]],
    ["starts", "sh", ["shop"]],
    ["starts", "arch", ["Archive"]],
    ["ends", "shop", ["shop", "old_shop"]],
    ["ends", "sh", []],
    ["without", "shop", ["Archive", "geo"]],
    ["without", "", ["shop", "Archive", "geo", "old_shop"]],
    ["contains", "_", ["old_shop"]],
    ["contains", "%", []],
  ])("name %s %s", (mode, search, expected) => {
    expect(names(DATABASES.filter(({ name }) => fits(name, { mode, search })))).toEqual(expected);
  });

  it.each([
    ["Заказы", "заказ"],
    ["100%", "%"],
    ['"; drop table x; --', "DROP"],
    ["a/b", "/"],
  ])("finds %s by %s", (name, search) => {
    expect(fits(name, { mode: "contains", search })).toBe(true);
  });
});

describe("arrangeDatabases", () => {
  it("counts each verdict of what the search leaves, whatever verdict is chosen", () => {
    const { counts, found, matching, rows } = arrangeDatabases(
      DATABASES,
      query({ search: "shop", verdict: "inactive" }),
    );
    expect(counts).toEqual({ inactive: 1, static: 0, low: 0, insufficient: 0, active: 1 });
    expect([found, matching, names(rows)]).toEqual([2, 1, ["old_shop"]]);
  });

  it.each([
    [25, 1, 25, 3],
    [25, 9, 3, 3],
    [50, 2, 3, 2],
    [100, 1, 53, 1],
  ])("cuts pages of %i: page %i has %i rows, of %i pages", (size, page, rows, pages) => {
    const many = Array.from({ length: 53 }, (_, index) => database(`d${String(index).padStart(2, "0")}`));
    const cut = arrangeDatabases(many, query({ size, page, sort: "name" }));
    expect([cut.rows.length, cut.pages, cut.page]).toEqual([rows, pages, Math.min(page, pages)]);
    expect(cut.rows[0]?.name).toBe(`d${String((cut.page - 1) * size).padStart(2, "0")}`);
  });
});
