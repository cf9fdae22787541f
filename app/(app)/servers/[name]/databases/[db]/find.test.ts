import { expect, it } from "vitest";
import { databaseHref } from "@/components/server/database-href";
import { databaseAt } from "./find";

it.each(["shop", "a/b", "100%", "q?x#y", '"; drop table x; --', "склад", "%2F"])(
  "finds %s at its own address",
  (name) => {
    expect(databaseAt(databaseHref("local", name))).toEqual({ name, oid: undefined });
    expect(databaseAt(`${databaseHref("local", name, 7)}&period=7d`)).toEqual({ name, oid: "7" });
  },
);

it.each(["/", "/servers/shop", "/servers/shop/databases", "/servers/shop/databases/a/b", "/x/servers/a/databases/b"])(
  "finds none at %s",
  (address) => {
    expect(databaseAt(address)).toBeNull();
  },
);
