// Secrets at rest: AES-256-GCM with named keys, so that keys can be changed one after the other.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { env } from "./env";
import { StartError } from "./start-error";

const IV_BYTES = 12;
const TAG_BYTES = 16;

let derived: { from: string; keys: Map<string, Buffer> } | undefined;

/** The AES keys by id, in the given order: the first one encrypts. */
function keys(): Map<string, Buffer> {
  const from = env().ENCRYPTION_KEYS;
  if (derived?.from === from) return derived.keys;
  const entries = from.split(",").map((entry): [string, Buffer] => {
    const [id = "", ...rest] = entry.trim().split(":");
    return [id, Buffer.from(hkdfSync("sha256", rest.join(":"), "", "dozor secrets", 32))];
  });
  derived = { from, keys: new Map(entries) };
  return derived.keys;
}

function seal(key: Buffer, plain: string, associated: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(associated));
  return Buffer.concat([iv, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function open(key: Buffer, sealed: string, associated: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associated)).setAuthTag(bytes.subarray(-TAG_BYTES));
  return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
}

/**
 * Encrypts with the first key.
 * @param associated where the value is kept, `table:column:id`; a value moved elsewhere does not decrypt
 * @returns `keyId:base64url(iv, ciphertext, tag)`
 */
export function encrypt(plain: string, associated: string): string {
  const [first] = keys();
  if (!first) throw new Error("ENCRYPTION_KEYS is empty");
  return `${first[0]}:${seal(first[1], plain, associated)}`;
}

/** The plain text of a value made by `encrypt`. @throws Error if its key is missing or wrong, or the value was changed or moved */
export function decrypt(sealed: string, associated: string): string {
  const [id = "", value = ""] = sealed.split(":");
  const key = keys().get(id);
  if (!key) throw new Error(`ENCRYPTION_KEYS holds no key with the id ${id}`);
  try {
    return open(key, value, associated);
  } catch (cause) {
    throw new Error(`The secret at ${associated} cannot be decrypted with the key ${id}`, { cause });
  }
}

/** The id of the key that encrypts. */
export const encryptingKey = (): string => [...keys().keys()][0] ?? "";

/** The ids of the keys that only decrypt. */
export const olderKeys = (): string[] => [...keys().keys()].slice(1);

/** Every column that holds sealed values, each at the place `table:column:id`. What is not listed here is lost with its key. */
export const SEALED_COLUMNS = [
  { table: "servers", column: "pg_password" },
  { table: "servers", column: "ssh_password" },
  { table: "servers", column: "ssh_key_passphrase" },
  { table: "ssh_keys", column: "private_key" },
  { table: "stream_sources", column: "password" },
  { table: "users", column: "totp_secret" },
  { table: "channels", column: "webhook_secret" },
] as const;

/** Anything that runs SQL: a pg client or pool. */
export interface Database {
  query(sql: string, parameters?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

const checkPlace = (id: string): string => `key_check:check_value:${id}`;

/**
 * Holds every given key against its check value in the database; an unknown key's check value is stored.
 * @throws StartError naming the key ids that are wrong, or missing although values are still encrypted with them
 */
export async function verifyKeys(database: Database): Promise<void> {
  for (const [id, key] of keys()) {
    await database.query("INSERT INTO key_check (key_id, check_value) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
      id,
      seal(key, id, checkPlace(id)),
    ]);
  }
  await requireRightKeys(database);
  await requireUsedKeys(database);
}

/**
 * Holds the given keys against the check values of those that the database knows.
 * @throws StartError naming the key ids that are wrong
 */
export async function requireRightKeys(database: Database): Promise<void> {
  const { rows } = await database.query("SELECT key_id, check_value FROM key_check ORDER BY key_id");
  const wrong = rows.flatMap(({ key_id, check_value }) => {
    const id = String(key_id);
    const key = keys().get(id);
    return key && !opens(key, String(check_value), checkPlace(id)) ? [id] : [];
  });
  if (wrong.length > 0)
    throw new StartError(
      `ENCRYPTION_KEYS: the key ${wrong.join(", ")} is not the one this database was encrypted with. Give the former key; to change keys, put the new one first under another id.`,
    );
}

function opens(key: Buffer, sealed: string, associated: string): boolean {
  try {
    open(key, sealed, associated);
    return true;
  } catch {
    return false;
  }
}

/** How many stored values are encrypted with each key, by its id. */
export async function keysInUse(database: Database): Promise<Map<string, number>> {
  const values = SEALED_COLUMNS.map(({ table, column }) => `SELECT ${column} FROM ${table}`).join(" UNION ALL ");
  const { rows } = await database.query(
    `SELECT split_part(sealed, ':', 1) AS id, count(*)::int AS count FROM (${values}) AS s (sealed)
     WHERE sealed IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  return new Map(rows.map(({ id, count }) => [String(id), Number(count)]));
}

async function requireUsedKeys(database: Database): Promise<void> {
  const missing = [...(await keysInUse(database)).keys()].filter((id) => !keys().has(id));
  if (missing.length > 0)
    throw new StartError(
      `ENCRYPTION_KEYS lacks the key ${missing.join(", ")}, with which stored secrets are encrypted. Add it behind the new key.`,
    );
}
