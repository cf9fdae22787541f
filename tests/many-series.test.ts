import { expect, it } from "vitest";
import { readBoard } from "@/app/(app)/servers/[name]/read";
import type { ChartQuery } from "@/components/server/chart-query";
import { writeSamples } from "@/lib/metrics/write";
import { type Actor, systemActor } from "@/lib/users/permissions";
import { useDatabase } from "./support/database";
import { createServerRow } from "./support/live";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };
const HOUR_S = 3_600;
const NOW = Date.UTC(2026, 0, 15, 10) / 1000;

it("reads three days of 256 cores in hours, which finer steps would not hold", async () => {
  const subject = await createServerRow("large");
  const rows = Array.from({ length: 256 }, (_, core) => ({
    labels: { core: String(core) },
    values: { per_core: core },
  }));
  await writeSamples([{ subject, ts: (NOW - 2 * HOUR_S) * 1000, probe: "cpu", rows }]);
  const query: ChartQuery = { name: "cores", metrics: ["cpu.per_core"], points: 92, averages: true };
  const read = async (days: number) => {
    const window = { period: null, from: NOW - days * 24 * HOUR_S, to: NOW };
    const { initial } = await readBoard(viewer, { name: "large" }, { queries: [query], window, compared: false });
    return initial.cores?.result;
  };
  expect((await read(1))?.step_s).toBeLessThan(HOUR_S);
  const coarse = await read(3);
  expect(coarse?.step_s).toBe(HOUR_S);
  expect(coarse?.series).toHaveLength(256);
  expect(coarse?.series.find(({ labels }) => labels.core === "200")?.avg).toContain(200);
});

it("does not hide what is wrong with a question", async () => {
  await createServerRow("small");
  const query: ChartQuery = { name: "main", metrics: ["cpu.no_such_metric"], points: 92 };
  const window = { period: null, from: NOW - HOUR_S, to: NOW };
  const reading = readBoard(viewer, { name: "small" }, { queries: [query], window, compared: false });
  await expect(reading).rejects.toMatchObject({ code: "invalid" });
});
