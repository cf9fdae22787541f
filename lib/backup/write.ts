// Writing a backup: every permanent table as it stood at one moment, and the secrets with which it can be read.
import path from "node:path";
import type pg from "pg";
import { type Applied, pendingMigrations, readApplied, readMigrations } from "../migrate";
import { requireRightKeys } from "../secrets";
import { VERSION } from "../version";
import { type Progress, withConnection } from "./connection";
import { copyOut } from "./copy";
import { fingerprintsOf, type Secrets } from "./fingerprint";
import { FORMAT_VERSION, MANIFEST, type Manifest, type StoredTable } from "./manifest";
import { packed } from "./pack";
import { openSink, type Sink } from "./sink";
import { beginSnapshot, describeTables, permanentTables, readCounters } from "./tables";

export interface BackupRequest {
  /** Absolute. */
  file: string;
  secrets: Secrets;
  /** Those that Dozor made itself: they go into the file, since nobody else has them. */
  inside: Partial<Secrets>;
  onProgress?: (progress: Progress) => void;
  /** Ends the work; nothing stays of it then. */
  signal?: AbortSignal;
}

export interface Written {
  /** Size of the file. */
  bytes: number;
  /** Of the rows before compression. */
  raw: number;
  rows: number;
}

/**
 * Writes a backup of the database of this process's environment, beside whatever works on it. The file has its name
 * only once all of it is on the disk.
 * @throws StartError when the file is there already, the schema is of a newer Dozor, or a key is not the right one
 */
export async function writeBackup(request: BackupRequest): Promise<Written> {
  return withConnection(async (client) => {
    const sink = await openSink(request.file, new Date());
    try {
      const written = await writeAll(client, sink, request);
      await note(client, request.file, written);
      return written;
    } catch (error) {
      await sink.discard();
      throw error;
    }
  });
}

/** @throws StartError if this version does not know the schema as it stands */
async function knownMigrations(client: pg.ClientBase): Promise<Applied[]> {
  const applied = await readApplied(client);
  pendingMigrations(await readMigrations(path.resolve("prisma/migrations")), applied);
  return applied;
}

async function writeAll(client: pg.Client, sink: Sink, request: BackupRequest): Promise<Written> {
  const before = new Set((await knownMigrations(client)).map(({ name }) => name));
  const files = await readMigrations(path.resolve("prisma/migrations"));
  const found = await beginSnapshot(client, permanentTables(files.filter(({ name }) => before.has(name))));
  await requireRightKeys(client);
  const tables = await describeTables(client, found);
  await sink.add(MANIFEST, Buffer.from(`${JSON.stringify(await manifestOf(client, tables, request), null, 2)}\n`));
  for (const [name, secret] of Object.entries(request.inside)) await sink.add(`secrets/${name}`, Buffer.from(secret));
  const expected = await expectedBytes(client, tables);
  const rows: Record<string, number> = {};
  let raw = 0;
  for (const table of tables) {
    const onBytes = (bytes: number) => {
      request.signal?.throwIfAborted();
      raw += bytes;
      request.onProgress?.({ table: table.name, bytes: raw, expected });
    };
    rows[table.name] = await writeTable(client, sink, { table, onBytes });
  }
  await client.query("COMMIT");
  request.signal?.throwIfAborted();
  await sink.finish(rows);
  return { bytes: sink.size, raw, rows: Object.values(rows).reduce((sum, count) => sum + count, 0) };
}

async function manifestOf(client: pg.ClientBase, tables: StoredTable[], { secrets }: BackupRequest): Promise<Manifest> {
  const { rows } = await client.query<{ now: Date; postgres: string }>(
    "SELECT now() AS now, current_setting('server_version') AS postgres",
  );
  return {
    format: "dozor-backup",
    version: FORMAT_VERSION,
    dozor: VERSION,
    postgres: rows[0]?.postgres ?? "",
    created_at: (rows[0]?.now ?? new Date()).toISOString(),
    migrations: (await readApplied(client)).map(({ name, checksum }) => ({ name, checksum })),
    tables,
    counters: await readCounters(client, tables),
    fingerprints: fingerprintsOf(secrets),
  };
}

interface TableWork {
  table: StoredTable;
  onBytes: (bytes: number) => void;
}

/** `tables/users/00001.copy.gz`: with gunzip and one after another they are a file for COPY. @returns the number of rows */
async function writeTable(client: pg.ClientBase, sink: Sink, { table, onBytes }: TableWork): Promise<number> {
  let rows = 0;
  let piece = 0;
  const text = `COPY ${table.name} (${columnList(table)}) TO STDOUT (FORMAT binary)`;
  const counted = count(
    copyOut(client, text, (total) => {
      rows = total;
    }),
    onBytes,
  );
  for await (const { bytes, compressed } of packed(counted)) {
    piece += 1;
    const name = `${String(piece).padStart(5, "0")}.copy${compressed ? ".gz" : ""}`;
    await sink.add(`tables/${table.name}/${name}`, bytes);
  }
  return rows;
}

/** Names that are words of SQL, too. */
export const columnList = ({ columns }: StoredTable): string => columns.map((name) => `"${name}"`).join(", ");

async function* count(blocks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    onBytes(block.length);
    yield block;
  }
}

/** What the tables take without their indexes: near enough to say how far a backup is. */
async function expectedBytes(client: pg.ClientBase, tables: readonly StoredTable[]): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    "SELECT coalesce(sum(pg_table_size(name::regclass)), 0)::float8 AS bytes FROM unnest($1::text[]) AS t (name)",
    [tables.map(({ name }) => name)],
  );
  return rows[0]?.bytes ?? 0;
}

/** In plain SQL: the schema may be of an older version. */
async function note(client: pg.ClientBase, file: string, { bytes, rows }: Written): Promise<void> {
  await client.query("INSERT INTO system_log (level, source, message, details) VALUES ('info', 'backup', $1, $2)", [
    "A backup was written",
    JSON.stringify({ file: path.basename(file), bytes, rows }),
  ]);
}
