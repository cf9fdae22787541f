import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
    const right = { ...parsePaging(VMSTAT, 4096), unavailable: undefined };
    fc.assert(
      fc.property(fc.nat(VMSTAT.length), (cut) => {
        const { unavailable: _, ...counts } = parsePaging(VMSTAT.slice(0, cut), 4096);
        for (const [name, value] of Object.entries(counts))
          expect([null, right[name as keyof typeof right]]).toContain(value);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (garbage) => {
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
