// `npm run secrets:rotate`: encrypts every stored secret with the first of ENCRYPTION_KEYS, beside a running Dozor or without one.
import { appendAudit } from "../lib/audit/append";
import { pool, prisma } from "../lib/db";
import { visitDatabase } from "../lib/first-start/visit";
import { type Resealed, reseal } from "../lib/reseal";
import { encryptingKey, keysInUse, olderKeys, verifyKeys } from "../lib/secrets";
import { StartError } from "../lib/start-error";
import { systemActor } from "../lib/users/permissions";

const HOW =
  "To change the key, put a new one first, as in ENCRYPTION_KEYS=2:<new>,1:<former> (or in DATA_DIR/secrets/encryption_keys), restart Dozor, and run this again.";

const REMOVE = "Remove them once every Dozor on this database runs with this list.";

/** A Dozor that was started without the new key could not read what is encrypted with it. @throws StartError */
async function requireKnownKey(): Promise<void> {
  const key = encryptingKey();
  const { rows } = await pool().query<{ known: boolean; running: boolean }>(
    `SELECT EXISTS (SELECT FROM key_check WHERE key_id = $1) AS known,
       EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dozor-listen') AS running`,
    [key],
  );
  if (rows[0]?.running && !rows[0].known)
    throw new StartError(
      `A Dozor runs that does not know the key ${key} yet. Restart it with the same ENCRYPTION_KEYS, then run this again.`,
    );
}

/** @returns the exit code */
async function rotate(): Promise<number> {
  await requireKnownKey();
  await verifyKeys(pool());
  const columns = await reseal(pool());
  const count = columns.reduce((sum, column) => sum + column.count, 0);
  if (count > 0) await note(columns);
  for (const { name, count } of columns) if (count > 0) console.log(`${name}: ${count} encrypted anew`);
  const unreadable = columns.flatMap(({ name, unreadable }) => unreadable.map((id) => `${name} of ${id}`));
  for (const place of unreadable) console.error(`${place} cannot be decrypted and stays as it is; enter it anew.`);
  const inUse = await keysInUse(pool());
  inUse.delete(encryptingKey());
  tellKeys(count, inUse);
  return inUse.size === 0 ? 0 : 1;
}

function tellKeys(count: number, inUse: ReadonlyMap<string, number>): void {
  const older = olderKeys();
  for (const [id, values] of inUse) console.error(`${values} stored secrets are still encrypted with the key ${id}.`);
  const free = older.filter((id) => !inUse.has(id));
  if (inUse.size === 0)
    console.log(`Every stored secret is encrypted with the key ${encryptingKey()}${count === 0 ? " already" : ""}.`);
  if (free.length > 0) console.log(`No longer needed in ENCRYPTION_KEYS: ${free.join(", ")}. ${REMOVE}`);
  else if (older.length === 0) console.log(HOW);
}

/** The counts alone: the audit log names no secret. */
async function note(columns: readonly Resealed[]): Promise<void> {
  const counts = columns.flatMap(({ name, count }) => (count > 0 ? [[name, count] as const] : []));
  const details = { key: encryptingKey(), ...Object.fromEntries(counts) };
  await prisma().$transaction((transaction) =>
    appendAudit(transaction, systemActor(), { eventType: "secrets_rotated", details }),
  );
}

/** What a database of another version lacks: a table, a column. */
const LACKING = ["42P01", "42703"];

try {
  const [strange] = process.argv.slice(2);
  if (strange !== undefined) throw new StartError(`${strange} means nothing here. Usage: npm run secrets:rotate`);
  process.exitCode = await visitDatabase(rotate);
} catch (error) {
  const older = LACKING.includes((error as { code?: string }).code ?? "");
  if (older) console.error("The database is of another version: start this Dozor on it once, then run this again.");
  else console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
