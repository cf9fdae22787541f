// What people do with SSH keys: make, bring, rename, delete.
import { appendAudit } from "../audit/append";
import { prisma, type Transaction } from "../db";
import { AppError, type FieldError } from "../errors";
import { requireMatch } from "../etag";
import { generateSshKey, type KeyFacts, readPrivateKey } from "../host/ssh/keys";
import { encrypt } from "../secrets";
import { type Actor, requirePermission } from "../users/permissions";
import { refusalOf } from "./key-refusal";
import { inTurn } from "./key-turns";
import { keyPlace } from "./place";
import { editableOf, findKey, serversOf } from "./queries";
import type { GenerateKey, ImportKey, KeyChanges, SshKey } from "./schema";

/**
 * Makes a key pair here; the private part never leaves.
 * @throws AppError unauthenticated, forbidden, conflict (name taken), invalid, too_many_requests
 */
export async function generateKey(actor: Actor | null, input: GenerateKey): Promise<SshKey> {
  requirePermission(actor, "ssh_keys:create");
  const { name, key_type: type, key_size: bits, passphrase } = input;
  await requireFreeName(prisma(), name);
  const wish = { type, ...(type === "rsa" && { bits }), ...(passphrase && { passphrase }), comment: commentOf(name) };
  const made = await inTurn(() => generateSshKey(wish));
  return store(actor, { ...input, ...made, eventType: "ssh_key_created" }); // audit: ssh_key_created
}

/** What `authorized_keys` on a machine tells of where a key is from: printable, without spaces. */
const commentOf = (name: string): string => `dozor-${name.replace(/[^\w.-]+/g, "-")}`;

/**
 * Takes a private key that exists already. One with a passphrase stays encrypted with it: the passphrase is tried, not kept.
 * @param field what names the key in refusals, where it did not come as `private_key`
 * @throws AppError unauthenticated, forbidden, conflict (name taken, the same key under another name), invalid (no key, wrong passphrase, …),
 *   too_many_requests
 */
export async function importKey(
  actor: Actor | null,
  { private_key: text, ...input }: ImportKey,
  { field = "private_key" } = {},
): Promise<SshKey> {
  requirePermission(actor, "ssh_keys:create");
  const read = await inTurn(() => readPrivateKey(text, input.passphrase || undefined)).catch((error: unknown) => {
    throw refusalOf(error, field);
  });
  const publicKey = `${read.publicKey.split(" ", 2).join(" ")} ${commentOf(input.name)}`;
  return store(actor, { ...input, ...read, publicKey, field, eventType: "ssh_key_imported" }); // audit: ssh_key_imported
}

interface NewKey extends KeyFacts {
  name: string;
  description?: string | null | undefined;
  privateKey: string;
  field?: string;
  eventType: "ssh_key_created" | "ssh_key_imported";
}

async function store(actor: Actor, key: NewKey): Promise<SshKey> {
  const { name, description = null, type: keyType, bits, fingerprint, publicKey, hasPassphrase } = key;
  return prisma().$transaction(async (transaction) => {
    await lockKeys(transaction);
    await requireFreeName(transaction, name);
    await requireNew(transaction, fingerprint, key.field ?? "private_key");
    const facts = { name, description, keyType, bits, fingerprint, publicKey, hasPassphrase, createdBy: actor.login };
    // The place that a secret is sealed for holds the row's number, which is known only now.
    const { id } = await transaction.sshKey.create({ data: { ...facts, privateKey: "" }, select: { id: true } });
    await transaction.sshKey.update({ where: { id }, data: { privateKey: encrypt(key.privateKey, keyPlace(id)) } });
    const details = { fingerprint, key_type: keyType, has_passphrase: hasPassphrase };
    await appendAudit(transaction, actor, { eventType: key.eventType, target: targetOf({ id, name }), details });
    return findKey(transaction, id);
  });
}

/** Whoever else stores or renames a key waits until the end of the transaction; readers do not. */
async function lockKeys(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`LOCK TABLE ssh_keys IN SHARE ROW EXCLUSIVE MODE`;
}

/** @throws AppError conflict */
async function requireFreeName(transaction: Transaction, name: string): Promise<void> {
  if ((await transaction.sshKey.count({ where: { name } })) === 0) return;
  const message = "Another SSH key has this name.";
  throw new AppError("conflict", message, { fields: [{ path: "name", message, rule: "taken" }] });
}

/** @throws AppError conflict that names the twin */
async function requireNew(transaction: Transaction, fingerprint: string, path: string): Promise<void> {
  const twin = await transaction.sshKey.findUnique({ where: { fingerprint }, select: { name: true } });
  if (!twin) return;
  const message = `This key is here already, under the name ${twin.name}.`;
  throw new AppError("conflict", message, {
    fields: [
      { path, message, rule: "duplicate" },
      { path: `twin.${twin.name}`, message: "is the same key", rule: "twin" },
    ],
  });
}

const targetOf = ({ id, name }: { id: number; name: string }) => ({ kind: "ssh_key", id: String(id), name });

/** Changes name or description. @throws AppError unauthenticated, forbidden, not_found, precondition_failed, conflict (name taken) */
export async function updateKey(
  actor: Actor | null,
  id: number,
  changes: KeyChanges,
  { ifMatch }: { ifMatch?: string | null } = {},
): Promise<SshKey> {
  requirePermission(actor, "ssh_keys:manage");
  return prisma().$transaction(async (transaction) => {
    await lockKeys(transaction);
    const key = await findKey(transaction, id, { lock: true });
    requireMatch(ifMatch, editableOf(key));
    const { name = key.name, description = key.description } = changes;
    if (name === key.name && description === key.description) return key;
    if (name !== key.name) await requireFreeName(transaction, name);
    await transaction.sshKey.update({ where: { id }, data: { name, description, updatedAt: new Date() } });
    const details = {
      ...(name !== key.name && { name: { from: key.name, to: name } }),
      ...(description !== key.description && { description: { from: key.description, to: description } }),
    };
    await appendAudit(transaction, actor, { eventType: "ssh_key_updated", target: targetOf({ id, name }), details });
    return findKey(transaction, id);
  });
}

/**
 * Deletes a key that no server uses.
 * @throws AppError unauthenticated, forbidden, not_found, precondition_failed, conflict that lists the servers as `servers.<name>`
 */
export async function deleteKey(
  actor: Actor | null,
  id: number,
  { ifMatch }: { ifMatch?: string | null } = {},
): Promise<void> {
  requirePermission(actor, "ssh_keys:manage");
  await prisma().$transaction(async (transaction) => {
    await lockKeys(transaction);
    const key = await findKey(transaction, id, { lock: true });
    requireMatch(ifMatch, editableOf(key));
    const names = (await serversOf(transaction, id)).map(({ name }) => name);
    if (names.length > 0) throw inUse(names);
    await transaction.sshKey.delete({ where: { id } });
    const details = { fingerprint: key.fingerprint, key_type: key.key_type };
    await appendAudit(transaction, actor, { eventType: "ssh_key_deleted", target: targetOf(key), details });
  });
}

function inUse(names: readonly string[]): AppError {
  const fields = names.map((name): FieldError => ({ path: `servers.${name}`, message: "uses it", rule: "in_use" }));
  const message = `This SSH key is in use: give another one to ${names.join(", ")} first.`;
  return new AppError("conflict", message, { fields });
}
