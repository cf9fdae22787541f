import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMemory, readMemory } from "./memory";
import { treeReader } from "./tree-reader";

const MEMINFO = `MemTotal:       16384000 kB
MemFree:         1000 kB
MemAvailable:    8192000 kB
Buffers:             20 kB
Cached:            3000 kB
SwapCached:            7 kB
Dirty:                4 kB
Shmem:               50 kB
Slab:               600 kB
Active(anon):        12 kB
SwapTotal:            0 kB
SwapFree:             0 kB
HugePages_Total:      16
HugePages_Free:        8
HugePages_Rsvd:        2
`;

describe("parseMemory", () => {
  it("reads every field, in bytes and pages", () => {
    expect(parseMemory(MEMINFO)).toEqual({
      total: 16384000 * 1024,
      available: 8192000 * 1024,
      free: 1000 * 1024,
      cached: 3000 * 1024,
      buffers: 20 * 1024,
      shared: 50 * 1024,
      dirty: 4 * 1024,
      slab: 600 * 1024,
      swapTotal: 0,
      swapFree: 0,
      hugePagesTotal: 16,
      hugePagesFree: 8,
      hugePagesReserved: 2,
      all: expect.objectContaining({ SwapCached: 7 * 1024, "Active(anon)": 12 * 1024, HugePages_Total: 16 }),
      unavailable: {},
    });
  });

  it("tells why when an old kernel does not know what is available", () => {
    const reading = parseMemory(MEMINFO.replace(/MemAvailable.*\n/, "").replace(/HugePages.*\n/g, ""));
    expect(reading.available).toBeNull();
    expect(Object.keys(reading.unavailable)).toEqual(["available_bytes", "usage_percent", "hugepages_total"]);
  });

  it("never throws and makes up no zero", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(MEMINFO.length), (garbage, cut) => {
        const { unavailable: _, swapTotal, swapFree, ...others } = parseMemory(MEMINFO.slice(0, cut) + garbage);
        for (const value of Object.values(others)) expect(value).not.toBe(0);
        if (cut < MEMINFO.indexOf("SwapTotal") && !/Swap/.test(garbage))
          expect([swapTotal, swapFree]).toEqual([null, null]);
      }),
    );
  });
});

describe("readMemory", () => {
  it("fails plainly when the file is missing or says nothing", async () => {
    await expect(readMemory(treeReader({}))).rejects.toMatchObject({ code: "read" });
    await expect(readMemory(treeReader({ "/proc/meminfo": "\n" }))).rejects.toMatchObject({ code: "parse" });
  });
});
