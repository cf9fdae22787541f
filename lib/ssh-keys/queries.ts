// SSH keys as they are read: the private part stays where it is.
import { appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { etagOf } from "../etag";
import { type Actor, requirePermission } from "../users/permissions";
import type { KeyServer, SshKey } from "./schema";

interface KeyRow extends Omit<SshKey, "created_at"> {
  created_at: Date;
}

/** Everything but `private_key`, which no reader asks for. */
const COLUMNS = `k.id, k.name, k.description, k.fingerprint, k.key_type, k.bits, k.public_key, k.has_passphrase,
  (SELECT count(*)::int FROM servers s WHERE s.ssh_key_id = k.id) AS servers_count, k.created_at, k.created_by`;

const keyOf = (row: KeyRow): SshKey => ({ ...row, created_at: row.created_at.toISOString() });

/** All keys by name. @throws AppError unauthenticated, forbidden */
export async function listKeys(actor: Actor | null): Promise<SshKey[]> {
  requirePermission(actor, "ssh_keys:read");
  const rows = await prisma().$queryRawUnsafe<KeyRow[]>(
    `SELECT ${COLUMNS} FROM ssh_keys k ORDER BY lower(k.name), k.name`,
  );
  return rows.map(keyOf);
}

/** @throws AppError unauthenticated, forbidden, not_found */
export async function keyById(actor: Actor | null, id: number): Promise<SshKey> {
  requirePermission(actor, "ssh_keys:read");
  return findKey(prisma(), id);
}

/**
 * A key as the transaction sees it; with `lock` nobody else changes it, or begins to use it, until its end.
 * @throws AppError not_found
 */
export async function findKey(transaction: Transaction, id: number, { lock = false } = {}): Promise<SshKey> {
  const [row] = await transaction.$queryRawUnsafe<KeyRow[]>(
    `SELECT ${COLUMNS} FROM ssh_keys k WHERE k.id = $1 ${lock ? "FOR UPDATE OF k" : ""}`,
    id,
  );
  if (!row) throw new AppError("not_found", "There is no such SSH key.");
  return keyOf(row);
}

/** The servers that use a key, by name. @throws AppError unauthenticated, forbidden, not_found */
export async function keyServers(actor: Actor | null, id: number): Promise<KeyServer[]> {
  requirePermission(actor, "ssh_keys:read");
  await findKey(prisma(), id);
  return serversOf(prisma(), id);
}

/** The names of the servers that use each key, by its id. @throws AppError unauthenticated, forbidden */
export async function serversByKey(actor: Actor | null): Promise<ReadonlyMap<number, string[]>> {
  requirePermission(actor, "ssh_keys:read");
  const rows = await prisma().$queryRaw<{ id: number; names: string[] }[]>`
    SELECT ssh_key_id AS id, array_agg(name ORDER BY name) AS names FROM servers WHERE ssh_key_id IS NOT NULL GROUP BY 1`;
  return new Map(rows.map(({ id, names }) => [id, names]));
}

/** The servers that use a key, as the transaction sees them. */
export async function serversOf(transaction: Transaction, id: number): Promise<KeyServer[]> {
  return transaction.$queryRaw<KeyServer[]>`
    SELECT id, name, coalesce(ssh_host, pg_host) AS host FROM servers WHERE ssh_key_id = ${id} ORDER BY name`;
}

/** A file for whoever puts the key on a machine. */
export interface PublicKeyFile {
  name: string;
  /** One line, as in `id_ed25519.pub`. */
  text: string;
}

/** The public part as a file; who took it is noted in the audit log. @throws AppError unauthenticated, forbidden, not_found */
export async function publicKeyFile(actor: Actor | null, id: number): Promise<PublicKeyFile> {
  requirePermission(actor, "ssh_keys:read");
  return prisma().$transaction(async (transaction) => {
    const { name, fingerprint, public_key: text } = await findKey(transaction, id);
    const target = { kind: "ssh_key", id: String(id), name };
    await appendAudit(transaction, actor, { eventType: "ssh_key_downloaded", target, details: { fingerprint } });
    return { name: `${name}.pub`, text: `${text}\n` };
  });
}

/** The entity tag under which a key is edited: that another server uses it meanwhile is no change of it. */
export const keyTag = (key: SshKey): string => etagOf(editableOf(key));

/** What of a key an edit overwrites. */
export const editableOf = ({ id, name, description }: SshKey) => ({ id, name, description });
