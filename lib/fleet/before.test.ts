import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { reduceHour } from "../../tests/support/reduce-hours";
import { sealHours } from "../metrics/seal";
import { type SampleBatch, writeSamples } from "../metrics/write";
import { type Actor, systemActor } from "../users/permissions";
import { queryWithBefore } from "./before";
import { queryServer } from "./history";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 15, 10);
const question = { server: "local", metrics: "cpu.usage_percent", points: 60 };
let subject: number;

beforeAll(async () => {
  subject = await createServerRow("local");
  // Two hours at 5 s; each value tells its minute.
  const batches = Array.from({ length: 1_440 }, (_, tick): SampleBatch => {
    const rows = [{ labels: {}, values: { usage_percent: Math.floor(tick / 12) } }];
    return { subject, ts: START + tick * 5_000, probe: "cpu", rows };
  });
  await writeSamples(batches);
  await sealHours(START + 2 * HOUR + 5 * 60_000);
});

describe("queryWithBefore", () => {
  const range = { from: START + HOUR, to: START + 2 * HOUR };

  it("reads the range before in the same steps, a whole number of them earlier", async () => {
    const { result, before, shiftSeconds } = await queryWithBefore(viewer, { ...question, ...range });
    expect([result.step_s, before.step_s, shiftSeconds]).toEqual([60, 60, 3_600]);
    expect(before.ts.map((time) => time + shiftSeconds)).toEqual(result.ts);
    expect(result.series[0]?.avg.slice(0, 3)).toEqual([60, 61, 62]);
    expect(before.series[0]?.avg.slice(0, 3)).toEqual([0, 1, 2]);
    expect(result).toEqual(await queryServer(viewer, { ...question, ...range }));
  });

  it("goes back further than the range is long where steps do not fill it", async () => {
    const odd = { from: START + HOUR + 7_000, to: START + 2 * HOUR - 10_000 };
    const { result, before, shiftSeconds } = await queryWithBefore(viewer, { ...question, ...odd });
    expect([result.step_s, shiftSeconds]).toEqual([60, 3_600]);
    expect(before.ts.map((time) => time + shiftSeconds)).toEqual(result.ts);
  });

  it("gives both in coarser steps where the range before is kept so", async () => {
    await reduceHour(subject, START / HOUR, 300);
    const { result, before, shiftSeconds } = await queryWithBefore(viewer, { ...question, ...range });
    expect([result.step_s, before.step_s, shiftSeconds]).toEqual([300, 300, 3_600]);
    expect(before.ts.map((time) => time + shiftSeconds)).toEqual(result.ts);
    expect(before.series[0]?.avg[0]).toBe(2);
    expect(result.series[0]?.avg[0]).toBe(62);
  });
});
