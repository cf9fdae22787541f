import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toStorageReading } from "@/lib/collect/storage";
import { storagePlaces } from "./storage";

const now = (data: unknown) => ({ storage: { ts: "2026-01-01T00:00:00Z", data } });
const space = { totalBytes: 1_000, freeBytes: 300, availableBytes: 250, inodes: 100, inodesFree: 40 };

describe("storagePlaces", () => {
  it("shows what the collector wrote down: data first, then WAL, and the reason of what cannot be read", () => {
    const reading = toStorageReading(
      [
        { of: "fast disk", path: "/mnt/fast disk" },
        { of: "wal", path: "/pg/data/pg_wal" },
        { of: "data", path: "/pg/data" },
        { of: "hidden", path: null },
      ],
      [
        { path: "/mnt/fast disk", mount: "/mnt/fast disk", device: "/dev/sdb1", space },
        {
          path: "/pg/data/pg_wal",
          mount: null,
          device: null,
          space: null,
          reason: "no such file or directory on this machine",
        },
        { path: "/pg/data", mount: "/pg", device: "/dev/sda1", space },
      ],
    );
    const places = storagePlaces(now(reading));
    expect(places.map(({ of }) => of)).toEqual(["data", "wal", "fast disk", "hidden"]);
    expect(places[0]).toMatchObject({ path: "/pg/data", mount: "/pg", totalBytes: 1_000, usedPercent: 73.68 });
    expect(places[1]).toMatchObject({ usedPercent: null, reason: "no such file or directory on this machine" });
    expect(places[3]?.reason).toContain("pg_monitor");
  });

  it("takes anything", () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(Array.isArray(storagePlaces(now(data)))).toBe(true);
      }),
    );
  });
});
