import { describe, expect, it } from "vitest";
import { changedAddress, readQuery, UNFILTERED } from "./address";

const read = (query: string) => readQuery(new URLSearchParams(query));
const changed = (query: string, changes: Parameters<typeof changedAddress>[1]) =>
  changedAddress(new URLSearchParams(query), changes);

describe("readQuery", () => {
  it.each([
    ["", { every: 2, state: null, age: 0, search: "", own: false, sort: "transaction", down: true }],
    ["every=0", { every: 0 }],
    ["every=10&state=waiting&age=60", { every: 10, state: "waiting", age: 60 }],
    ["every=3&state=odd&age=7&sort=colour", { every: 2, state: null, age: 0, sort: "transaction", down: true }],
    ["every=00", { every: 2 }],
    ["sort=pid", { sort: "pid", down: false }],
    ["sort=-pid", { sort: "pid", down: true }],
    ["database=a%2Fb&user=q%3Fx%23y&q=+select+", { database: "a/b", user: "q?x#y", search: "select" }],
    ["own=1", { own: true }],
  ])("%s", (query, expected) => {
    expect(read(query)).toMatchObject(expected);
  });
});

describe("changedAddress", () => {
  it.each([
    ["", { every: 5 as const }, "every=5"],
    ["every=5", { every: 2 as const }, ""],
    ["", { every: 0 as const }, "every=0"],
    ["period=7d&state=idle", { state: null }, "period=7d"],
    ["", { sort: "transaction" as const, down: false }, "sort=transaction"],
    ["sort=pid", { down: true }, "sort=-pid"],
    ["sort=pid", { sort: "transaction" as const, down: true }, ""],
    ["database=x&user=y&age=60&q=z&state=idle&own=1", UNFILTERED, "own=1"],
  ])("%s with %o is %s", (query, changes, expected) => {
    expect(changed(query, changes)).toBe(expected);
  });

  it("reads back what it writes", () => {
    const query = {
      ...read(""),
      database: "a/b 100%",
      user: "кто",
      search: '"; drop',
      age: 300,
      state: "busy" as const,
    };
    expect(read(changed("", query))).toEqual(query);
  });
});
