import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser } from "../../tests/support/users";
import { verifyChain } from "../audit/verification";
import { listen, pool, prisma } from "../db";
import { forgetSettings } from "../settings/queries";
import { type Actor, systemActor } from "../users/permissions";
import { changeCriteria, criteria, readCriteria } from "./criteria";

useDatabase();
let operator: Actor;
const DEFAULTS = { static_days: 30, inactive_days: 30, low_connections: 2 };

beforeEach(async () => {
  await pool().query("TRUNCATE settings, audit_log, audit_anchor, activity_events");
  forgetSettings();
  const user = await createUser();
  operator = { ...systemActor(), kind: "user", userId: user.id, login: user.login, role: "operator" };
});
afterEach(() => {
  delete process.env.ANALYSIS_STATIC_DAYS;
});

describe("the criteria of the analysis", () => {
  it("are changed by an operator, told to every instance, and audited as a change of settings", async () => {
    const heard: string[] = [];
    const stop = await listen("dozor_settings", (payload) => heard.push(payload));
    expect(await readCriteria(operator)).toEqual(DEFAULTS);
    const wanted = { static_days: 30, inactive_days: 365, low_connections: 20 };
    expect(await changeCriteria(operator, wanted)).toEqual(wanted);
    expect(await criteria()).toEqual(wanted);
    await expect.poll(() => heard).toEqual(["analysis_inactive_days,analysis_low_connections"]);
    await stop();
    expect(await prisma().auditLog.findMany({ where: { eventType: "settings_update" } })).toMatchObject([
      {
        actor: operator.login,
        details: { analysis_inactive_days: { old: 30, new: 365 }, analysis_low_connections: { old: 2, new: 20 } },
      },
    ]);
    expect(await verifyChain()).toMatchObject({ problemCount: 0 });
  });

  it.each([
    ["static_days", 0, "From 1 to 90 days"],
    ["static_days", 91, "From 1 to 90 days"],
    ["inactive_days", 366, "From 1 to 365 days"],
    ["low_connections", 21, "From 1 to 20 connections"],
    ["low_connections", 1.5, "A whole number"],
  ])("refuses %s of %d, and changes nothing", async (path, value, message) => {
    const changes = changeCriteria(operator, { ...DEFAULTS, inactive_days: 60, [path]: value });
    await expect(changes).rejects.toMatchObject({ code: "invalid", fields: [{ path, message }] });
    forgetSettings();
    expect(await criteria()).toEqual(DEFAULTS);
  });

  it("names the variable that fixes one, at the field, and takes it as it stands", async () => {
    process.env.ANALYSIS_STATIC_DAYS = "45";
    forgetSettings();
    await expect(changeCriteria(operator, DEFAULTS)).rejects.toMatchObject({
      code: "invalid",
      fields: [{ path: "static_days", message: expect.stringContaining("environment variable ANALYSIS_STATIC_DAYS") }],
    });
    expect(await changeCriteria(operator, { ...DEFAULTS, static_days: 45, low_connections: 5 })).toMatchObject({
      ...{ static_days: 45, low_connections: 5 },
    });
  });

  it("are no viewer's to change", async () => {
    const viewer: Actor = { ...operator, role: "viewer" };
    expect(await readCriteria(viewer)).toEqual(DEFAULTS);
    await expect(changeCriteria(viewer, DEFAULTS)).rejects.toMatchObject({ code: "forbidden" });
    await expect(changeCriteria(null, DEFAULTS)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(readCriteria(null)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
