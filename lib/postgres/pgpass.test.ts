import { expect, it } from "vitest";
import { passwordIn } from "./pgpass";

const wish = { host: "db1", port: 5432, database: "shop", user: "ann" };

it.each([
  ["db1:5432:shop:ann:one", "one"],
  ["*:*:*:*:any", "any"],
  ["db2:5432:shop:ann:other\ndb1:*:*:ann:second\ndb1:5432:shop:ann:third", "second"],
  ["#db1:5432:shop:ann:comment\r\ndb1:5432:shop:ann:one\r\n", "one"],
  [String.raw`db1:5432:shop:ann:a\:b\\c`, String.raw`a:b\c`],
  ["db1:5432:shop:ann:", undefined],
  ["db1:5432:shop:ann", undefined],
  ["db1:5433:shop:ann:one", undefined],
  ["", undefined],
])("%j gives %s", (text, password) => {
  expect(passwordIn(text, wish)).toBe(password);
});

it("finds what a name with a colon was escaped for, and default sockets as localhost", () => {
  expect(passwordIn(String.raw`\:\:1:5432:a\\b:ann:one`, { ...wish, host: "::1", database: "a\\b" })).toBe("one");
  expect(passwordIn("localhost:5432:shop:ann:one", { ...wish, host: "/run/postgresql" })).toBe("one");
  expect(passwordIn("/srv/sockets:5432:shop:ann:one", { ...wish, host: "/srv/sockets" })).toBe("one");
});
