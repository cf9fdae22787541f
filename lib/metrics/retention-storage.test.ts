import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { HistoryModel } from "../../tests/support/history-model";
import { emptyHistory, runAsForetold } from "../../tests/support/history-tables";
import { pool } from "../db";
import { encodeBlock } from "./block";
import { HOUR_MS, hourOfColumns } from "./hour";
import { applyRetention, type RetentionPolicy, storageRates, storedHistory } from "./retention";
import { tableBytes } from "./retention-tables";
import { sealHours } from "./seal";

useDatabase();
const DAY_MS = 24 * HOUR_MS;
/** A Monday. */
const WEEK = Date.UTC(2026, 8, 7);
/** Eight days after the end of that week. */
const NOW = WEEK + 15 * DAY_MS;
const policy = (downsampleInterval: RetentionPolicy["downsampleInterval"]): RetentionPolicy => ({
  archiveEnabled: true,
  retentionDays: 30,
  retentionMonths: 12,
  downsampleAfterDays: 7,
  downsampleInterval,
});
const run = (interval: RetentionPolicy["downsampleInterval"]) =>
  applyRetention(policy(interval), NOW, { dryRun: false });

let model: HistoryModel;
beforeEach(async () => {
  await emptyHistory();
  model = await HistoryModel.create();
});

describe("storedHistory", () => {
  it("tells the size and span of what is stored", async () => {
    expect(await storedHistory()).toMatchObject({ oldest: null, newest: null });
    await model.write([WEEK + 5_000, WEEK + 7 * DAY_MS - HOUR_MS]);
    await sealHours(NOW);
    expect(await storedHistory()).toMatchObject({ oldest: WEEK, newest: WEEK + 7 * DAY_MS });
    await model.write([NOW]);
    expect(await storedHistory()).toMatchObject({ oldest: WEEK, newest: NOW });
    const before = (await storedHistory()).bytes;
    await run("1h");
    expect((await storedHistory()).bytes).toBeLessThan(before);
  });
});

describe("wide parts, whose columns lie out of line", () => {
  const HOURS = 4;
  const PARTS = 2;
  const SERIES = 40;
  const times = Float64Array.from({ length: 720 }, (_, i) => i * 5_000 + 13);
  /** Three digits of noise, as a processor's load has. */
  const noise = () => ({ values: times.map(() => Math.round(Math.random() * 1_000) / 10) });

  beforeEach(async () => {
    await model.write([WEEK + 5_000]);
    await sealHours(NOW);
    await pool().query("TRUNCATE sample_data, sample_hour");
    const { rows } = await pool().query<{ id: number }>(
      "INSERT INTO series_set (subject, probe, part) SELECT $1, 'wide', generate_series(1, $2) RETURNING id",
      [model.subject, PARTS],
    );
    for (const { id } of rows) {
      for (let hour = WEEK / HOUR_MS + 30; hour < WEEK / HOUR_MS + 30 + HOURS; hour++) {
        const columns = Array.from({ length: SERIES }, noise);
        const { offs, data } = encodeBlock(times, columns);
        await pool().query("INSERT INTO sample_data VALUES ($1, $2, $3, $4)", [id, hour, offs, data]);
        await pool().query("INSERT INTO sample_hour VALUES ($1, $2, $3)", [id, hour, hourOfColumns(columns)]);
      }
    }
  });

  it("free what was foretold", async () => {
    for (const interval of ["5s", "1m", "5m", "1h"] as const) await runAsForetold(policy(interval), NOW);
  });

  it("take at each resolution what was estimated", async () => {
    // Beside a few rows the first pages of two indexes and the half-filled last ones count.
    const FEW_PAGES = 7 * 8_192;
    const bytes = (table: string) => tableBytes(pool(), [table]);
    const rates = await storageRates();
    expect(rates.samplesPerHour / (PARTS * SERIES * 720)).toBeCloseTo(1, 2);
    const full = await bytes("sample_data_20260907");
    expect(Math.abs(rates.fullBytesPerHour * HOURS - full)).toBeLessThan(0.05 * full + FEW_PAGES);
    for (const interval of ["5s", "1m", "5m"] as const) {
      await run(interval);
      const reduced = await bytes("sample_reduced_20260907");
      expect(Math.abs(rates.reducedBytesPerHour[interval] * HOURS - reduced)).toBeLessThan(0.05 * reduced + FEW_PAGES);
    }
    // Three times three digits, a sum of six, and where to find them.
    expect(rates.hourlyBytesPerHour).toBeGreaterThan(PARTS * SERIES * 12);
    expect(rates.hourlyBytesPerHour).toBeLessThan(PARTS * SERIES * 24);
  });

  it("are estimated as nothing where nothing was sealed", async () => {
    await pool().query("TRUNCATE sample_data");
    expect(await storageRates()).toMatchObject({ fullBytesPerHour: 0, samplesPerHour: 0 });
  });
});
