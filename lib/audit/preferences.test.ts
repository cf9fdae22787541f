// A server of one's own may prefer another time zone and style: what initdb takes from the machine is seldom UTC.
import type pg from "pg";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool, prisma } from "../db";
import { appendAudit } from "./append";
import { verifyChain } from "./verification";

useDatabase();
const shared = globalThis as {
  dozorPool?: pg.Pool | undefined;
  dozorPrisma?: { $disconnect(): Promise<void> } | undefined;
};

/** New connections hold to what the database was told last. */
async function reconnect(): Promise<void> {
  await shared.dozorPrisma?.$disconnect();
  await shared.dozorPool?.end();
  shared.dozorPrisma = undefined;
  shared.dozorPool = undefined;
}

describe.each([
  { zone: "Europe/Moscow", style: "German, DMY" },
  { zone: "America/New_York", style: "SQL, DMY" },
  { zone: "Asia/Kathmandu", style: "ISO, MDY" },
])("on a database in $zone with the style $style", ({ zone, style }) => {
  beforeEach(async () => {
    const { rows } = await pool().query<{ name: string }>("SELECT quote_ident(current_database()) AS name");
    await pool().query(`ALTER DATABASE ${rows[0]?.name} SET TimeZone = '${zone}'`);
    await pool().query(`ALTER DATABASE ${rows[0]?.name} SET DateStyle = '${style}'`);
    await reconnect();
  });

  it("times are stored and read as they are, on every connection", async () => {
    const until = new Date("2026-03-04T05:06:07.089Z");
    const stored = await Promise.all(
      Array.from({ length: 4 }, async (_, i) => {
        const name = `${zone} ${i}`;
        const read = await prisma().lease.create({ data: { name, holder: "somebody", until } });
        const { rows } = await pool().query(
          "SELECT (extract(epoch FROM until) * 1000)::float8 AS ms, until FROM lease WHERE name = $1",
          [name],
        );
        return [read.until, new Date(rows[0].ms), rows[0].until];
      }),
    );
    expect(stored.flat()).toEqual(Array.from({ length: 12 }, () => until));
  });

  it("the audit log holds, and tells when something was", async () => {
    const actor = { login: "anna", userId: null, sessionId: null, ip: null, userAgent: null };
    await prisma().$transaction((transaction) => appendAudit(transaction, actor, { eventType: "export" }));
    expect(await verifyChain()).toMatchObject({ problemCount: 0 });
    const { _max } = await prisma().auditLog.aggregate({ _max: { createdAt: true } });
    expect(Math.abs(Date.now() - (_max.createdAt?.getTime() ?? 0))).toBeLessThan(60_000);
  });
});
