import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { prisma } from "../db";
import { appendAudit, auditKey } from "./append";
import { type AuditRecord, CHAIN_START, macOf } from "./chain";
import { type StoredAuditRecord, verifyChain } from "./verify";

useDatabase();

const actor = { login: "anna", userId: null, sessionId: null, ip: "192.0.2.1", userAgent: "test" };
const append = (eventType: string, details = {}) =>
  prisma().$transaction((transaction) => appendAudit(transaction, actor, { eventType, details }));
const stored = () => prisma().auditLog.findMany({ orderBy: { id: "asc" } });

describe("appendAudit", () => {
  it("writes a chain that holds, whatever the details", async () => {
    await append("server_created", {
      b: 1,
      a: { d: [1.5, "ü", null, { z: 1, y: 2 }], c: true },
      large: 1e21,
      gone: undefined,
    });
    await append("login_success");
    const entries = await stored();
    expect(verifyChain(entries, auditKey())).toMatchObject({ ok: true, entries: entries.length });
    expect(entries[0]).toMatchObject({ actor: "anna", ipAddress: "192.0.2.1", previousMac: CHAIN_START });
  });

  it("keeps one chain when many append at the same time", async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => append("refresh", { index })));
    expect(verifyChain(await stored(), auditKey())).toMatchObject({ ok: true });
  });

  it("refuses to append outside of a transaction, where two could grow from one entry", async () => {
    await expect(appendAudit(prisma(), actor, { eventType: "export" })).rejects.toThrow("needs a transaction");
  });

  it("leaves nothing of a transaction that is undone", async () => {
    const before = await stored();
    const undone = prisma().$transaction(async (transaction) => {
      await appendAudit(transaction, actor, { eventType: "server_deleted" });
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    await append("login_success");
    const entries = await stored();
    expect(entries).toHaveLength(before.length + 1);
    expect(verifyChain(entries, auditKey())).toMatchObject({ ok: true });
  });
});

const KEY = new Uint8Array(32).fill(7);

/** A chain of `length` entries, without a database. */
function chain(length: number): StoredAuditRecord[] {
  const entries: StoredAuditRecord[] = [];
  for (let index = 0; index < length; index += 1) {
    const record: AuditRecord = {
      createdAt: new Date(1_790_000_000_000 + index),
      eventType: `event_${index}`,
      actor: "anna",
      userId: null,
      ipAddress: null,
      userAgent: null,
      sessionId: null,
      targetKind: null,
      targetId: String(index),
      targetName: null,
      details: { index },
    };
    const previousMac = entries.at(-1)?.mac ?? CHAIN_START;
    entries.push({ ...record, id: BigInt(index + 1), previousMac, mac: macOf(KEY, previousMac, record) });
  }
  return entries;
}

describe("verifyChain", () => {
  const entries = chain(6);
  const last = entries.at(-1)?.mac ?? CHAIN_START;
  const changed = (at: number, change: Partial<StoredAuditRecord>) =>
    entries.map((entry, index) => (index === at ? { ...entry, ...change } : entry));

  it.each([
    ["untouched", entries, { ok: true, entries: 6, last }],
    ["another actor", changed(2, { actor: "boris" }), { ok: false, problem: "changed", id: 3n }],
    ["other details", changed(3, { details: { index: 4 } }), { ok: false, problem: "changed", id: 4n }],
    ["another time", changed(0, { createdAt: new Date(0) }), { ok: false, problem: "changed", id: 1n }],
    ["an entry removed", entries.toSpliced(2, 1), { ok: false, problem: "gap", id: 4n }],
    ["the first removed", entries.slice(1), { ok: false, problem: "gap", id: 2n }],
    [
      "two swapped",
      [...entries.slice(0, 2), ...entries.slice(2, 4).reverse(), ...entries.slice(4)],
      { ok: false, problem: "gap", id: 4n },
    ],
    ["the last cut off", entries.slice(0, -1), { ok: false, problem: "cut" }],
  ])("%s", (_case, given, finding) => {
    expect(verifyChain(given, KEY, { last })).toEqual(finding);
  });

  it("checks what is left after retention against its anchor", () => {
    const [first, second, ...rest] = entries;
    expect(first && second && verifyChain(rest, KEY, { after: second.mac })).toMatchObject({ ok: true, entries: 4 });
  });

  it("finds an entry written without the key", () => {
    const forged = chain(6).map((entry, index) =>
      index === 5 ? { ...entry, mac: macOf(CHAIN_START, entry.previousMac, entry) } : entry,
    );
    expect(verifyChain(forged, KEY)).toEqual({ ok: false, problem: "changed", id: 6n });
  });
});

describe("macOf", () => {
  const [record] = chain(1);
  it("does not depend on the order of keys, as jsonb does not keep it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (details) => {
        if (!record) return;
        const turned = Object.fromEntries(Object.entries(details).reverse());
        expect(macOf(KEY, CHAIN_START, { ...record, details })).toEqual(
          macOf(KEY, CHAIN_START, { ...record, details: turned }),
        );
      }),
    );
  });
});
