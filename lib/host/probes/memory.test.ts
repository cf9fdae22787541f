import { expect, it } from "vitest";
import type { MemoryReading } from "../readings";
import { memory } from "./memory";

const READING: MemoryReading = {
  total: 3000,
  available: 1000,
  free: 500,
  cached: 400,
  buffers: 30,
  shared: 20,
  dirty: 1,
  slab: 60,
  swapTotal: 0,
  swapFree: 0,
  hugePagesTotal: 0,
  hugePagesFree: 0,
  hugePagesReserved: 0,
  all: { Mapped: 4096 },
  unavailable: {},
};

function values(change: Partial<MemoryReading>) {
  return memory.rows({ ...READING, ...change }, undefined, 0).rows[0]?.values;
}

it("counts as used what is not available", () => {
  expect(values({})).toMatchObject({
    usage_percent: 66.67,
    used_bytes: 2000,
    total_bytes: 3000,
    available_bytes: 1000,
  });
});

it("shows a machine without swap as one with none, not as unknown", () => {
  expect(values({})).toMatchObject({ swap_total_bytes: 0, swap_used_bytes: 0, swap_free_bytes: 0 });
  expect(values({ swapTotal: 100, swapFree: 30 })).toMatchObject({ swap_used_bytes: 70 });
  expect(values({ swapTotal: null, swapFree: null })).toMatchObject({ swap_used_bytes: null });
});

it("makes no number of what is unknown or cannot be", () => {
  expect(values({ available: null })).toMatchObject({ usage_percent: null, used_bytes: null });
  expect(values({ available: 4000 })).toMatchObject({ usage_percent: null, used_bytes: null });
  expect(values({ total: 0, available: 0 })).toMatchObject({ usage_percent: null });
});
