import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { keptSecret } from "./kept-secret";
import { boundLog } from "./log-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dozor-kept-"));
  return () => rmSync(folder, { recursive: true });
});

test("a secret is made once and kept for its owner", () => {
  const secret = keptSecret(folder, "a");
  expect(secret).toMatch(/^[\w-]{64}$/);
  expect(keptSecret(folder, "a")).toBe(secret);
  expect(keptSecret(folder, "b")).not.toBe(secret);
  expect(readdirSync(path.join(folder, "secrets"))).toEqual(["a", "b"]);
  expect(statSync(path.join(folder, "secrets/a")).mode & 0o777).toBe(0o600);
});

test("the other of two starts at once wins", () => {
  const secret = keptSecret(folder, "a", () => {
    writeFileSync(path.join(folder, "secrets/a"), "theirs\n");
    return "ours";
  });
  expect(secret).toBe("theirs");
});

test("an emptied file is no reason to make another secret", () => {
  keptSecret(folder, "a");
  writeFileSync(path.join(folder, "secrets/a"), "");
  expect(() => keptSecret(folder, "a")).toThrow("is empty. Restore it from a backup");
});

test("the database's log stays bounded, and keeps what it had", () => {
  const file = path.join(folder, "postgres.log");
  boundLog(file, 10);
  writeFileSync(file, "short");
  boundLog(file, 10);
  expect(readFileSync(file, "utf8")).toBe("short");
  writeFileSync(file, "much too long");
  boundLog(file, 10);
  expect(readFileSync(file, "utf8")).toBe("");
  expect(readFileSync(`${file}.1`, "utf8")).toBe("much too long");
});
