// known_hosts files: what ssh-keygen finds in them for a host is found here.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keysFromKnownHosts } from "../../lib/host/ssh/known-hosts";

const folder = mkdtempSync(join(tmpdir(), "dozor-known-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let A = "";
let B = "";
beforeAll(() => {
  const key = (name: string) => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(folder, name)]);
    return readFileSync(join(folder, `${name}.pub`), "utf8")
      .trim()
      .split(" ")
      .slice(0, 2)
      .join(" ");
  };
  A = key("a");
  B = key("b");
});

const keysOf = (line: string, host = "db1", port = 22) => keysFromKnownHosts(`${line}\n`, host, port).keys;

describe("keysFromKnownHosts", () => {
  it.each([
    ["db1", true],
    ["DB1", true],
    ["db0,db1,10.0.0.1", true],
    ["db?", true],
    ["d*", true],
    ["*", true],
    ["*1*", true],
    ["db1.example.org", false],
    ["db", false],
    ["db1?", false],
    ["*,!db1", false],
    ["!db1,*", false],
    ["!db2,db*", true],
    ["!db2", false],
    ["[db1]:22", true],
    ["[db1]:2222", false],
  ])("%s is about db1: %s", (hosts, about) => {
    expect(keysOf(`${hosts} ${A} somebody`)).toEqual(about ? [A] : []);
  });

  it("another port has to be named", () => {
    expect(keysOf(`[db1]:2222 ${A}`, "db1", 2222)).toEqual([A]);
    expect(keysOf(`db1 ${A}`, "db1", 2222)).toEqual([]);
    expect(keysOf(`[fe80::1]:2222 ${A}`, "fe80::1", 2222)).toEqual([A]);
    expect(keysOf(`fe80::1 ${A}`, "fe80::1")).toEqual([A]);
    expect(keysOf(`[db1]:* ${A}`, "db1", 2222)).toEqual([A]);
  });

  it("finds hosts in a file that ssh-keygen hashed", () => {
    const file = join(folder, "hashed");
    writeFileSync(file, `db1,db2 ${A}\n[db3]:2222 ${B}\n`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "pipe" });
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain("db1");
    expect(keysFromKnownHosts(text, "db2", 22)).toEqual({ keys: [A], revoked: [], problems: [] });
    expect(keysFromKnownHosts(text, "db3", 2222).keys).toEqual([B]);
    expect(keysFromKnownHosts(text, "db3", 22).keys).toEqual([]);
    expect(keysFromKnownHosts(text, "db4", 22).keys).toEqual([]);
  });

  it("keeps revoked keys apart, and does not give them even where another line has them", () => {
    const text = `db1 ${A}\n@revoked * ${A}\ndb1 ${B}\ndb1 ${B} again\n`;
    expect(keysFromKnownHosts(text, "db1", 22)).toEqual({ keys: [B], revoked: [A], problems: [] });
  });

  it("says which lines cannot be used", () => {
    const lines = [
      "# comment",
      "",
      "db1",
      "db1 ssh-ed25519 AAAAbroken",
      `@cert-authority *.example.org ${A}`,
      `@cert-authority db* ${A}`,
      `@unheard db1 ${A}`,
      `|1|AAAA|BBBB ${A}`,
      `db1 ssh-rsa ${A.split(" ")[1]}`,
      `   db1\t${A}   `,
      "<html>",
    ];
    const { keys, problems } = keysFromKnownHosts(lines.join("\r\n"), "db1", 22);
    expect(keys).toEqual([A]);
    expect(problems.map(({ line }) => line)).toEqual([3, 4, 6, 7, 8, 9, 11]);
    expect(problems[2]?.message).toContain("not supported");
  });

  it("never throws and takes no time, whatever is given", () => {
    const word = fc.constantFrom(
      "db1",
      "*",
      "!",
      ",",
      "|1|",
      "@revoked",
      "[",
      "]:22",
      " ",
      "\n",
      "ssh-ed25519",
      "AAAA",
      "=",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join("")),
        ),
        (text) => {
          const { keys } = keysFromKnownHosts(text, "db1", 22);
          for (const key of keys) expect(text).toContain(key.split(" ")[1]);
        },
      ),
    );
    const started = performance.now();
    keysFromKnownHosts(`${"*a".repeat(5_000)} ${A}\n`.repeat(4), "a".repeat(255), 22);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
