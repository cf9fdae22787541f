import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSelectors } from "@/lib/fleet/selector";
import { databaseHref } from "../server/database-href";
import { crumbsOf } from "../shell/navigation";
import { databaseQueries } from "./database-queries";

const window = { period: "1h", from: 0, to: 3_600 } as const;
const ODD = ["a/b", "100%", "q?x#y", '"; drop table x; --', "склад", "a\\b", 'say "hi"', "line\nbreak", " ", "%2e"];
const name = fc.oneof(fc.constantFrom(...ODD), fc.string({ minLength: 1, maxLength: 63, unit: "grapheme" }));

describe("databaseQueries", () => {
  it("means exactly the database, whatever it is called", () => {
    fc.assert(
      fc.property(name, fc.option(fc.nat()), (database, oid) => {
        const labels = { database, ...(oid !== null && { oid: String(oid) }) };
        for (const { metrics } of databaseQueries(window, labels)) {
          const read = parseSelectors(metrics.join(","));
          expect(read).toHaveLength(metrics.length);
          for (const selector of read) expect(selector.labels).toEqual(labels);
        }
      }),
    );
  });
});

describe("databaseHref", () => {
  it("leads to the database, whatever it is called", () => {
    fc.assert(
      fc.property(name, name, (server, database) => {
        const { pathname, search, hash } = new URL(databaseHref(server, database, 7), "http://localhost");
        // Dots alone are no name in an address.
        fc.pre(![server, database].some((one) => /^\.{1,2}$/.test(one)));
        expect([search, hash]).toEqual(["?oid=7", ""]);
        expect(crumbsOf(pathname).map((crumb) => crumb.name)).toEqual([undefined, server, database]);
      }),
    );
  });

  it("names the oid of earlier ones only", () => {
    expect(databaseHref("shop", "a/b")).toBe("/servers/shop/databases/a%2Fb");
  });
});
