// Trying a connection out, before or after it is saved. A stored secret is used only where saving would keep it.
import { appendAudit } from "../audit/append";
import { pool, prisma } from "../db";
import { env } from "../env";
import { AppError } from "../errors";
import { checkSsh } from "../host/ssh/check";
import { checkTarget } from "../postgres/check";
import { settings } from "../settings/queries";
import { privateKeyOf } from "../ssh-keys/use";
import { Turns } from "../turns";
import { type Actor, requirePermission } from "../users/permissions";
import { takeAttempt } from "../users/throttle";
import { postgresFaults, requireNone, sshFaults } from "./checks";
import type { ServerChanges } from "./input-schema";
import { type Merged, mergeServer, type StoredServer } from "./merge";
import { plainSecret, readServer } from "./stored";
import type { PostgresTest, SshTest } from "./test-schema";

/** A saved server, one that is not saved yet, or a saved one with changes that are not. */
export interface Tried {
  name?: string | undefined;
  changes?: ServerChanges | undefined;
}

const TESTS_A_MINUTE = 30;
const AT_ONCE = 4;
const WAITING = 8;

// Next gives each of its module graphs a copy of this file.
const shared = globalThis as { dozorServerTests?: Turns };

/**
 * Asks a PostgreSQL server what *Test* shows, within 10 s once its turn has come.
 * @throws AppError unauthenticated, forbidden, not_found, invalid (by field), too_many_requests; never for what the target does
 */
export async function testPostgres(actor: Actor | null, tried: Tried): Promise<PostgresTest> {
  requirePermission(actor, "servers:write");
  const { stored, merged } = await mergedOf(tried);
  return checkPostgres(actor, stored, merged);
}

/**
 * Registers only what answers.
 * @throws AppError invalid with the reason at its field; too_many_requests
 */
export async function requireReachable(actor: Actor, merged: Merged, changes: ServerChanges): Promise<void> {
  const { pg_host, host_kind } = merged.row;
  if (pg_host === null && host_kind !== "ssh") return;
  const tried = { stored: null, merged, changes };
  const { success, code, message } = await (pg_host === null
    ? checkMachine(actor, tried)
    : checkPostgres(actor, null, merged));
  if (success) return;
  const path = fieldOf(merged, code ?? "");
  throw new AppError("invalid", "The server is not reachable.", {
    fields: [{ path, message, ...(code && { rule: code }) }],
  });
}

const FIELD_OF: Readonly<Record<string, string>> = {
  ...{ auth: "password", tls: "sslmode", no_database: "database" },
  ssh_host_key: "ssh_host_keys",
};

function fieldOf({ row }: Merged, code: string): string {
  if (code === "ssh_auth") return row.ssh_auth_type === "key" ? "ssh_key_id" : "ssh_password";
  return FIELD_OF[code] ?? (row.pg_host === null ? "ssh_host" : "host");
}

async function checkPostgres(actor: Actor, stored: StoredServer | null, merged: Merged): Promise<PostgresTest> {
  const { row } = merged;
  const { pg_host: host, pg_user: user } = row;
  if (host === null || user === null) throw missing(host === null ? "host" : "user");
  requireNone(postgresFaults(row));
  const target = {
    host,
    port: row.pg_port ?? 5432,
    user,
    password: plainSecret(merged, stored, "pg_password"),
    database: row.pg_database ?? "postgres",
    sslmode: row.pg_sslmode ?? "prefer",
    ca: row.pg_ca ?? undefined,
    pgpass: env().ALLOW_PGPASS,
  };
  const { collect_interval, size_update_interval, db_check_interval } = await settings();
  const intervals = { collect_interval, size_update_interval, db_check_interval };
  const given = Object.entries(row.intervals).filter(([, seconds]) => seconds != null);
  const work = () => checkTarget(target, { ...intervals, ...Object.fromEntries(given) });
  return inTurn(actor, { stored, details: { test: "postgres", host, port: target.port, user } }, work);
}

/**
 * Signs in on a machine over SSH, within 10 s once its turn has come; before its host key is confirmed nothing secret is sent.
 * @throws AppError as `testPostgres`
 */
export async function testSsh(actor: Actor | null, tried: Tried): Promise<SshTest> {
  requirePermission(actor, "servers:write");
  return checkMachine(actor, { ...(await mergedOf(tried)), changes: tried.changes ?? {} });
}

interface TriedMachine {
  stored: StoredServer | null;
  merged: Merged;
  changes: ServerChanges;
}

async function checkMachine(actor: Actor, tried: TriedMachine): Promise<SshTest> {
  const { stored, merged } = tried;
  const { row } = merged;
  const { ssh_user: user } = row;
  if (user === null) throw missing("ssh_user");
  requireNone(await sshFaults(prisma(), actor, tried));
  const host = row.ssh_host ?? row.pg_host;
  if (host === null) throw missing("ssh_host");
  const port = row.ssh_port ?? 22;
  const auth = await authOf(merged, stored);
  const details = { test: "ssh", host, port, user };
  return inTurn(actor, { stored, details }, () => checkSsh({ host, port, user, auth, hostKeys: row.ssh_host_keys }));
}

async function authOf(merged: Merged, stored: StoredServer | null) {
  const { ssh_auth_type: type, ssh_key_id: keyId } = merged.row;
  if (type !== "key") return { type: "password" as const, password: plainSecret(merged, stored, "ssh_password") };
  const key = keyId === null ? null : await privateKeyOf(pool(), keyId);
  if (!key) throw missing("ssh_key_id");
  const passphrase = plainSecret(merged, stored, "ssh_key_passphrase");
  return { type: "key" as const, privateKey: key.privateKey, passphrase };
}

async function mergedOf({ name, changes = {} }: Tried): Promise<{ stored: StoredServer | null; merged: Merged }> {
  const stored = name === undefined ? null : await readServer(name);
  return { stored, merged: mergeServer(stored, changes) };
}

function missing(path: string): AppError {
  return new AppError("invalid", "The server is not valid.", {
    fields: [{ path, message: "must be given for this test" }],
  });
}

interface Test {
  stored: StoredServer | null;
  details: { test: string; host: string; port: number; user: string };
}

/** Whoever may try any address out could look around in a network: so seldom, and never unseen. */
async function inTurn<Result extends { success: boolean; code: string | null }>(
  actor: Actor,
  { stored, details }: Test,
  work: () => Promise<Result>,
): Promise<Result> {
  const key = `server-test:${actor.userId ?? actor.login}`;
  await takeAttempt([{ key, attempts: TESTS_A_MINUTE }], new Date());
  shared.dozorServerTests ??= new Turns(AT_ONCE);
  if (shared.dozorServerTests.waiting >= WAITING) {
    const message = "Too many connections are tried out at the moment; try again in a few seconds.";
    throw new AppError("too_many_requests", message, { retryAfterSeconds: 10 });
  }
  const result = await shared.dozorServerTests.run(work);
  const target = stored && { kind: "server", id: String(stored.id), name: stored.name };
  await prisma().$transaction((transaction) =>
    appendAudit(transaction, actor, {
      eventType: "server_tested",
      ...(target && { target }),
      details: { ...details, outcome: result.success ? "success" : (result.code ?? "failed") },
    }),
  );
  return result;
}
