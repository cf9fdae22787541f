// What a server has to be to be saved or tried out, beyond what its form tells field by field.
import { X509Certificate } from "node:crypto";
import type { Transaction } from "../db";
import { AppError, type FieldError } from "../errors";
import { type Actor, requirePermission } from "../users/permissions";
import type { ServerChanges } from "./input-schema";
import type { Merged, ServerFields, StoredServer } from "./merge";

/** @throws AppError invalid with the faults, where there are any */
export function requireNone(faults: readonly FieldError[]): void {
  if (faults.length > 0) throw new AppError("invalid", "The server is not valid.", { fields: [...faults] });
}

/** What is wrong with how PostgreSQL is asked; a server without one has a machine at least. */
export function postgresFaults(row: ServerFields, changes: ServerChanges = {}): FieldError[] {
  if (row.pg_host === null) return withoutPostgres(row, changes);
  const user = row.pg_user === null ? [{ path: "user", message: "must be given with a host", rule: "required" }] : [];
  const reason = row.pg_ca === null ? null : unreadableCertificate(row.pg_ca);
  return reason === null ? user : [...user, { path: "ca", message: reason, rule: "unreadable" }];
}

function withoutPostgres({ host_kind }: ServerFields, { host, user, password }: ServerChanges): FieldError[] {
  if (host === undefined && (user || password))
    return [{ path: "host", message: "must be given with a user or password", rule: "required" }];
  if (host_kind !== null) return [];
  const message = "must be given, or else how the machine is read: ssh_host and ssh_user, or host_kind local";
  return [{ path: "host", message, rule: "required" }];
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Why a PEM text is not all certificates; null when it is. */
function unreadableCertificate(pem: string): string | null {
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (pem.replace(CERTIFICATE, "").trim() !== "") return "must hold nothing but certificates in PEM format";
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      return `certificate ${index + 1} of ${certificates.length} cannot be read (${code ?? message})`;
    }
  }
  return null;
}

interface SshQuestion {
  merged: Merged;
  changes: ServerChanges;
  stored: StoredServer | null;
}

/**
 * What is wrong with how the machine is reached. Keeps a key that is used from being deleted before the transaction ends.
 * @throws AppError forbidden for whoever may not use keys and names one
 */
export async function sshFaults(transaction: Transaction, actor: Actor, asked: SshQuestion): Promise<FieldError[]> {
  const { merged, changes, stored } = asked;
  const { row } = merged;
  if (row.ssh_user === null) return unusedSsh(changes);
  if (row.host_kind === "local")
    return [{ path: "ssh_user", message: "must stay empty: this machine is read directly", rule: "local" }];
  const nowhere = row.ssh_host === null && (row.pg_host === null || row.pg_host.startsWith("/"));
  const host = nowhere ? [{ path: "ssh_host", message: "must be given: the host is no machine's address" }] : [];
  if (row.ssh_auth_type !== "key") return host;
  if (row.ssh_key_id !== stored?.ssh_key_id) requirePermission(actor, "ssh_keys:use");
  return [...host, ...(await keyFaults(transaction, merged))];
}

/** What would be thrown away in silence. */
function unusedSsh({ ssh_user, ssh_password, ssh_key_id }: ServerChanges): FieldError[] {
  if (ssh_user !== undefined || !(ssh_password || ssh_key_id)) return [];
  return [{ path: "ssh_user", message: "must be given with what it signs in by" }];
}

async function keyFaults(transaction: Transaction, { row, secrets }: Merged): Promise<FieldError[]> {
  if (row.ssh_key_id === null) return [{ path: "ssh_key_id", message: "must be given to sign in with a key" }];
  const [key] = await transaction.$queryRaw<{ has_passphrase: boolean }[]>`
    SELECT has_passphrase FROM ssh_keys WHERE id = ${row.ssh_key_id} FOR KEY SHARE`;
  if (!key)
    return [{ path: "ssh_key_id", message: "must be the id of an SSH key; there is none of this id", rule: "unknown" }];
  const { is } = secrets.ssh_key_passphrase;
  if (!key.has_passphrase || is === "new" || is === "stored") return [];
  const again =
    is === "dropped" ? "must be sent again, since the machine is another" : "must be given: the key has one";
  return [{ path: "ssh_key_passphrase", message: again, rule: is === "dropped" ? "dropped" : "required" }];
}
