import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser } from "../../tests/support/users";
import { verifyChain } from "../audit/verification";
import { listen, pool, prisma } from "../db";
import { type Actor, systemActor } from "../users/permissions";
import { updateSettings } from "./mutations";
import { forgetSettings, settings } from "./queries";

useDatabase();

let admin: Actor;
beforeAll(async () => {
  const user = await createUser();
  admin = { ...systemActor(), kind: "user", userId: user.id, login: user.login };
});
beforeEach(async () => {
  await pool().query("TRUNCATE settings, audit_log, audit_anchor, activity_events");
  forgetSettings();
});
afterEach(() => {
  delete process.env.RETENTION_DAYS;
  delete process.env.SAMPLING_INTERVAL_SECONDS;
});

const stored = async () =>
  Object.fromEntries((await prisma().setting.findMany({ orderBy: { key: "asc" } })).map((row) => [row.key, row.value]));
const refusal = (changes: Record<string, unknown>) =>
  updateSettings(admin, changes).then(
    () => [],
    (error) => error.fields.map(({ path, rule }: { path: string; rule: string }) => [path, rule]),
  );
const auditEntries = () => prisma().auditLog.findMany({ where: { eventType: "settings_update" } });

describe("updateSettings", () => {
  it("stores a subset, at once for this process, with its audit entry and an event", async () => {
    expect((await settings()).sampling_interval_seconds).toBe(5);
    const after = await updateSettings(admin, { sampling_interval_seconds: 1, downsample_interval: "1 hour" });
    expect(after).toMatchObject({ sampling_interval_seconds: 1, downsample_interval: "1h", retention_days: 30 });
    expect(await settings()).toEqual(after);
    expect(await stored()).toEqual({ sampling_interval_seconds: 1 });
    const [entry, ...more] = await auditEntries();
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      actor: admin.login,
      targetKind: "settings",
      details: { sampling_interval_seconds: { old: 5, new: 1 } },
    });
    const [event] = await prisma().activityEvent.findMany();
    expect(event?.message).toBe(`${admin.login} changed Sampling interval from 5 to 1`);
  });

  it("names every wrong key with its rule, never the value, and writes nothing", async () => {
    const changes = { sampling_interval_seconds: 0, retention_days: "lots", nonsense: 1, collect_interval: 20 };
    const failed = await updateSettings(admin, changes).catch((error) => error);
    expect(failed).toMatchObject({
      code: "invalid",
      fields: [
        { path: "sampling_interval_seconds", message: "Sampling interval: from 1 to 60" },
        { path: "retention_days", message: "Retention of full resolution: from 1 to 3650" },
        { path: "nonsense", message: "There is no setting of this name." },
      ],
    });
    expect(JSON.stringify(failed.fields)).not.toContain("lots");
    expect(await stored()).toEqual({});
    expect(await auditEntries()).toEqual([]);
  });

  it("holds the age of reducing within the retention, against what results", async () => {
    expect(await refusal({ downsample_after_days: 31 })).toEqual([["downsample_after_days", "above_retention"]]);
    expect(await refusal({ retention_days: 6 })).toEqual([["retention_days", "above_retention"]]);
    expect(await refusal({ retention_days: 60, downsample_after_days: 60 })).toEqual([]);
    expect(await refusal({ retention_days: 59 })).toEqual([["retention_days", "above_retention"]]);
    expect(await stored()).toEqual({ downsample_after_days: 60, retention_days: 60 });
  });

  it("refuses what the environment fixes, naming the variable; the same value is no change", async () => {
    process.env.SAMPLING_INTERVAL_SECONDS = "2";
    const failed = updateSettings(admin, { sampling_interval_seconds: 3, collect_interval: 30 });
    await expect(failed).rejects.toMatchObject({
      fields: [
        {
          path: "sampling_interval_seconds",
          message: expect.stringContaining("environment variable SAMPLING_INTERVAL_SECONDS"),
        },
      ],
    });
    expect(await stored()).toEqual({});
    await updateSettings(admin, { sampling_interval_seconds: 2, collect_interval: 30 });
    expect(await stored()).toEqual({ collect_interval: 30 });
  });

  it("lets other settings change while the environment breaks the rule over two", async () => {
    process.env.RETENTION_DAYS = "3";
    expect(await refusal({ collect_interval: 30 })).toEqual([]);
    expect(await refusal({ downsample_after_days: 5 })).toEqual([["downsample_after_days", "above_retention"]]);
    expect(await refusal({ downsample_after_days: 2 })).toEqual([]);
  });

  it("writes no row, entry or event where nothing changes", async () => {
    const { thresholds } = await settings();
    const { db_connections, ...rest } = thresholds;
    await updateSettings(admin, { thresholds: { db_connections, ...rest }, retention_days: 30 });
    expect(await stored()).toEqual({});
    expect(await auditEntries()).toEqual([]);
  });

  it.each(["operator", "viewer"] as const)("is not for a %s, nor for nobody", async (role) => {
    await expect(updateSettings({ ...admin, role }, { collect_interval: 30 })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(updateSettings(null, {})).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("keeps the rule over two keys and the chain of entries while many change them at once", async () => {
    // Each alone keeps the rule against the start, and breaks it after the other.
    const lower = { retention_days: 10 };
    const raise = { downsample_after_days: 25 };
    for (let round = 0; round < 8; round += 1) {
      await updateSettings(admin, { retention_days: 30, downsample_after_days: 7 });
      const outcomes = await Promise.allSettled([updateSettings(admin, lower), updateSettings(admin, raise)]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      forgetSettings();
      const now = await settings();
      expect(now.downsample_after_days).toBeLessThanOrEqual(now.retention_days);
    }
    expect(await verifyChain()).toMatchObject({ problemCount: 0 });
  });

  it("tells every instance with the commit", async () => {
    const heard: string[] = [];
    const stop = await listen("dozor_settings", (payload) => heard.push(payload));
    await updateSettings(admin, { collect_interval: 30, retention_months: 3 });
    await refusal({ collect_interval: 1 });
    await expect.poll(() => heard).toEqual(["collect_interval,retention_months"]);
    await stop();
  });
});

describe("settings()", () => {
  it("does not keep the answer to a question that was under way when a change was heard of", async () => {
    const old = await pool().query("SELECT key, value FROM settings");
    let answer = (_rows: unknown) => {};
    const late = new Promise((resolve) => {
      answer = resolve;
    });
    const query = vi.spyOn(pool(), "query").mockImplementationOnce(() => late as never);
    const asked = settings();
    query.mockRestore();
    await pool().query("INSERT INTO settings (key, value) VALUES ('collect_interval', '77')");
    forgetSettings();
    const fresh = await settings();
    answer(old);
    expect([(await asked).collect_interval, fresh.collect_interval]).toEqual([77, 77]);
    expect((await settings()).collect_interval).toBe(77);
  });

  it("gives the last known ones while the database does not answer, also after a change was heard of", async () => {
    await updateSettings(admin, { collect_interval: 33 });
    await settings();
    forgetSettings();
    const query = vi.spyOn(pool(), "query").mockImplementation(() => Promise.reject(new Error("away")) as never);
    expect((await settings()).collect_interval).toBe(33);
    query.mockRestore();
  });
});
