// Everything people do with registered servers.
import { appendActivity } from "../activity/append";
import { appendAudit } from "../audit/append";
import { type Prisma, prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { requireMatch } from "../etag";
import { type Actor, requirePermission } from "../users/permissions";
import { postgresFaults, requireNone, sshFaults } from "./checks";
import { configOf } from "./config";
import { firstCollection } from "./first-collection";
import type { ServerChanges, ServerInput } from "./input-schema";
import { type Merged, mergeServer, type StoredServer } from "./merge";
import { serverByName } from "./queries";
import type { ServerSummary } from "./schema";
import { lockServer, sealedSecrets, serverNotFound } from "./stored";
import { requireReachable } from "./tests";
import { changeDetails, newDetails } from "./told";

/**
 * Registers a server, and waits up to 5 s for the collector to have asked it once.
 * @param options.requireReachable tries the connection first, and saves nothing where that fails
 * @throws AppError unauthenticated, forbidden, invalid (by field; not reachable), conflict (name taken)
 */
export async function createServer(
  actor: Actor | null,
  input: ServerInput,
  options: { requireReachable?: boolean } = {},
): Promise<ServerSummary> {
  requirePermission(actor, "servers:write");
  const merged = mergeServer(null, input);
  requireNone(postgresFaults(merged.row, input));
  if (options.requireReachable) await requireReachable(actor, merged, input);
  const id = await prisma()
    .$transaction(async (transaction) => {
      await requireFreeName(transaction, input.name);
      requireNone(await sshFaults(transaction, actor, { merged, changes: input, stored: null }));
      const subject = await transaction.subject.create({ data: { kind: "server" } });
      const data = { id: subject.id, createdBy: actor.login, ...columnsOf(merged, null, subject.id) };
      await transaction.server.create({ data });
      await tell(transaction, actor, { type: "server_added", verb: "added", id: subject.id, name: input.name });
      const target = { kind: "server", id: String(subject.id), name: input.name };
      await appendAudit(transaction, actor, { eventType: "server_created", target, details: newDetails(merged) });
      return subject.id;
    })
    .catch(refuseTakenName);
  if (merged.row.enabled) await firstCollection(id, { machineAlone: merged.row.pg_host === null });
  return summaryOf(actor, input.name);
}

/**
 * Changes any part of a server; its history stays with it under another name. A stored secret that the change would send
 * elsewhere is dropped unless it is sent again: see merge.ts.
 * @throws AppError unauthenticated, forbidden, not_found, precondition_failed, invalid (by field), conflict (name taken)
 */
export async function updateServer(
  actor: Actor | null,
  name: string,
  changes: ServerChanges,
  { ifMatch }: { ifMatch?: string | null } = {},
): Promise<ServerSummary> {
  requirePermission(actor, "servers:write");
  if (name.includes("\0")) throw serverNotFound();
  const newName = await prisma()
    .$transaction(async (transaction) => {
      const stored = await lockServer(transaction, name);
      requireMatch(ifMatch, configOf(stored));
      const merged = mergeServer(stored, changes);
      const ssh = await sshFaults(transaction, actor, { merged, changes, stored });
      requireNone([...postgresFaults(merged.row, changes), ...ssh]);
      const details = changeDetails(stored, merged);
      if (Object.keys(details).length === 0) return name;
      if (merged.row.name !== name) await requireFreeName(transaction, merged.row.name);
      const data = { ...columnsOf(merged, stored, stored.id), updatedAt: new Date() };
      await transaction.server.update({ where: { id: stored.id }, data });
      if (merged.row.enabled !== stored.enabled) await tellPause(transaction, actor, { ...stored, ...merged.row });
      const target = { kind: "server", id: String(stored.id), name };
      await appendAudit(transaction, actor, { eventType: "server_updated", target, details });
      return merged.row.name;
    })
    .catch(refuseTakenName);
  return summaryOf(actor, newName);
}

/**
 * Removes a server with its secrets at once; what was collected of it is removed in the background.
 * @throws AppError unauthenticated, forbidden, not_found, precondition_failed
 */
export async function deleteServer(
  actor: Actor | null,
  name: string,
  { ifMatch }: { ifMatch?: string | null } = {},
): Promise<void> {
  requirePermission(actor, "servers:write");
  if (name.includes("\0")) throw serverNotFound();
  await prisma().$transaction(async (transaction) => {
    const stored = await lockServer(transaction, name);
    requireMatch(ifMatch, configOf(stored));
    const { id, pg_host: host, ssh_host } = stored;
    await transaction.server.delete({ where: { id } });
    await transaction.$executeRaw`UPDATE subject SET deleted_at = now() WHERE id = ${id}`;
    await tell(transaction, actor, { type: "server_removed", verb: "removed", id, name });
    const target = { kind: "server", id: String(id), name };
    await appendAudit(transaction, actor, { eventType: "server_deleted", target, details: { host, ssh_host } });
  });
}

/**
 * Pauses servers, or goes on with them. A paused one is not contacted any more, from within a second on; what runs ends
 * without being written down. Those that are so already stay as they are.
 * @returns how many were changed
 * @throws AppError unauthenticated, forbidden, not_found where one of them does not exist; then none is changed
 */
export async function setServersEnabled(
  actor: Actor | null,
  names: readonly string[],
  enabled: boolean,
): Promise<number> {
  requirePermission(actor, "servers:write");
  const wanted = [...new Set(names)];
  if (wanted.some((name) => name.includes("\0"))) throw serverNotFound();
  return prisma().$transaction(
    async (transaction) => {
      // By id: two who pause many at once wait for each other, and no longer.
      const servers = await transaction.$queryRaw<{ id: number; name: string; enabled: boolean }[]>`
        SELECT id, name, enabled FROM servers WHERE name = ANY(${wanted}) ORDER BY id FOR UPDATE`;
      if (servers.length < wanted.length) throw serverNotFound();
      const others = servers.filter((server) => server.enabled !== enabled);
      const ids = others.map(({ id }) => id);
      await transaction.server.updateMany({ where: { id: { in: ids } }, data: { enabled, updatedAt: new Date() } });
      for (const { id, name } of others) await tellPause(transaction, actor, { id, name, enabled });
      for (const { id, name } of others) {
        const target = { kind: "server", id: String(id), name };
        const details = { enabled: { old: !enabled, new: enabled } };
        await appendAudit(transaction, actor, { eventType: "server_updated", target, details });
      }
      return others.length;
    },
    { timeout: 30_000 },
  );
}

const nameTaken = () => {
  const message = "This name is taken.";
  return new AppError("conflict", message, { fields: [{ path: "name", message, rule: "taken" }] });
};

/** @throws AppError conflict */
async function requireFreeName(transaction: Transaction, name: string): Promise<void> {
  if (await transaction.server.findUnique({ where: { name }, select: { id: true } })) throw nameTaken();
}

/** Somebody may take the name after it was looked for. */
function refuseTakenName(error: unknown): never {
  throw (error as { code?: string }).code === "P2002" ? nameTaken() : error;
}

function columnsOf(merged: Merged, stored: StoredServer | null, id: number) {
  const { row } = merged;
  const secrets = sealedSecrets(merged, stored, id);
  return {
    name: row.name,
    enabled: row.enabled,
    labels: row.labels,
    intervals: row.intervals as Prisma.InputJsonObject,
    hostKind: row.host_kind,
    pgHost: row.pg_host,
    pgPort: row.pg_port,
    pgUser: row.pg_user,
    pgPassword: secrets.pg_password,
    pgDatabase: row.pg_database,
    pgSslmode: row.pg_sslmode,
    pgCa: row.pg_ca,
    sshHost: row.ssh_host,
    sshPort: row.ssh_port,
    sshUser: row.ssh_user,
    sshAuthType: row.ssh_auth_type,
    sshPassword: secrets.ssh_password,
    sshKeyId: row.ssh_key_id,
    sshKeyPassphrase: secrets.ssh_key_passphrase,
    sshHostKeys: row.ssh_host_keys,
  };
}

interface Told {
  type: "server_added" | "server_removed" | "server_paused" | "server_resumed";
  verb: string;
  id: number;
  name: string;
}

async function tell(transaction: Transaction, actor: Actor, { type, verb, id, name }: Told): Promise<void> {
  await appendActivity(transaction, {
    type,
    severity: "info",
    message: `${actor.login} ${verb} ${name}`,
    actor: { login: actor.login, email: actor.email },
    target: { kind: "server", id: String(id), name },
  });
}

async function tellPause(
  transaction: Transaction,
  actor: Actor,
  { id, name, enabled }: { id: number; name: string; enabled: boolean },
): Promise<void> {
  const verb = enabled ? "resumed" : "paused";
  await tell(transaction, actor, { type: `server_${verb}`, verb, id, name });
}

async function summaryOf(actor: Actor, name: string): Promise<ServerSummary> {
  const server = await serverByName(actor, name);
  if (!server) throw serverNotFound();
  return server;
}
