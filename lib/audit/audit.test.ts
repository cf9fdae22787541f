import { PrismaPg } from "@prisma/adapter-pg";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool, prisma } from "../db";
import { PrismaClient } from "../generated/prisma/client";
import { adoptAuditLog, appendAudit } from "./append";
import { CHAIN_START } from "./chain";
import { verifyAgainst, verifyChain } from "./verification";

const database = useDatabase();
beforeEach(async () => {
  await pool().query("TRUNCATE audit_log, audit_anchor, system_log");
});

const actor = { login: "anna", userId: null, sessionId: null, ip: "192.0.2.1", userAgent: "test" };
const append = (eventType: string, details = {}) =>
  prisma().$transaction((transaction) => appendAudit(transaction, actor, { eventType, details }));
const appendMany = async (count: number) => {
  for (let index = 0; index < count; index += 1) await append("refresh", { index });
};
const stored = () => prisma().auditLog.findMany({ orderBy: { id: "asc" } });
const idAt = async (index: number) => (await stored()).at(index)?.id ?? 0n;
const complaints = async () =>
  (await prisma().systemLog.findMany({ where: { source: "audit" } })).map((row) => row.message);

describe("appendAudit", () => {
  it("writes a chain that holds, whatever the details", async () => {
    const details = { b: 1, a: { d: [1.5, "ü", null, { z: 1, y: 2 }], c: true }, large: 1e21, gone: undefined };
    await append("server_created", details);
    await append("login_success");
    const [first, second] = await stored();
    expect(first).toMatchObject({ actor: "anna", ipAddress: "192.0.2.1", previousMac: CHAIN_START });
    expect(await verifyChain()).toEqual({
      entries: 2,
      newest: { id: second?.id, mac: Buffer.from(second?.mac ?? []) },
      problemCount: 0,
      problems: [],
    });
  });

  it("keeps one chain when two instances append at the same time, from the very first entry on", async () => {
    const other = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.url }) });
    const appendWith = (client: Pick<PrismaClient, "$transaction">, index: number) =>
      client.$transaction(
        (transaction) => appendAudit(transaction, actor, { eventType: "refresh", details: { index } }),
        {
          maxWait: 20_000,
          timeout: 20_000,
        },
      );
    await Promise.all(Array.from({ length: 60 }, (_, index) => appendWith(index % 2 ? other : prisma(), index)));
    await other.$disconnect();
    expect(await verifyChain()).toMatchObject({ entries: 60, problemCount: 0 });
  });

  it("refuses to append outside of a transaction, where two could grow from one entry", async () => {
    await expect(appendAudit(prisma(), actor, { eventType: "export" })).rejects.toThrow("needs a transaction");
  });

  it("goes on from a log of a version without heads, as one that holds", async () => {
    await appendMany(3);
    await pool().query("TRUNCATE audit_anchor");
    const adopt = (applied: string[]) => prisma().$transaction((transaction) => adoptAuditLog(transaction, applied));
    await adopt(["0006_similar_logins"]);
    expect(await verifyChain()).toMatchObject({ entries: 3, problems: [{ kind: "anchor" }] });
    await adopt(["0005_accounts", "0006_similar_logins"]);
    expect(await verifyChain()).toMatchObject({ entries: 3, problemCount: 0 });
    await append("logout");
    await adopt(["0005_accounts"]);
    expect(await verifyChain()).toMatchObject({ entries: 4, problemCount: 0 });
    expect(await complaints()).toEqual([]);
  });

  it("leaves nothing of a transaction that is undone", async () => {
    await append("login_success");
    const undone = prisma().$transaction(async (transaction) => {
      await appendAudit(transaction, actor, { eventType: "server_deleted" });
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    await append("login_success");
    expect(await verifyChain()).toMatchObject({ entries: 2, problemCount: 0 });
  });
});

describe("a chain that somebody with access to the database tampered with", () => {
  const found = async () => (await verifyChain()).problems;

  it("shows a changed row, and one that was taken out of the middle", async () => {
    await appendMany(6);
    const [second, fourth, fifth] = [await idAt(1), await idAt(3), await idAt(4)];
    await pool().query("UPDATE audit_log SET actor = 'boris' WHERE id = $1", [second]);
    await pool().query("DELETE FROM audit_log WHERE id = $1", [fourth]);
    expect(await found()).toEqual([
      { kind: "changed", id: second },
      { kind: "gap", id: fifth },
    ]);
  });

  it("shows rows that were cut off the end, also after more were appended", async () => {
    await appendMany(4);
    const last = await idAt(-1);
    await pool().query("DELETE FROM audit_log WHERE id >= $1", [await idAt(-2)]);
    expect(await found()).toEqual([{ kind: "cut", id: last }]);
    await append("login_success");
    expect(await found()).toEqual([{ kind: "gap", id: await idAt(-1) }]);
  });

  it("shows a head that was moved by somebody else, and signs nothing for them", async () => {
    await appendMany(4);
    const [second, last] = [await idAt(1), await idAt(-1)];
    await pool().query("DELETE FROM audit_log WHERE id > $1", [second]);
    await pool().query(
      "UPDATE audit_anchor SET entry_id = $1, mac = (SELECT mac FROM audit_log WHERE id = $1) WHERE kind = 'head'",
      [second],
    );
    expect(await found()).toEqual([{ kind: "anchor", id: second }]);
    await append("login_success");
    expect(await idAt(-1)).toBeGreaterThan(last);
    expect(await found()).toEqual([{ kind: "gap", id: await idAt(-1) }]);
    expect(await complaints()).toEqual([expect.stringContaining("was not written by this Dozor")]);
  });

  it("shows a head that is gone, and says so when the log goes on", async () => {
    await appendMany(2);
    await pool().query("DELETE FROM audit_anchor");
    expect(await found()).toEqual([{ kind: "anchor", id: await idAt(-1) }]);
    await append("login_success");
    expect(await found()).toEqual([]);
    expect(await complaints()).toEqual([expect.stringContaining("had no head")]);
  });

  it("shows a whole log and head rolled back to former ones, by what was noted elsewhere", async () => {
    await appendMany(2);
    const head = "SELECT * FROM audit_anchor WHERE kind = 'head'";
    const { rows } = await pool().query(head);
    await appendMany(2);
    const [lost] = (await pool().query(head)).rows;
    await pool().query("DELETE FROM audit_log WHERE id > $1", [rows[0].entry_id]);
    await pool().query("UPDATE audit_anchor SET entry_id = $1, mac = $2, signature = $3", [
      rows[0].entry_id,
      rows[0].mac,
      rows[0].signature,
    ]);
    expect(await found()).toEqual([]);
    const expected = { id: BigInt(lost.entry_id), mac: lost.mac };
    expect((await verifyAgainst([expected])).problems).toEqual([{ kind: "rolled_back", id: expected.id }]);
  });
});
