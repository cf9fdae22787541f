import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileSystems } from "./file-systems";

let folder: string;
const path = process.env.PATH ?? "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stat-"));
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

/** Puts a program named `stat` first, that runs `script` after it has noted its start. */
function replaceStat(script: string): () => number {
  const starts = join(folder, "starts");
  writeFileSync(join(folder, "stat"), `#!/bin/sh\necho >> ${starts}\n${script}\n`);
  chmodSync(join(folder, "stat"), 0o755);
  process.env.PATH = `${folder}:${path}`;
  return () => (existsSync(starts) ? readFileSync(starts, "utf8").length : 0);
}

describe.runIf(process.platform === "linux")("FileSystems", () => {
  it.each(["here", "child"] as const)("asks %s and gets the truth", async (way) => {
    const truth = statfsSync("/");
    const told = await new FileSystems().ask("/", way);
    expect(told).toMatchObject({ totalBytes: truth.blocks * truth.bsize, inodes: truth.files });
    expect(Math.abs((told?.freeBytes ?? 0) - truth.bfree * truth.bsize)).toBeLessThan(2 ** 30);
  });

  it.each(["here", "child"] as const)("asks %s about what does not exist and gets null", async (way) => {
    expect(await new FileSystems().ask("/does/not/exist", way)).toBeNull();
  });

  it("waits a second for one that hangs, and then does not ask it again while it hangs", async () => {
    const held = join(folder, "held");
    writeFileSync(held, "");
    // Like a child that hangs in the kernel, it stays when it is killed: its own child holds the pipe.
    const starts = replaceStat(`(while [ -e ${held} ]; do sleep 0.05; done; echo 1 2 3 4 5 6)`);
    const fileSystems = new FileSystems();
    const start = performance.now();
    expect(await fileSystems.ask("/", "child")).toBeNull();
    expect(performance.now() - start).toBeLessThan(3000);
    expect(await fileSystems.ask("/", "child")).toBeNull();
    expect(starts()).toBe(1);
    rmSync(held);
  });

  it("asks a remote one seldom", async () => {
    const starts = replaceStat("echo 4096 100 50 40 10 5");
    const fileSystems = new FileSystems();
    const facts = { totalBytes: 409_600, freeBytes: 204_800, availableBytes: 163_840, inodes: 10, inodesFree: 5 };
    expect(await fileSystems.ask("/", "child")).toEqual(facts);
    expect(await fileSystems.ask("/", "child")).toEqual(facts);
    expect(starts()).toBe(1);
  });

  it("takes no numbers from a program that speaks otherwise", async () => {
    replaceStat("echo busy 1 2 3 4");
    expect(await new FileSystems().ask("/", "child")).toBeNull();
  });

  it("never lets hanging local ones take more than two of Node's threads", async () => {
    const hung = vi.fn(() => new Promise<never>(() => {}));
    vi.doMock("node:fs/promises", () => ({ statfs: hung }));
    vi.resetModules();
    const { FileSystems: Hanging } = await import("./file-systems");
    vi.doUnmock("node:fs/promises");
    const fileSystems = new Hanging();
    expect(await Promise.all(["/a", "/b"].map((one) => fileSystems.ask(one, "here")))).toEqual([null, null]);
    expect(await fileSystems.ask("/a", "here")).toBeNull();
    expect(await fileSystems.ask("/c", "here")).toBeNull();
    expect(hung).toHaveBeenCalledTimes(2);
  });
});
