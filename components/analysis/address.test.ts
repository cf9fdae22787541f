import { describe, expect, it } from "vitest";
import { type AnalysisQuery, analysisFile, analysisHref, clearedHref, parseAnalysisQuery } from "./address";

const plain = parseAnalysisQuery({});

describe("the address of an analysis", () => {
  it("has no parameters while nothing is chosen", () => {
    expect(analysisHref("shop", plain)).toBe("/servers/shop/databases");
  });

  it.each<Partial<AnalysisQuery>>([
    { search: "a/b & 100%", mode: "without" },
    { verdict: "inactive", sort: "size", descending: true },
    { sort: "verdict", descending: true, size: 100 },
    { allDropped: true, period: "period=30d&compare=previous" },
  ])("keeps %j", (chosen) => {
    const query = { ...plain, ...chosen };
    const { searchParams } = new URL(analysisHref("shop", query), "http://dozor.example");
    expect(parseAnalysisQuery(Object.fromEntries(searchParams))).toEqual(query);
  });

  it("begins at the first page again when something else is chosen", () => {
    const query = { ...plain, page: 3 };
    expect(analysisHref("shop", query, { verdict: "low" })).toBe("/servers/shop/databases?verdict=low");
    expect(analysisHref("shop", query, { page: 4 })).toBe("/servers/shop/databases?page=4");
  });

  it.each([
    [{ mode: "regex", verdict: "broken", sort: "rm -rf", rows: "7", page: "-1", dropped: "yes" }],
    [{ mode: ["ends", "starts"], verdict: ["low"], page: "1.5" }],
  ])("takes what makes no sense as absent: %j", (params) => {
    expect(parseAnalysisQuery(params)).toEqual(plain);
  });

  it("survives names of servers that are no paths", () => {
    expect(analysisHref("a/b?c#100%", plain)).toBe("/servers/a%2Fb%3Fc%23100%25/databases");
    expect(analysisFile("a/b?c#100%")).toBe("/api/server/a%2Fb%3Fc%23100%25/analysis?format=csv");
  });

  it("takes away search and filter, not order and period", () => {
    const query = { ...plain, search: "x", mode: "ends" as const, verdict: "low" as const, sort: "size" as const };
    expect(clearedHref("shop", { ...query, period: "period=7d" })).toBe("/servers/shop/databases?period=7d&sort=size");
  });
});
