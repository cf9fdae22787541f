import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser } from "../../tests/support/users";
import { appendAudit } from "../audit/append";
import { verifyChain } from "../audit/verification";
import { MAINTENANCE_JOBS } from "../collect/maintenance-jobs";
import { pool, prisma } from "../db";
import { systemActor } from "../users/permissions";
import { registrationOpen } from "../users/registration";
import { updateSettings } from "./mutations";
import { forgetSettings, settings } from "./queries";

useDatabase();
beforeEach(async () => {
  await pool().query("TRUNCATE settings, audit_log, audit_anchor, system_log, activity_events");
  forgetSettings();
  // What holds before the change is known, and remembered.
  await settings();
});

const admin = systemActor();
const run = (job: string) => MAINTENANCE_JOBS.find(({ name }) => name === job)?.run();

describe("a changed setting is in force with the next turn, without a restart", () => {
  it("logs_retention_days", async () => {
    await pool().query(
      "INSERT INTO system_log (created_at, level, source, message) SELECT now() - make_interval(days => age), 'info', 'test', 'x' FROM unnest(ARRAY[2, 8, 20]) AS age",
    );
    expect(await run("system_log")).toBe(0);
    await updateSettings(admin, { logs_retention_days: 7 });
    expect(await run("system_log")).toBe(2);
  });

  it("audit_retention_days", async () => {
    await prisma().$transaction((transaction) => appendAudit(transaction, admin, { eventType: "export" }));
    // By a clock that was behind; the entry's HMAC is of no account here.
    await pool().query("UPDATE audit_log SET created_at = now() - interval '20 days'");
    expect(await run("audit_log")).toBe(0);
    await updateSettings(admin, { audit_retention_days: 7 });
    expect(await run("audit_log")).toBe(1);
    // What was left is the entry about the change itself.
    expect(await verifyChain()).toMatchObject({ entries: 1, problemCount: 0 });
  });

  it("activity_keep", async () => {
    await pool().query(
      "INSERT INTO activity_events (type, severity, message) SELECT 'server_up', 'info', 'x' FROM generate_series(1, 200)",
    );
    expect(await run("activity_events")).toBe(0);
    await updateSettings(admin, { activity_keep: 100 });
    expect(await run("activity_events")).toBe(101);
    expect(await prisma().activityEvent.count()).toBe(100);
  });

  it("registration_enabled", async () => {
    await createUser();
    expect(await registrationOpen()).toBe(false);
    await updateSettings(admin, { registration_enabled: true });
    expect(await registrationOpen()).toBe(true);
  });
});
