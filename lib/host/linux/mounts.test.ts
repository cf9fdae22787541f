import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataMounts, mayHang, parseMounts } from "./mounts";

const line = (id: string, root: string, mount: string, type: string, device: string) =>
  `30 1 ${id} ${root} ${mount} rw,relatime shared:1 - ${type} ${device} rw\n`;
const shown = (text: string) => dataMounts(parseMounts(text)).map((one) => one.mount);

describe("parseMounts", () => {
  it("reads names with blanks, backslashes and other letters", () => {
    const text = line("8:1", "/", "/mnt/my\\040disk\\134x", "ext4", "/dev/sd\\040a");
    expect(parseMounts(text)).toEqual([
      { id: "8:1", root: "/", mount: "/mnt/my disk\\x", fstype: "ext4", device: "/dev/sd a" },
    ]);
    expect(parseMounts(line("8:1", "/", "/диск", "ext4", "/dev/sda"))[0]?.mount).toBe("/диск");
  });

  it("makes no NUL of what a machine says, which no database stores", () => {
    expect(parseMounts(line("8:1", "/", "/a\\000b\\040c", "ext4", "/dev/sda"))[0]?.mount).toBe("/a\\000b c");
  });

  it("never throws on garbage and cut text", () => {
    const whole = line("8:1", "/", "/data", "ext4", "/dev/sda1");
    fc.assert(
      fc.property(fc.string(), fc.nat(whole.length), (garbage, cut) => {
        for (const one of parseMounts(whole.slice(0, cut) + garbage)) expect(one.mount.startsWith("/")).toBe(true);
      }),
    );
  });
});

describe("dataMounts", () => {
  it("leaves out pseudo file systems, images and layers", () => {
    expect(
      shown(
        line("8:1", "/", "/", "ext4", "/dev/sda1") +
          line("0:21", "/", "/proc", "proc", "proc") +
          line("0:22", "/", "/dev/shm", "tmpfs", "tmpfs") +
          line("0:23", "/", "/mnt", "autofs", "systemd-1") +
          line("7:1", "/", "/snap/core/1", "squashfs", "/dev/loop1") +
          line("0:40", "/", "/var/lib/docker/overlay2/x/merged", "overlay", "overlay") +
          line("0:41", "/", "/run/user/1000/gvfs", "fuse.gvfsd-fuse", "gvfsd-fuse") +
          line("0:42", "/", "/sys/fs/fuse/connections", "fusectl", "fusectl"),
      ),
    ).toEqual(["/"]);
  });

  it("keeps file systems without a block device of their own, and those on the network", () => {
    expect(
      shown(
        line("0:30", "/", "/tank", "zfs", "tank") +
          line("0:31", "/@", "/", "btrfs", "/dev/sda2") +
          line("0:32", "/", "/nas", "nfs4", "nas:/export") +
          line("0:33", "/", "/remote", "fuse.sshfs", "me@there:"),
      ),
    ).toEqual(["/", "/nas", "/remote", "/tank"]);
  });

  it("shows a file system once, by its widest mount", () => {
    const bind = line("8:2", "/srv/www", "/b", "xfs", "/dev/sdb") + line("8:2", "/", "/srv/data", "xfs", "/dev/sdb");
    expect(shown(bind)).toEqual(["/srv/data"]);
    const subvolumes =
      line("0:31", "/@home", "/home", "btrfs", "/dev/sda2") + line("0:31", "/@", "/", "btrfs", "/dev/sda2");
    expect(shown(subvolumes)).toEqual(["/"]);
  });

  it("shows what is on top where two are mounted on one place", () => {
    const over = line("8:1", "/", "/mnt", "ext4", "/dev/sda1") + line("0:50", "/", "/mnt", "tmpfs", "tmpfs");
    expect(shown(over)).toEqual([]);
  });

  it("shows a container's root and not the files its runtime puts in", () => {
    expect(
      shown(
        line("0:60", "/", "/", "overlay", "overlay") +
          line("8:1", "/var/lib/docker/containers/x/hosts", "/etc/hosts", "ext4", "/dev/sda1") +
          line("8:1", "/srv", "/data", "ext4", "/dev/sda1"),
      ),
    ).toEqual(["/", "/data"]);
  });

  it("stops at 64", () => {
    const many = Array.from({ length: 100 }, (_, index) => line(`8:${index}`, "/", `/m${index}`, "ext4", "/dev/x"));
    expect(shown(many.join(""))).toHaveLength(64);
  });
});

it.each([
  ["ext4", false],
  ["zfs", false],
  ["nfs", true],
  ["nfs4", true],
  ["cifs", true],
  ["fuse.sshfs", true],
  ["fuseblk", true],
  ["9p", true],
])("%s may hang: %j", (fstype, expected) => {
  expect(mayHang(fstype)).toBe(expected);
});
