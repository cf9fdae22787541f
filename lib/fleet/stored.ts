// The rows of `servers` as verbs read and write them. Secrets stay sealed but where one is used.
import { pool, type Transaction } from "../db";
import { AppError } from "../errors";
import { decrypt, encrypt } from "../secrets";
import { type Merged, SECRET_COLUMNS, type SecretColumn, type StoredServer } from "./merge";

const COLUMNS = `id, name, enabled, labels, intervals, host_kind,
  pg_host, pg_port, pg_user, pg_password, pg_database, pg_sslmode, pg_ca,
  ssh_host, ssh_port, ssh_user, ssh_auth_type, ssh_password, ssh_key_id, ssh_key_passphrase, ssh_host_keys`;

export const serverNotFound = () => new AppError("not_found", "There is no server of that name.");
export const noPostgres = () => new AppError("conflict", "This server has no PostgreSQL: only its machine is watched.");

/** The row, which nobody else changes before the transaction ends. @throws AppError not_found */
export async function lockServer(transaction: Transaction, name: string): Promise<StoredServer> {
  const rows = await transaction.$queryRawUnsafe<StoredServer[]>(
    `SELECT ${COLUMNS} FROM servers WHERE name = $1 FOR UPDATE`,
    name,
  );
  if (!rows[0]) throw serverNotFound();
  return rows[0];
}

/** @throws AppError not_found */
export async function readServer(name: string): Promise<StoredServer> {
  // No text of PostgreSQL holds this character, so no server's name does.
  if (name.includes("\0")) throw serverNotFound();
  const { rows } = await pool().query<StoredServer>(`SELECT ${COLUMNS} FROM servers WHERE name = $1`, [name]);
  if (!rows[0]) throw serverNotFound();
  return rows[0];
}

const place = (column: SecretColumn, id: number): string => `servers:${column}:${id}`;

/** What the row's columns of secrets hold after the change. */
export function sealedSecrets(
  { secrets }: Merged,
  stored: StoredServer | null,
  id: number,
): Record<SecretColumn, string | null> {
  const sealed = (column: SecretColumn) => {
    const fate = secrets[column];
    if (fate.is === "new") return encrypt(fate.plain, place(column, id));
    return fate.is === "stored" ? (stored?.[column] ?? null) : null;
  };
  const entries = SECRET_COLUMNS.map((column) => [column, sealed(column)]);
  return Object.fromEntries(entries);
}

/** A secret as it would be sent after the change, in the clear; empty where there is none. For whoever sends it now. */
export function plainSecret({ secrets }: Merged, stored: StoredServer | null, column: SecretColumn): string {
  const fate = secrets[column];
  if (fate.is === "new") return fate.plain;
  const sealed = fate.is === "stored" ? stored?.[column] : null;
  return stored && sealed ? decrypt(sealed, place(column, stored.id)) : "";
}
