import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDevices, readDisk } from "./disk";
import { treeReader } from "./tree-reader";

const line = (name: string) => `   8       0 ${name} 100 1 2000 300 50 2 4000 600 7 800 900 0 0 0 0 0 0\n`;

describe("parseDevices", () => {
  it("reads the wanted devices, sectors as bytes", () => {
    expect(parseDevices(line("sda") + line("sda1"), new Set(["sda"]))).toEqual([
      {
        name: "sda",
        readCount: 100,
        readBytes: 2000 * 512,
        readTimeMs: 300,
        writeCount: 50,
        writeBytes: 4000 * 512,
        writeTimeMs: 600,
        busyMs: 800,
        queueMs: 900,
      },
    ]);
  });

  it("never throws and takes no half line", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(line("sda").length - 1), (garbage, cut) => {
        parseDevices(garbage, new Set(["sda"]));
        expect(parseDevices(line("sda").slice(0, cut), new Set(["sda"]))).toEqual([]);
      }),
    );
  });
});

const MOUNTS = "1 1 8:1 / / rw - ext4 /dev/sda1 rw\n1 1 0:9 / /nas rw - nfs nas:/x rw\n";
const SIZES = { totalBytes: 1000, freeBytes: 400, availableBytes: 300, inodes: 50, inodesFree: 20 };

describe("readDisk", () => {
  it("takes whole devices with hardware and no layer twice", async () => {
    const names = ["sda", "dm-0", "md0", "loop0", "zram0", "nvme0n1", "nvme0c0n1", "cciss!c0d0", "sr0", "nbd0"];
    const block = Object.fromEntries(names.map((name) => [`/sys/block/${name}/size`, "1\n"]));
    const hardware = ["sda", "loop0", "nvme0n1", "nvme0c0n1", "cciss!c0d0", "sr0"];
    const devices = Object.fromEntries(hardware.map((name) => [`/sys/block/${name}/device/model`, "x\n"]));
    const stats = [...names, "sda1", "nvme0n1p1"].map((name) => line(name.replace("!", "/"))).join("");
    const reading = await readDisk(
      treeReader({
        ...block,
        ...devices,
        "/sys/block/nvme0c0n1/hidden": "1\n",
        "/proc/diskstats": stats,
        "/proc/self/mountinfo": MOUNTS,
      }),
    );
    expect(reading.devices.map((one) => one.name)).toEqual(["sda", "nvme0n1", "cciss/c0d0"]);
    expect(reading.unavailable.devices).toBeUndefined();
  });

  it("tells which file system does not answer", async () => {
    const { partitions, unavailable } = await readDisk(treeReader({ "/proc/self/mountinfo": MOUNTS }, { "/": SIZES }));
    expect(partitions).toEqual([
      { mount: "/", device: "/dev/sda1", fstype: "ext4", facts: SIZES },
      { mount: "/nas", device: "nas:/x", fstype: "nfs", facts: null },
    ]);
    expect(Object.keys(unavailable)).toEqual(["devices", "partitions./nas"]);
  });

  it("fails plainly without a mount table", async () => {
    await expect(readDisk(treeReader({}))).rejects.toMatchObject({ code: "read" });
  });
});
