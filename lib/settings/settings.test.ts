import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool, prisma } from "../db";
import { hearChanges } from "../remembered";
import { parseOverride, parseSetting, resolveSettings } from "./parse";
import { badSettingOverrides, forgetSettings, settings } from "./queries";
import { SETTING_KEYS, SETTINGS, type SettingKey } from "./schema";

useDatabase();

describe("the schema", () => {
  it.each(SETTING_KEYS)("%s: its default keeps its own rules", (key) => {
    expect(parseSetting(key, SETTINGS[key].default)).toEqual({ ok: true, value: SETTINGS[key].default });
  });

  it.each(SETTING_KEYS.filter((key) => "min" in SETTINGS[key]))(
    "%s: refuses what is out of range, with the range",
    (key) => {
      const { label, min = 0, max = 0 } = SETTINGS[key] as { label: string; min?: number; max?: number };
      const refusal = { ok: false, message: `${label}: from ${min} to ${max}` };
      for (const value of [min - 1, max + 1, min + 0.5, String(min), null])
        expect(parseSetting(key, value)).toEqual(refusal);
      for (const value of [min, max]) expect(parseSetting(key, value)).toEqual({ ok: true, value });
    },
  );

  it("knows the ranges of the specification", () => {
    const range = (key: SettingKey) => {
      const { default: initial, min, max } = SETTINGS[key] as { default: unknown; min?: number; max?: number };
      return [initial, min, max];
    };
    expect(range("collect_interval")).toEqual([15, 5, 86_400]);
    expect(range("sampling_interval_seconds")).toEqual([5, 1, 60]);
    expect(range("retention_days")).toEqual([30, 1, 3_650]);
    expect(range("ws_max_connections")).toEqual([1_000, 1, 100_000]);
  });

  it("refuses thresholds whose warning is above critical", () => {
    const thresholds = { ...SETTINGS.thresholds.default, cpu_percent: { warning: 95, critical: 90 } };
    expect(parseSetting("thresholds", thresholds)).toMatchObject({ ok: false });
  });
});

describe("parseOverride", () => {
  it.each<[SettingKey, string, unknown]>([
    ["collect_interval", "30", 30],
    ["auto_end_enabled", "off", false],
    ["auto_end_enabled", "True", true],
    ["downsample_interval", "1 hour", "1h"],
    ["time_zone", "Europe/Moscow", "Europe/Moscow"],
  ])("%s=%s", (key, text, value) => {
    expect(parseOverride(key, text)).toEqual({ ok: true, value });
  });

  it.each<[SettingKey, string]>([
    ["collect_interval", ""],
    ["collect_interval", "fast"],
    ["auto_end_enabled", "maybe"],
    ["time_zone", "Mars/Olympus"],
    ["thresholds", "{"],
  ])("refuses %s=%j without repeating it", (key, text) => {
    const parsed = parseOverride(key, text);
    expect(parsed).toMatchObject({ ok: false });
    if (text.length > 1) expect(JSON.stringify(parsed)).not.toContain(text);
  });
});

describe("resolveSettings", () => {
  const rows = [
    { key: "collect_interval", value: 60 },
    { key: "retention_days", value: -5 },
    { key: "unknown_key", value: 1 },
  ];
  it("puts the environment over what is stored, that over the defaults, and passes over what does not fit", () => {
    const resolved = resolveSettings(rows, (key) => (key === "sampling_interval_seconds" ? "2" : undefined));
    expect(resolved).toMatchObject({ collect_interval: 60, sampling_interval_seconds: 2, retention_days: 30 });
    expect(resolveSettings(rows, (key) => (key === "collect_interval" ? "20" : undefined)).collect_interval).toBe(20);
    expect(resolveSettings(rows, (key) => (key === "collect_interval" ? "x" : undefined)).collect_interval).toBe(60);
  });
});

describe("settings()", () => {
  afterEach(() => {
    delete process.env.COLLECT_INTERVAL;
    delete process.env.RETENTION_DAYS;
    forgetSettings();
  });

  it("reads what is stored, and what the environment fixes", async () => {
    await prisma().setting.create({ data: { key: "retention_months", value: 24 } });
    process.env.COLLECT_INTERVAL = "45";
    expect(await settings()).toMatchObject({ retention_months: 24, collect_interval: 45, activity_keep: 1_000 });
  });

  it("keeps them for a moment, then sees a change", async () => {
    expect((await settings()).activity_keep).toBe(1_000);
    await prisma().setting.create({ data: { key: "activity_keep", value: 500 } });
    expect((await settings()).activity_keep).toBe(1_000);
    await expect.poll(async () => (await settings()).activity_keep, { timeout: 4_000, interval: 100 }).toBe(500);
  });

  it("asks nothing again while changes are told, and then sees one at once", async () => {
    const stop = await hearChanges();
    const before = await settings();
    const queries = vi.spyOn(pool(), "query");
    try {
      await sleep(2_100);
      expect(await settings()).toBe(before);
      expect(queries).not.toHaveBeenCalled();
      queries.mockRestore();
      await pool().query("INSERT INTO settings (key, value) VALUES ('logs_retention_days', '9')");
      await pool().query("SELECT pg_notify('dozor_settings', 'logs_retention_days')");
      await expect.poll(async () => (await settings()).logs_retention_days, { timeout: 5_000, interval: 10 }).toBe(9);
    } finally {
      queries.mockRestore();
      await stop();
    }
  });

  it("names each variable that does not fit", () => {
    process.env.RETENTION_DAYS = "forever";
    expect(badSettingOverrides()).toEqual(["RETENTION_DAYS: Retention of full resolution: from 1 to 3650"]);
  });
});
