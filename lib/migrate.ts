// Brings our database to this version's schema: the SQL files of prisma/migrations, in order, each in one transaction.
import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { StartError } from "./start-error";

/** Prisma's own migration lock, so that its command line and we exclude each other. */
const MIGRATION_LOCK = 72707369;

// Exactly the table that Prisma would make: its command line can read what we applied.
const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the file, hexadecimal. */
  checksum: string;
}

/** A migration that a database has. */
export interface Applied {
  name: string;
  checksum: string;
  finished: boolean;
}

/** Reads the migrations of a folder in the order in which they apply (by name). */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const file = await readFile(path.join(directory, name, "migration.sql"));
      return { name, sql: file.toString("utf8"), checksum: createHash("sha256").update(file).digest("hex") };
    }),
  );
}

/**
 * What is left to apply.
 * @throws StartError if the database does not fit: newer than these files, a file changed, or a half-applied one
 */
export function pendingMigrations(files: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const byName = new Map(files.map((file) => [file.name, file]));
  for (const done of applied) {
    const file = byName.get(done.name);
    if (!file)
      throw new StartError(
        `The database has the migration ${done.name}, which this version of Dozor does not know: it belongs to a newer version. Start that version, or restore a backup from before the upgrade.`,
      );
    if (!done.finished)
      throw new StartError(
        `The migration ${done.name} was begun by another tool and not finished. Repair the database and mark the migration with \`prisma migrate resolve\`.`,
      );
    if (file.checksum !== done.checksum)
      throw new StartError(
        `The migration ${done.name} was changed after it had been applied to this database. Restore prisma/migrations/${done.name}/migration.sql as it was released.`,
      );
  }
  const names = new Set(applied.map((done) => done.name));
  return files.filter((file) => !names.has(file.name));
}

/** The migrations that a database has, in the order in which it got them. */
export async function readApplied(client: pg.ClientBase): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
  );
  return rows;
}

async function run(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query(migration.sql);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), migration.checksum, migration.name],
  );
}

/** Brings an empty database to a given state within the caller's transaction, in which no other process migrates. */
export async function migrateWithin(client: pg.ClientBase, migrations: readonly Migration[]): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
  await client.query(HISTORY_TABLE);
  for (const migration of migrations) await run(client, migration);
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await run(client, migration);
    await client.query("COMMIT");
  } catch (cause) {
    await client.query("ROLLBACK").catch(() => {});
    // The detail names the rows that stand in the way.
    const { message, detail } =
      cause instanceof Error ? (cause as Error & { detail?: string }) : { message: `${cause}` };
    const reason = detail ? `${message} (${detail})` : message;
    throw new StartError(`The migration ${migration.name} failed and was rolled back: ${reason}`, { cause });
  }
}

/**
 * Applies the missing migrations; several instances may call it at once, one works and the others wait.
 * @param connectionString a direct connection (or session pooling): the lock belongs to the session
 * @param directory folder with one folder per migration
 * @returns names of the migrations applied now
 * @throws StartError with the reason and the way out; nothing of a failed migration stays
 */
export async function migrate(
  connectionString: string,
  directory = path.resolve("prisma/migrations"),
): Promise<string[]> {
  const files = await readMigrations(directory);
  const client = new pg.Client({
    connectionString,
    application_name: "dozor-migrate",
    connectionTimeoutMillis: 10_000,
  });
  // A lost connection rejects the query that runs; without a listener it would end the process as well.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query("SET client_min_messages = warning");
    await client.query(HISTORY_TABLE);
    const pending = pendingMigrations(files, await readApplied(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end().catch(() => {});
  }
}
