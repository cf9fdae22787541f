import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ROLES } from "@/lib/users/permissions";
import { USER_SORTS, USER_STATUSES, userListQuerySchema } from "@/lib/users/schema";
import { listQueryOf, parseUserQuery, type UserQuery, usersFile, usersHref } from "./user-query";

const queries: fc.Arbitrary<UserQuery> = fc.record({
  search: fc.string({ maxLength: 100 }).map((text) => text.replaceAll("\0", "").trim()),
  status: fc.constantFrom(null, ...USER_STATUSES),
  role: fc.constantFrom(null, ...ROLES),
  sort: fc.constantFrom(...USER_SORTS, ...USER_SORTS.map((sort) => `-${sort}` as const)),
  page: fc.integer({ min: 1, max: 10_000 }),
});
const paramsOf = (href: string) => Object.fromEntries(new URL(href, "http://localhost").searchParams);

describe("the address of the list", () => {
  it("gives back the state that it was made of", () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(parseUserQuery(paramsOf(usersHref(query, { page: query.page })))).toEqual(query);
      }),
    );
  });

  it("asks the list for what its schema takes, whatever stands in it", () => {
    const texts = fc.dictionary(fc.constantFrom("q", "status", "role", "sort", "page"), fc.string());
    fc.assert(
      fc.property(texts, (params) => {
        const asked = listQueryOf(parseUserQuery(params));
        expect(userListQuerySchema.parse(asked)).toEqual(asked);
      }),
    );
  });

  it("goes back to the first page with another filter, and leaves defaults out", () => {
    const query = parseUserQuery({ page: "3", status: "blocked" });
    expect(usersHref(query, { role: "admin" })).toBe("/admin/users?status=blocked&role=admin");
    expect(usersHref(query, { status: null })).toBe("/admin/users");
  });

  it("names the same users as a file", () => {
    const query = parseUserQuery({ q: "a&b", status: "blocked", page: "3" });
    expect(usersFile(query)).toBe("/api/users?search=a%26b&status=blocked&sort=status&format=csv");
    expect(usersFile(parseUserQuery({}))).toBe("/api/users?sort=status&format=csv");
  });
});
