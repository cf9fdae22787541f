// Columns of a sealed hour are cut out in one piece where they lie near each other, else one by one.
import { beforeAll, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { HOUR_MS } from "./hour";
import { readRaw } from "./read";
import { sealHours } from "./seal";
import { writeSamples } from "./write";

useDatabase();
const START = Date.UTC(2026, 10, 16);
const [SAMPLES, DEVICES] = [360, 40];
let subject = 0;

/** Doubles of which no byte is spared: each column takes kilobytes. */
const busy = (device: number, sample: number): number => Math.sin(1_000 * device + sample);

beforeAll(async () => {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
  const devices = Array.from({ length: DEVICES }, (_, device) => device);
  const batches = Array.from({ length: SAMPLES }, (_, i) => ({
    ...{ subject, probe: "disk", ts: START + i * 10_000 },
    rows: devices.map((device) => ({ labels: { device: `${device}` }, values: { busy: busy(device, i) } })),
  }));
  await writeSamples(batches);
  await sealHours(START + HOUR_MS + 120_000);
});

it.each([[[0]], [[39]], [[3, 4, 5]], [[0, 20, 39]], [[38, 1]]])(
  "gives series %j as they were written",
  async (asked) => {
    const selectors = asked.map((device) => ({ metric: "disk.busy", labels: { device: `${device}` } }));
    const { series } = await readRaw({ subject, selectors, from: START, to: START + HOUR_MS, limit: 1_000 });
    const expected = asked.map((device) => Array.from({ length: SAMPLES }, (_, i) => busy(device, i)));
    expect(series.map(({ labels }) => Number(labels.device))).toEqual(asked);
    expect(series.map(({ values }) => values)).toEqual(expected);
  },
);
