import { describe, expect, it } from "vitest";
import { parsePaging } from "../linux/vmstat";
import type { PagingReading } from "../readings";
import { toSnapshot } from "../snapshot";
import { memoryBandwidth } from "./memory-bandwidth";

const reading = (counts: Partial<PagingReading>, pageSize = 4096): PagingReading => ({
  ...parsePaging("pgpgin 0\npgpgout 0\npswpin 0\npswpout 0\npgfault 0\npgmajfault 0\n", pageSize),
  ...counts,
});

function valuesOf(now: PagingReading, before: PagingReading | undefined, seconds: number) {
  const { rows, unavailable } = memoryBandwidth.rows(now, before, seconds);
  return toSnapshot(memoryBandwidth, rows, unavailable);
}

describe("paging", () => {
  it("is growth per second: in KiB and pages as the kernel counts, in bytes by the machine's own page", () => {
    const now = reading(
      { pagedInKib: 2000, pagedOutKib: 48, swappedInPages: 10, swappedOutPages: 30, faults: 50_000, majorFaults: 5 },
      65_536,
    );
    expect(valuesOf(now, reading({}), 2)).toEqual({
      pgpgin_kb_per_sec: 1000,
      pgpgout_kb_per_sec: 24,
      pswpin_pages_per_sec: 5,
      pswpout_pages_per_sec: 15,
      page_io_bytes_per_sec: 1024 * 1024,
      swap_io_bytes_per_sec: 20 * 65_536,
      faults_per_sec: 25_000,
      major_faults_per_sec: 2.5,
      unavailable: {},
    });
  });

  it("knows nothing of the first sample, and of no counter that fell", () => {
    expect(valuesOf(reading({}), undefined, 0)).toMatchObject({
      faults_per_sec: null,
      page_io_bytes_per_sec: null,
      unavailable: { faults_per_sec: "needs a second sample" },
    });
    const fallen = valuesOf(reading({ pagedOutKib: 90 }), reading({ pagedInKib: 7 }), 5);
    expect(fallen).toMatchObject({ pgpgin_kb_per_sec: null, pgpgout_kb_per_sec: 18, page_io_bytes_per_sec: null });
  });

  it("keeps the reason of what this kernel never tells, also with the first sample", () => {
    const now = parsePaging("pgpgin 5\npgpgout 5\n", 4096);
    expect(valuesOf(now, undefined, 0).unavailable).toMatchObject({
      swap_io_bytes_per_sec: "this kernel does not count it",
      pgpgin_kb_per_sec: "needs a second sample",
    });
  });
});
