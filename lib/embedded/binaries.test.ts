import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { runAs, serverAccount } from "./account";
import { copyTo, locateBinaries } from "./binaries";

const folder = mkdtempSync(path.join(tmpdir(), "dozor-binaries-"));
chmodSync(folder, 0o711);
afterAll(() => rmSync(folder, { recursive: true }));
const account = serverAccount(path.join(folder, "postgres"));

test("the programs of this platform run as PostgreSQL's user", () => {
  const { postgres, major } = locateBinaries(account, folder);
  expect(runAs(account, postgres, ["--version"]).stdout).toContain(`PostgreSQL) ${major}.`);
});

test("a copy runs without the package it was made from", () => {
  const { directory } = locateBinaries(account, folder);
  const source = path.join(folder, "source");
  cpSync(path.dirname(directory), source, { recursive: true, verbatimSymlinks: true });
  const copy = copyTo(path.join(folder, "copy"), { directory: source, version: "18.4.0" });
  rmSync(source, { recursive: true });
  expect(runAs(account, copy.postgres, ["--version"])).toMatchObject({ status: 0, stderr: "" });
  expect(existsSync(path.join(copy.directory, "share"))).toBe(true);
  expect(readdirSync(path.join(copy.directory, "lib")).filter((name) => name.endsWith(".a"))).toEqual([]);
  expect(copyTo(path.join(folder, "copy"), { directory: "/nowhere", version: "18.4.0" })).toEqual(copy);
});
