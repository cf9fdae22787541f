// The anchors as they are stored: read, locked, moved.
import type { Transaction } from "../db";
import { appendSystemLog } from "../syslog/append";
import { type Anchor, type AnchorKind, BROKEN_LINK, FIRST_LINK, isSigned, type Link, signatureOf } from "./anchor";
import { auditKeys } from "./keys";

/** "audit" as a number: the lock under which the first head is made. */
const FIRST_HEAD_LOCK = 0x6175646974n;

/** An anchor's row as PostgreSQL gives it. */
export interface AnchorRow {
  entry_id: bigint | string;
  mac: Uint8Array;
  signature: Uint8Array;
}

export const anchorOf = (row: AnchorRow): Anchor => ({
  id: BigInt(row.entry_id),
  mac: new Uint8Array(row.mac),
  signature: new Uint8Array(row.signature),
});

/**
 * The link that the next entry follows. From here to the end of the transaction no one else can append, on any instance.
 * It is read from the head, not from the newest row: what was cut off the end stays missed.
 */
export async function lockHead(transaction: Transaction): Promise<Link> {
  const head = (await selectHead(transaction)) ?? (await firstHead(transaction, { expected: false }));
  if (isSigned(auditKeys().anchor, "head", head)) return head;
  await complain(
    transaction,
    "The head of the audit log was not written by this Dozor: npm run audit:verify says more",
    {
      entry_id: `${head.id}`,
    },
  );
  return BROKEN_LINK;
}

/** Signs the newest entry as the head of a log from before there were heads: once, when the table for them has just come. */
export async function beginHead(transaction: Transaction): Promise<void> {
  if (!(await selectHead(transaction))) await firstHead(transaction, { expected: true });
}

/** Signs and stores an anchor; only who holds the head's lock may. */
export async function storeAnchor(transaction: Transaction, kind: AnchorKind, link: Link): Promise<void> {
  const [id, mac] = [link.id, Buffer.from(link.mac)];
  const signature = Buffer.from(signatureOf(auditKeys().anchor, kind, link));
  await transaction.$executeRaw`
    INSERT INTO audit_anchor (kind, entry_id, mac, signature) VALUES (${kind}, ${id}, ${mac}, ${signature})
    ON CONFLICT (kind) DO UPDATE
      SET entry_id = excluded.entry_id, mac = excluded.mac, signature = excluded.signature, updated_at = now()`;
}

async function selectHead(transaction: Transaction): Promise<Anchor | undefined> {
  const rows = await transaction.$queryRaw<AnchorRow[]>`
    SELECT entry_id, mac, signature FROM audit_anchor WHERE kind = 'head' FOR UPDATE`;
  return rows[0] && anchorOf(rows[0]);
}

/** Where there is no head: of an empty log, of one from before there were heads, or because somebody took it away. */
async function firstHead(transaction: Transaction, { expected }: { expected: boolean }): Promise<Anchor> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_HEAD_LOCK})`;
  const made = await selectHead(transaction);
  if (made) return made;
  const tail = await transaction.auditLog.findFirst({ orderBy: { id: "desc" }, select: { id: true, mac: true } });
  const retained = await transaction.auditAnchor.findUnique({ where: { kind: "retention" } });
  const link = tail ?? (retained && { id: retained.entryId, mac: retained.mac }) ?? FIRST_LINK;
  await storeAnchor(transaction, "head", link);
  const head = await selectHead(transaction);
  if (!head) throw new Error("The head of the audit log cannot be stored");
  const message = "The audit log had no head; it goes on from its newest entry";
  if (link.id > 0n && !expected) await complain(transaction, message, { entry_id: `${link.id}` });
  return head;
}

async function complain(transaction: Transaction, message: string, details: Record<string, string>): Promise<void> {
  await appendSystemLog(transaction, { level: "error", source: "audit", message, details });
}
