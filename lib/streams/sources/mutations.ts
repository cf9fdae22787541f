// What people do with sources of streams.
import { appendAudit } from "../../audit/append";
import { prisma, type Transaction } from "../../db";
import { AppError } from "../../errors";
import { requireMatch } from "../../etag";
import { encrypt } from "../../secrets";
import { type Actor, requirePermission } from "../../users/permissions";
import type { SourceChanges, SourceInput, StreamSource } from "../source-schema";
import { type Merged, mergeSource } from "./merge";
import { editableOf, findSource } from "./queries";
import { lockChannels, renameChannels } from "./rename";
import { passwordPlace, readSource } from "./rows";

const MOST_SOURCES = 100;

interface IfMatch {
  ifMatch?: string | null;
}

/** @throws AppError unauthenticated, forbidden, conflict (name taken, too many) */
export async function createSource(actor: Actor | null, input: SourceInput): Promise<StreamSource> {
  requirePermission(actor, "streams:write");
  return prisma()
    .$transaction(async (transaction) => {
      await lockSources(transaction);
      if ((await transaction.streamSource.count()) >= MOST_SOURCES)
        throw new AppError("conflict", `There are ${MOST_SOURCES} sources already; delete one that is not used.`);
      const { name, url, username, interval_seconds: intervalSeconds, enabled, password } = input;
      const data = { name, url, username, intervalSeconds, enabled, createdBy: actor.login };
      // The place that a secret is sealed for holds the row's number, which is known only now.
      const { id } = await transaction.streamSource.create({ data, select: { id: true } });
      if (password) await transaction.streamSource.update({ where: { id }, data: { password: sealed(password, id) } });
      const details = { url, username, interval_seconds: intervalSeconds, enabled, has_secret: Boolean(password) };
      await appendAudit(transaction, actor, {
        eventType: "stream_source_created",
        target: targetOf(id, name),
        details,
      });
      await wake(transaction);
      return findSource(transaction, id);
    })
    .catch(refuseTakenName);
}

/**
 * Changes a source; its channels take its new name. It is polled at once.
 * @throws AppError unauthenticated, forbidden, not_found, precondition_failed, conflict (name taken)
 */
export async function updateSource(
  actor: Actor | null,
  id: number,
  changes: SourceChanges,
  { ifMatch }: IfMatch = {},
): Promise<StreamSource> {
  requirePermission(actor, "streams:write");
  return prisma()
    .$transaction(async (transaction) => {
      if (changes.name !== undefined) await lockChannels(transaction, id);
      const shown = await findSource(transaction, id, { lock: true });
      requireMatch(ifMatch, editableOf(shown));
      const stored = await readSource(transaction, id);
      const merged = mergeSource(stored, changes);
      if (!stored || !merged) return shown;
      const details = changesOf(shown, changes, merged);
      if (Object.keys(details).length === 0) return shown;
      const { name = shown.name, interval_seconds: intervalSeconds, enabled } = changes;
      const { url, username } = merged;
      const isElsewhere = url !== shown.url && { answeredAt: null, failures: 0, error: null, errorCode: null };
      const password = merged.password.is === "stored" ? stored.password : sealedOf(merged, id);
      const given = { name, url, username, password, ...(intervalSeconds && { intervalSeconds }) };
      const data = { ...given, ...(enabled !== undefined && { enabled }), ...isElsewhere };
      await transaction.streamSource.update({
        where: { id },
        data: { ...data, polledAt: null, updatedAt: new Date() },
      });
      if (name !== shown.name) await renameChannels(transaction, { id, from: shown.name, to: name });
      const target = targetOf(id, shown.name);
      await appendAudit(transaction, actor, { eventType: "stream_source_updated", target, details });
      await wake(transaction);
      return findSource(transaction, id);
    })
    .catch(refuseTakenName);
}

/**
 * Removes a source; its channels stay with what is known of them, and fall silent.
 * @throws AppError unauthenticated, forbidden, not_found, precondition_failed
 */
export async function deleteSource(actor: Actor | null, id: number, { ifMatch }: IfMatch = {}): Promise<void> {
  requirePermission(actor, "streams:write");
  await prisma().$transaction(async (transaction) => {
    await lockChannels(transaction, id);
    const source = await findSource(transaction, id, { lock: true });
    requireMatch(ifMatch, editableOf(source));
    const { name, url, channels } = source;
    await transaction.$executeRaw`
      SELECT pg_notify('dozor_stream', id || ':changed') FROM channels WHERE source_id = ${id}`;
    await transaction.streamSource.delete({ where: { id } });
    const details = { url, channels };
    await appendAudit(transaction, actor, { eventType: "stream_source_deleted", target: targetOf(id, name), details });
  });
}

const sealed = (plain: string, id: number): string => encrypt(plain, passwordPlace(id));

const sealedOf = ({ password }: Merged, id: number): string | null =>
  password.is === "new" ? sealed(password.plain, id) : null;

const targetOf = (id: number, name: string) => ({ kind: "stream_source", id: String(id), name });

/** Old and new by field. */
function changesOf(shown: StreamSource, { name, interval_seconds, enabled }: SourceChanges, merged: Merged) {
  const { url, username, password } = merged;
  const wanted = { name, url, username, interval_seconds, enabled };
  const changed = Object.entries(wanted).flatMap(([field, value]) => {
    const old = shown[field as keyof typeof wanted];
    return value === undefined || value === old ? [] : [[field, { old, new: value }] as const];
  });
  const isOther = password.is === "new" || (password.is === "none" && shown.has_secret);
  return { ...Object.fromEntries(changed), ...(isOther && { password: "changed" }) };
}

/** Whoever else stores a source waits until the end of the transaction; readers do not. */
async function lockSources(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`LOCK TABLE stream_sources IN SHARE ROW EXCLUSIVE MODE`;
}

/** The loop looks at once. */
async function wake(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`SELECT pg_notify('dozor_stream_due', '')`;
}

function refuseTakenName(error: unknown): never {
  if ((error as { code?: string }).code !== "P2002") throw error;
  const message = "Another source has this name.";
  throw new AppError("conflict", message, { fields: [{ path: "name", message, rule: "taken" }] });
}
