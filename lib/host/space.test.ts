import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statfsSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseMounts } from "./linux/mounts";
import { localSpace, mountOf, placeOf } from "./space";

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "space-")));
  mkdirSync(join(folder, "data dir"));
  symlinkSync("data dir", join(folder, "relative"));
  symlinkSync(join(folder, "relative"), join(folder, "absolute"));
  symlinkSync("loop", join(folder, "loop"));
  symlinkSync(join(folder, "nfs", "sub"), join(folder, "to-nfs"));
  writeFileSync(join(folder, "file"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

const line = (mount: string, fstype: string, device: string) =>
  `1 2 8:1 / ${mount.replaceAll(" ", "\\040")} rw - ${fstype} ${device} rw\n`;
const mountsWith = (...lines: string[]) => parseMounts([line("/", "ext4", "/dev/root"), ...lines].join(""));

describe("mountOf", () => {
  it("takes the deepest mount, and the last of several at one place", () => {
    const mounts = mountsWith(
      line("/srv", "ext4", "/dev/a"),
      line("/srv/pg data", "xfs", "/dev/b"),
      line("/srv/pg", "xfs", "/dev/c"),
      line("/srv", "ext4", "/dev/d"),
    );
    const deviceAt = (path: string) => mountOf(path, mounts)?.device;
    expect(["/", "/srv", "/srvx", "/srv/pg", "/srv/pg data/x", "/srv/pgx"].map(deviceAt)).toEqual([
      "/dev/root",
      "/dev/d",
      "/dev/root",
      "/dev/c",
      "/dev/b",
      "/dev/d",
    ]);
    expect(mountOf("/", [])).toBeUndefined();
  });
});

describe("placeOf", () => {
  it("follows links of any kind", async () => {
    const mounts = mountsWith(line(`${folder}/data dir`, "xfs", "/dev/b"));
    for (const name of ["data dir", "relative", "absolute", "./nothing/../relative"])
      expect(await placeOf(join(folder, name), mounts)).toMatchObject({
        real: join(folder, "data dir"),
        on: { device: "/dev/b" },
      });
    expect(await placeOf(folder, mounts)).toMatchObject({ on: { device: "/dev/root" } });
    expect(await placeOf("/", mounts)).toMatchObject({ real: "/" });
  });

  it("touches nothing on a file system that may hang", async () => {
    const mounts = mountsWith(line(`${folder}/nfs`, "nfs4", "nas:/export"));
    // It does not exist here: had it been looked at, it would be missing.
    for (const name of ["nfs", "nfs/deep/below", "to-nfs"])
      expect(await placeOf(join(folder, name), mounts)).toMatchObject({
        real: join(folder, "nfs"),
        on: { device: "nas:/export" },
      });
  });

  it.each([
    ["missing", "no such file"],
    ["file/below", "no such file"],
    ["loop", "ELOOP"],
  ])("%s: says why not", async (name, reason) => {
    expect(await placeOf(join(folder, name), [])).toEqual({ reason: expect.stringContaining(reason) });
  });

  it("refuses what is no absolute path", async () => {
    for (const path of ["", "relative", "/a\0b"]) expect(await placeOf(path, [])).toHaveProperty("reason");
  });
});

describe("localSpace", () => {
  it("gives one answer for each path, in order, as df does", async () => {
    const truth = statfsSync(folder);
    const paths = [join(folder, "absolute"), join(folder, "missing"), folder];
    const [link, missing, own] = await localSpace().spaceOf(paths);
    expect(missing).toEqual({
      path: paths[1],
      mount: null,
      device: null,
      space: null,
      reason: "no such file or directory on this machine",
    });
    for (const one of [link, own]) expect(one?.space?.totalBytes).toBe(truth.blocks * truth.bsize);
    expect(link?.path).toBe(paths[0]);
    if (process.platform !== "linux") return expect(own?.mount).toBeNull();
    const last = execFileSync("df", ["-P", folder], { encoding: "utf8" }).trim().split("\n").at(-1) ?? "";
    expect(last.endsWith(` ${own?.mount}`)).toBe(true);
    expect(last.startsWith(`${own?.device} `)).toBe(true);
  });

  it("says of a file system without a size that it tells none", async () => {
    if (process.platform !== "linux") return expect(await localSpace().spaceOf([])).toEqual([]);
    expect(await localSpace().spaceOf(["/proc"])).toMatchObject([
      { space: null, reason: "this file system tells no size" },
    ]);
  });
});
