// The private part, for whoever signs in on a machine with it: the collector and tests of a connection. It goes no further.
import type { Transaction } from "../db";
import { type Database, decrypt } from "../secrets";
import { keyPlace } from "./place";

/** A key in the clear; one with a passphrase is still encrypted with it. */
export interface UsableKey {
  name: string;
  privateKey: string;
  hasPassphrase: boolean;
}

interface SealedKey {
  name: string;
  private_key: string;
  has_passphrase: boolean;
}

const SEALED_KEY = "SELECT name, private_key, has_passphrase FROM ssh_keys WHERE id = $1";

/**
 * The private part of a key, or null where there is none of that number. Asks for no permission: the verb around it does.
 * @throws Error when it cannot be decrypted with ENCRYPTION_KEYS
 */
export async function privateKeyOf(from: Transaction | Database, id: number): Promise<UsableKey | null> {
  const rows: unknown[] =
    "$queryRawUnsafe" in from ? await from.$queryRawUnsafe(SEALED_KEY, id) : (await from.query(SEALED_KEY, [id])).rows;
  // Either asks for exactly these columns.
  const [key] = rows as SealedKey[];
  if (!key) return null;
  const { name, has_passphrase: hasPassphrase } = key;
  return { name, hasPassphrase, privateKey: decrypt(key.private_key, keyPlace(id)) };
}
