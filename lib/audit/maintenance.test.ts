import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool, prisma } from "../db";
import { forgetSettings } from "../settings/queries";
import { storeAnchor } from "./anchors";
import { appendAudit } from "./append";
import { macOf } from "./chain";
import { auditKeys } from "./keys";
import { maintainAudit, noteHead, trimAudit } from "./maintenance";
import { verifyChain } from "./verification";

useDatabase();
beforeEach(async () => {
  await pool().query("TRUNCATE audit_log, audit_anchor, system_log, settings");
  forgetSettings();
});

const actor = { login: "anna", userId: null, sessionId: null, ip: null, userAgent: null };
const DAY_MS = 86_400_000;
const append = () => prisma().$transaction((transaction) => appendAudit(transaction, actor, { eventType: "export" }));
const messages = async (level: string) =>
  (await prisma().systemLog.findMany({ where: { source: "audit", level } })).map(({ message }) => message);

/** A chain whose entries are so many days old, oldest first, as it would have been written then. */
async function chainOfAges(days: readonly number[], now: number) {
  await pool().query("TRUNCATE audit_log, audit_anchor");
  await append();
  const [first] = await prisma().auditLog.findMany();
  if (!first) throw new Error("nothing was appended");
  await pool().query("TRUNCATE audit_log");
  let previousMac = new Uint8Array(32);
  await prisma().$transaction(async (transaction) => {
    for (const age of days) {
      const { id: _id, mac: _mac, details: _details, ...record } = { ...first, previousMac };
      const dated = { ...record, createdAt: new Date(now - age * DAY_MS), details: {} };
      const mac = macOf(auditKeys().chain, previousMac, dated);
      const { id } = await transaction.auditLog.create({ data: { ...dated, mac }, select: { id: true } });
      await storeAnchor(transaction, "head", { id, mac });
      previousMac = mac;
    }
  });
}

describe("trimAudit", () => {
  it("removes what is too old, keeps the chain, and takes a changed setting at once", async () => {
    const now = Date.now();
    await chainOfAges([100, 95, 91, 89, 20, 1], now);
    expect(await trimAudit(new Date(now))).toBe(3);
    expect(await verifyChain()).toMatchObject({ entries: 3, problemCount: 0 });
    await prisma().setting.create({ data: { key: "audit_retention_days", value: 10 } });
    forgetSettings();
    expect(await trimAudit(new Date(now))).toBe(2);
    expect(await trimAudit(new Date(now))).toBe(0);
    expect(await verifyChain()).toMatchObject({ entries: 1, problemCount: 0 });
  });

  it("never breaks the chain, whenever it comes, and when nothing is left", async () => {
    const ages = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(ages, fc.boolean(), async (days, goesOn) => {
        const now = Date.now();
        await chainOfAges(days, now);
        const kept = days.slice(
          Math.max(
            days.findIndex((age) => age < 90),
            0,
          ),
        );
        const expected = days.some((age) => age < 90) ? kept.length : 0;
        expect(await trimAudit(new Date(now + 1))).toBe(days.length - expected);
        if (goesOn) await append();
        expect(await verifyChain()).toMatchObject({ entries: expected + (goesOn ? 1 : 0), problemCount: 0 });
      }),
      { numRuns: 25 },
    );
  });

  it("believes no clock that runs ahead of the database's", async () => {
    await chainOfAges([50, 1], Date.now());
    expect(await trimAudit(new Date(Date.now() + 1_000 * DAY_MS))).toBe(0);
  });

  it("is held up by no entry that a wrong clock dated into the future", async () => {
    const now = Date.now();
    await chainOfAges([120, -400, 110, 80, -300, 1], now);
    expect(await trimAudit(new Date(now))).toBe(3);
    await chainOfAges([-400, -300], now);
    expect(await trimAudit(new Date(now))).toBe(0);
    expect(await verifyChain()).toMatchObject({ entries: 2, problemCount: 0 });
  });

  it("says what was wrong with entries that it removes", async () => {
    const now = Date.now();
    await chainOfAges([120, 110, 100, 1], now);
    const [, second] = await prisma().auditLog.findMany({ orderBy: { id: "asc" } });
    await pool().query("UPDATE audit_log SET actor = 'boris' WHERE id = $1", [second?.id]);
    expect(await trimAudit(new Date(now))).toBe(3);
    const [told] = await prisma().systemLog.findMany({ where: { source: "audit" } });
    expect(told).toMatchObject({ level: "error", details: { problems: [`changed ${second?.id}`] } });
  });
});

describe("noteHead", () => {
  it("notes each newest entry once, and the check holds it against the log", async () => {
    await noteHead();
    expect(await messages("info")).toEqual([]);
    await append();
    await noteHead();
    await noteHead();
    await append();
    await noteHead();
    expect(await messages("info")).toHaveLength(2);
    expect(await verifyChain()).toMatchObject({ entries: 2, problemCount: 0 });
  });

  it("says within the hour, and the check ever after, that a noted entry is gone with the head", async () => {
    await append();
    await noteHead();
    const [former] = await prisma().auditAnchor.findMany();
    await append();
    await noteHead();
    const [, lost] = await prisma().auditLog.findMany({ orderBy: { id: "asc" } });
    await pool().query("DELETE FROM audit_log WHERE id = $1", [lost?.id]);
    await prisma().auditAnchor.updateMany({ data: { ...former } });
    await append();
    expect((await verifyChain()).problems).toEqual([{ kind: "rolled_back", id: lost?.id }]);
    await noteHead();
    expect(await messages("error")).toEqual([expect.stringContaining("no longer in the audit log")]);
  });

  it("misses nothing that retention removed", async () => {
    const now = Date.now();
    await chainOfAges([120], now);
    await noteHead();
    expect(await maintainAudit(new Date(now))).toBe(1);
    await append();
    await noteHead();
    expect(await messages("error")).toEqual([]);
    expect(await verifyChain()).toMatchObject({ entries: 1, problemCount: 0 });
  });
});
