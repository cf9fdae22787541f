// The price of a policy as it is foretold, against the tables after a history of six weeks under that policy.
import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { ensurePartitions } from "../metrics/partitions";
import { applyRetention, storageRates, storedHistory } from "../metrics/retention";
import { sealHours } from "../metrics/seal";
import { writeSamples } from "../metrics/write";
import { type DiskCost, diskCost } from "./cost";

useDatabase();

/** In the middle of a week and of a month: the average over time is what is there now. */
const NOW = Date.UTC(2026, 9, 15, 12);
const START = Date.UTC(2026, 8, 1);
const HOUR = 3_600_000;
const TICK = 30_000;
const METRICS = Array.from({ length: 40 }, (_, index) => `m${index}`);
const POLICY = {
  archiveEnabled: true,
  downsampleAfterDays: 7,
  downsampleInterval: "5m",
  retentionDays: 14,
  retentionMonths: 1,
} as const;
/** Bytes foretold and bytes there may differ by this share: pages are 8 kB, months have 28 to 31 days. */
const TOLERANCE = 0.15;

async function sizeOf(parent: string): Promise<number> {
  const { rows } = await pool().query<{ bytes: string }>(
    "SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0) AS bytes FROM pg_inherits WHERE inhparent = $1::regclass",
    [parent],
  );
  return Number(rows[0]?.bytes);
}

const copyTo = (table: string, columns: string, hours: number[]) =>
  pool().query(
    `INSERT INTO ${table} (set_id, hour, ${columns}) SELECT set_id, copied, ${columns} FROM ${table}, unnest($1::int[]) copied`,
    [hours],
  );

/** One hour of random doubles, which nothing compresses, sealed; then every hour since like that one. */
async function writeHistory(): Promise<void> {
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  const values = () => Object.fromEntries(METRICS.map((metric) => [metric, Math.random()]));
  const ticks = Array.from({ length: HOUR / TICK }, (_, index) => START + index * TICK);
  await writeSamples(
    ticks.map((ts) => ({ subject: rows[0].id, probe: "p", ts, rows: [{ labels: {}, values: values() }] })),
  );
  await sealHours(NOW);
  const hours = Array.from({ length: (NOW - START) / HOUR - 1 }, (_, index) => START / HOUR + 1 + index);
  await ensurePartitions(hours);
  // Older ones would only be dropped: a week of them is enough to see that.
  const lately = hours.filter((hour) => hour >= NOW / HOUR - 25 * 24);
  await copyTo("sample_data", "offs, data", lately);
  await copyTo("sample_hour", "agg", hours);
  // What passed through the head is gone, and leaves room that sealing every hour would use again.
  await pool().query("VACUUM FULL sample_head");
}

describe("diskCost", () => {
  let foretold: DiskCost | null;
  beforeAll(async () => {
    await writeHistory();
    foretold = diskCost(await storageRates(), POLICY);
    await applyRetention(POLICY, NOW, { dryRun: false });
  });

  it.each([
    ["fullBytes", "sample_data"],
    ["reducedBytes", "sample_reduced"],
    ["hourlyBytes", "sample_hour"],
  ] as const)("%s is what %s takes", async (part, table) => {
    const real = await sizeOf(table);
    const expected = foretold?.[part] ?? 0;
    expect(real).toBeGreaterThan(100_000);
    expect(Math.abs(expected / real - 1), `${Math.round(expected)} foretold, ${real} there`).toBeLessThan(TOLERANCE);
  });

  it("totalBytes is what history takes, and what the page calls stored", async () => {
    const { bytes } = await storedHistory();
    expect(Math.abs((foretold?.totalBytes ?? 0) / bytes - 1)).toBeLessThan(TOLERANCE);
  });
});
