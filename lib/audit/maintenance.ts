// What the audit log needs from time to time: its newest entry noted elsewhere, its oldest ones removed.
import { prisma, type Transaction } from "../db";
import { log as processLog } from "../log";
import { settings } from "../settings/queries";
import { appendSystemLog } from "../syslog/append";
import { type Link, signatureOf } from "./anchor";
import { lockHead, storeAnchor } from "./anchors";
import { sameMac } from "./chain";
import { auditKeys } from "./keys";
import { createChainCheck, type StoredAuditRecord } from "./verify";

const log = processLog.child({ source: "audit" });

/** Entries removed in one transaction: nobody can append meanwhile. */
const BATCH = 2_000;
const DAY_MS = 86_400_000;

/** Done every hour by each instance. @returns entries removed */
export async function maintainAudit(now = new Date()): Promise<number> {
  await noteHead();
  return trimAudit(now);
}

/**
 * Notes the newest entry in the system log and in the process log, whence it can be held against the chain later on.
 * Says so, as an error, when the one that was noted before is not there any more.
 */
export async function noteHead(): Promise<void> {
  const anchors = await prisma().auditAnchor.findMany();
  const head = anchors.find(({ kind }) => kind === "head");
  if (!head || head.entryId === 0n) return;
  const before = await lastNoted();
  if (before && !(await holds(before))) await missing(before);
  const details = { entry_id: `${head.entryId}`, mac: Buffer.from(head.mac).toString("hex") };
  log.info(details, "the newest entry of the audit log");
  if (before?.id === head.entryId && sameMac(before.mac, head.mac)) return;
  await appendSystemLog(prisma(), {
    level: "info",
    source: "audit",
    message: "Newest entry of the audit log",
    details,
  });
}

async function lastNoted(): Promise<Link | undefined> {
  const rows = await prisma().$queryRaw<{ entry_id: string; mac: string }[]>`
    SELECT details ->> 'entry_id' AS entry_id, details ->> 'mac' AS mac FROM system_log
    WHERE source = 'audit' AND level = 'info' AND details ->> 'entry_id' ~ '^\\d{1,18}$' AND details ? 'mac'
    ORDER BY id DESC LIMIT 1`;
  return rows[0] && { id: BigInt(rows[0].entry_id), mac: Buffer.from(rows[0].mac, "hex") };
}

async function holds({ id, mac }: Link): Promise<boolean> {
  const [entry, retention] = await Promise.all([
    prisma().auditLog.findUnique({ where: { id }, select: { mac: true } }),
    prisma().auditAnchor.findUnique({ where: { kind: "retention" } }),
  ]);
  return entry ? sameMac(entry.mac, mac) : retention !== null && retention.entryId >= id;
}

async function missing({ id, mac }: Link): Promise<void> {
  const details = { entry_id: `${id}`, mac: Buffer.from(mac).toString("hex") };
  const message = "An entry that was the newest one is no longer in the audit log: npm run audit:verify says more";
  log.error(details, message);
  await appendSystemLog(prisma(), { level: "error", source: "audit", message, details });
}

/**
 * Removes the entries older than `audit_retention_days`: the oldest ones in a row, so that what stays is a chain still, and
 * leaves a signed anchor in their place. An old entry behind a younger one, written by a wrong clock, waits for it.
 * @returns how many were removed
 */
export async function trimAudit(now: Date): Promise<number> {
  const { audit_retention_days: days } = await settings();
  for (let removed = 0; ; ) {
    const batch = await prisma().$transaction((transaction) => trimBatch(transaction, { days, now }), {
      timeout: 30_000,
    });
    removed += batch;
    if (batch < BATCH) return removed;
  }
}

async function trimBatch(transaction: Transaction, { days, now }: { days: number; now: Date }): Promise<number> {
  await lockHead(transaction);
  // Of two clocks the slower one is believed: what is removed too early is gone.
  const [clock] = await transaction.$queryRaw<{ now: Date }[]>`SELECT now() AS now`;
  const present = Math.min(now.getTime(), clock?.now.getTime() ?? 0);
  const rows = await transaction.auditLog.findMany({
    orderBy: { id: "asc" },
    take: BATCH,
  });
  const old = oldestOf(rows, { before: present - days * DAY_MS, present });
  const last = old.at(-1);
  if (!last) return 0;
  await tellProblems(transaction, old, last);
  await transaction.auditLog.deleteMany({ where: { id: { lte: last.id } } });
  await storeAnchor(transaction, "retention", last);
  return old.length;
}

/**
 * The entries at the beginning up to the last one from before a time, as far as none of them is younger. One from the
 * future was written by a wrong clock and goes with those around it. Pure.
 */
function oldestOf<Entry extends { createdAt: Date }>(
  entries: readonly Entry[],
  { before, present }: { before: number; present: number },
): Entry[] {
  const young = entries.findIndex(({ createdAt }) => createdAt.getTime() >= before && createdAt.getTime() <= present);
  const beginning = young === -1 ? entries : entries.slice(0, young);
  return beginning.slice(0, beginning.findLastIndex(({ createdAt }) => createdAt.getTime() < before) + 1);
}

/** What is removed cannot be checked any more: what is wrong with it is said before. */
async function tellProblems(transaction: Transaction, old: StoredAuditRecord[], last: Link): Promise<void> {
  const keys = auditKeys();
  const row = await transaction.auditAnchor.findUnique({ where: { kind: "retention" } });
  const retention = row && { id: row.entryId, mac: row.mac, signature: row.signature };
  const head = { ...last, signature: signatureOf(keys.anchor, "head", last) };
  const check = createChainCheck(keys, { head, retention });
  for (const entry of old) check.take(entry);
  const { problemCount, problems } = check.end();
  if (problemCount === 0) return;
  const message = "Entries of the audit log that were removed by age were not what was written";
  const found = problems.map(({ kind, id }) => `${kind} ${id}`);
  await appendSystemLog(transaction, { level: "error", source: "audit", message, details: { problems: found } });
}
