import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinuxReader } from "../linux-reader";
import { treeReader } from "./tree-reader";
import { parsePaging, readPaging } from "./vmstat";

const VMSTAT = `nr_free_pages 1865223
pgpgin 101
pgpgout 202
pswpin 3
pswpout 4
pgalloc_normal 77
pgfault 5005
pgmajfault 66
oom_kill 2
`;

describe("parsePaging", () => {
  it("reads what the kernel counts, and the size of its pages from the host", () => {
    expect(parsePaging(VMSTAT, 65_536)).toEqual({
      pagedInKib: 101,
      pagedOutKib: 202,
      swappedInPages: 3,
      swappedOutPages: 4,
      faults: 5005,
      majorFaults: 66,
      outOfMemoryKills: 2,
      pageSizeBytes: 65_536,
      unavailable: {},
    });
  });

  it("tells why what a kernel without swap does not count is missing", () => {
    const reading = parsePaging(VMSTAT.replace(/pswp.*\n/g, ""), 4096);
    expect(reading).toMatchObject({ swappedInPages: null, swappedOutPages: null, pagedInKib: 101 });
    expect(Object.keys(reading.unavailable)).toEqual([
      "pswpin_pages_per_sec",
      "pswpout_pages_per_sec",
      "swap_io_bytes_per_sec",
    ]);
  });

  it("makes of cut and garbage files the right value or none, never another one", () => {
    const right = new Map<string, unknown>(Object.entries(parsePaging(VMSTAT, 4096)));
    const wrong: [number, string][] = [];
    for (let cut = 0; cut <= VMSTAT.length; cut++) {
      const { unavailable: _, ...counts } = parsePaging(VMSTAT.slice(0, cut), 4096);
      for (const [name, value] of Object.entries(counts)) {
        if (value !== null && value !== right.get(name)) wrong.push([cut, name]);
      }
    }
    expect(wrong).toEqual([]);
    fc.assert(
      fc.property(fc.string(), (garbage) => {
        const { pagedInKib, faults } = parsePaging(garbage, 4096);
        expect([pagedInKib, faults]).toEqual([null, null]);
      }),
    );
  });
});

describe("readPaging", () => {
  it("gives a reason for every number where there is no such file", async () => {
    const { pagedInKib, unavailable } = await readPaging(treeReader({}));
    expect(pagedInKib).toBeNull();
    expect(Object.keys(unavailable)).toHaveLength(8);
    expect(unavailable.faults_per_sec).toMatch("/proc/vmstat");
  });
});

const TMPFS = 0x0102_1994;
const hasDisk = process.platform === "linux" && statfsSync(tmpdir()).type !== TMPFS;

describe.runIf(hasDisk)("this machine's paging", () => {
  it("counts what a file was written with, in KiB", async () => {
    const host = new LinuxReader();
    const folder = mkdtempSync(join(tmpdir(), "paging-"));
    const before = await readPaging(host);
    const file = openSync(join(folder, "written"), "w");
    writeSync(file, randomBytes(8 << 20));
    fsyncSync(file);
    closeSync(file);
    const after = await readPaging(host);
    expect(Number(after.pagedOutKib) - Number(before.pagedOutKib)).toBeGreaterThanOrEqual(8 << 10);
    expect(Number(after.faults)).toBeGreaterThan(Number(before.faults));
    rmSync(folder, { recursive: true });
    await host.close();
  });
});
