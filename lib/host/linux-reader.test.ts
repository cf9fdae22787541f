import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statfsSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LinuxReader } from "./linux-reader";

let folder: string;
let host: LinuxReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reader-"));
  host = new LinuxReader();
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

describe.runIf(process.platform === "linux")("LinuxReader", () => {
  it("reads the same file again from its start, through one handle", async () => {
    const path = join(folder, "value");
    writeFileSync(path, "1\n");
    expect(await host.text(path)).toBe("1\n");
    const open = openFiles();
    appendFileSync(path, "2\n");
    for (let time = 0; time < 50; time++) expect(await host.text(path)).toBe("1\n2\n");
    expect(openFiles()).toBe(open);
  });

  it("reads files larger than its buffer, and small ones after them", async () => {
    const path = join(folder, "large");
    const text = "ä".repeat(3_000_000);
    writeFileSync(path, text);
    expect(await host.text(path)).toBe(text);
    writeFileSync(path, "small");
    expect(await host.text(path)).toBe("small");
  });

  it("reads files that come and go in their order, and keeps none open", async () => {
    const paths = Array.from({ length: 150 }, (_, at) => join(folder, String(at)));
    for (const [at, path] of paths.entries()) if (at !== 70) writeFileSync(path, `${at}\n`);
    const open = openFiles();
    const texts = await host.once([...paths, folder]);
    expect(texts).toEqual([...paths.map((_, at) => (at === 70 ? null : `${at}\n`)), null]);
    expect(openFiles()).toBe(open);
  });

  it("gives null for what is missing or cannot be read, an empty list for a missing folder", async () => {
    expect(await host.text(join(folder, "missing"))).toBeNull();
    expect(await host.text(folder)).toBeNull();
    expect(await host.list(join(folder, "missing"))).toEqual([]);
  });

  it("gives fresh kernel values", async () => {
    const idle = async () => Number((await host.text("/proc/uptime"))?.split(" ")[0]);
    const first = await idle();
    const until = Date.now() + 5000;
    while ((await idle()) === first) expect(Date.now()).toBeLessThan(until);
    expect(await idle()).toBeGreaterThan(first);
  });

  it("lists sorted names and asks the disk again only after a while", async () => {
    writeFileSync(join(folder, "b"), "");
    writeFileSync(join(folder, "a"), "");
    expect(await host.list(folder)).toEqual(["a", "b"]);
    unlinkSync(join(folder, "b"));
    expect(await host.list(folder)).toEqual(["a", "b"]);
  });

  it("closes every handle", async () => {
    const before = openFiles();
    await host.text("/proc/stat");
    await host.text("/proc/meminfo");
    expect(openFiles()).toBe(before + 2);
    await host.close();
    expect(openFiles()).toBe(before);
  });

  it("knows page size and clock ticks as getconf does", () => {
    const ask = (name: string) => Number(execFileSync("getconf", [name], { encoding: "utf8" }));
    expect(host.pageSize).toBe(ask("PAGESIZE"));
    expect(host.ticksPerSecond).toBe(ask("CLK_TCK"));
  });

  it("tells the size of a file system, in bytes", async () => {
    const truth = statfsSync("/");
    const told = await host.fileSystem("/");
    expect(told).toMatchObject({ totalBytes: truth.blocks * truth.bsize, inodes: truth.files });
    expect(await host.fileSystem("/nowhere/at/all")).toBeNull();
  });
});
