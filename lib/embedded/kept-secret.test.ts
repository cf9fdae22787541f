import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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

test.runIf(process.getuid?.() === 0)("what another user laid ready is no secret of ours", () => {
  const strangers = path.join(folder, "secrets");
  mkdirSync(strangers, { mode: 0o777 });
  chownSync(strangers, 65_534, 65_534);
  expect(() => keptSecret(folder, "a")).toThrow(/belongs to another user/);
  chownSync(strangers, 0, 0);
  writeFileSync(path.join(strangers, "a"), "known to others");
  chownSync(path.join(strangers, "a"), 65_534, 65_534);
  expect(() => keptSecret(folder, "a")).toThrow(/belongs to another user/);
});

test("a link in place of the folder is not followed", () => {
  const elsewhere = path.join(folder, "elsewhere");
  mkdirSync(elsewhere, { mode: 0o755 });
  symlinkSync(elsewhere, path.join(folder, "secrets"));
  expect(() => keptSecret(folder, "a")).toThrow(/is a link/);
  expect(statSync(elsewhere).mode & 0o777).toBe(0o755);
  expect(readdirSync(elsewhere)).toEqual([]);
});

test("secrets that became readable for others are closed again", () => {
  const secret = keptSecret(folder, "a");
  chmodSync(path.join(folder, "secrets"), 0o755);
  chmodSync(path.join(folder, "secrets/a"), 0o644);
  expect(keptSecret(folder, "a")).toBe(secret);
  expect(statSync(path.join(folder, "secrets")).mode & 0o777).toBe(0o700);
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
