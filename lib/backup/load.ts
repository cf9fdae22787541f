// Loading a backup into an empty database: one transaction, so that there is all of it or nothing.
import path from "node:path";
import type pg from "pg";
import { migrateWithin, pendingMigrations, readMigrations } from "../migrate";
import { StartError } from "../start-error";
import { type Progress, withConnection } from "./connection";
import { copyIn } from "./copy";
import type { Envelope, StoredTable } from "./manifest";
import { type Packed, unpacked } from "./pack";
import { type Member, readMembers } from "./source";
import { permanentTables } from "./tables";
import { columnList } from "./write";

export interface LoadRequest {
  file: string;
  /** As read from the whole file before. */
  envelope: Envelope;
  onProgress?: (progress: Progress) => void;
  /** Ends the work; nothing stays of it then. */
  signal?: AbortSignal;
}

/**
 * Brings the schema of an empty database to the backup's state and loads every row.
 * @returns the names of the migrations that this Dozor has beyond that state; the next start applies them
 * @throws StartError if the database is not empty, the backup is of a newer Dozor, or the file changed meanwhile; nothing stays then
 */
export async function loadBackup(request: LoadRequest): Promise<string[]> {
  const { migrations, tables } = request.envelope.manifest;
  const files = await readMigrations(path.resolve("prisma/migrations"));
  const pending = pendingMigrations(
    files,
    migrations.map((done) => ({ ...done, finished: true })),
  ).map(({ name }) => name);
  const state = files.filter(({ name }) => !pending.includes(name));
  requireOurs(request, permanentTables(state));
  await withConnection(async (client) => {
    await client.query("BEGIN");
    await client.query("SET LOCAL statement_timeout = 0; SET LOCAL client_min_messages = warning");
    await requireEmpty(client);
    await migrateWithin(client, state);
    for (const table of tables) await createPiece(client, table);
    // What the migrations themselves put there is in the backup, too.
    await client.query(`TRUNCATE ${permanentTables(state).join()}`);
    await loadTables(client, request).catch((error) => Promise.reject(explained(error, request.file)));
    for (const { table, column, last, called } of request.envelope.manifest.counters)
      await client.query("SELECT setval(pg_get_serial_sequence($1, $2), $3, $4)", [table, column, last, called]);
    await note(client, request);
    request.signal?.throwIfAborted();
    await client.query("COMMIT");
    await client.query("ANALYZE").catch(() => {});
  });
  return pending;
}

/**
 * A backup that somebody made up could name a table of PostgreSQL itself, which the embedded one's owner may write to.
 * @throws StartError
 */
function requireOurs({ file, envelope }: LoadRequest, known: readonly string[]): void {
  const { tables, counters } = envelope.manifest;
  const strange = tables.find(({ name, partition }) =>
    partition
      ? !known.includes(partition.parent) || !name.startsWith(`${partition.parent}_`) || known.includes(name)
      : !known.includes(name),
  );
  const name = strange?.name ?? counters.find(({ table }) => !known.includes(table))?.table;
  if (name !== undefined)
    throw new StartError(`${file} is no backup of Dozor as it is: it holds ${name}. Nothing was restored.`);
}

/** What zlib and PostgreSQL say of content that nobody wrote as it is; all else, a stop among it, as it came. */
function explained(error: unknown, file: string): unknown {
  const { code, message, severity } = error as { code?: string; message?: string; severity?: string };
  const isOfContent = severity !== undefined || /^Z_|^ERR_BUFFER_TOO_LARGE$/.test(code ?? "");
  if (!isOfContent || error instanceof StartError) return error;
  return new StartError(`${file} cannot be loaded: ${message}. Nothing was restored.`, { cause: error });
}

/** Whatever is there: tables of ours would be mixed up, those of others may be meant to stay alone. */
async function requireEmpty(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class c
     WHERE relnamespace = current_schema()::text::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
     ORDER BY 1 LIMIT 1`,
  );
  if (rows[0])
    throw new StartError(
      `The database is not empty: it holds ${rows[0].name}. Nothing was restored. Create an empty database and name it in DATABASE_URL.`,
    );
}

/** A week or month of history as lib/metrics makes them. */
async function createPiece(client: pg.ClientBase, { name, partition }: StoredTable): Promise<void> {
  if (!partition) return;
  const { parent, from, to, note } = partition;
  await client.query(`CREATE TABLE ${name} (LIKE ${parent} INCLUDING ALL)`);
  await client.query(`ALTER TABLE ${parent} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
  if (note !== null) await client.query(`COMMENT ON TABLE ${name} IS ${client.escapeLiteral(note)}`);
}

/** A member of a table: `tables/<table>/<number>.copy`, compressed or not. */
const PIECE = /^tables\/([a-z0-9_]+)\/\d+\.copy(\.gz)?$/;

async function loadTables(client: pg.ClientBase, request: LoadRequest): Promise<void> {
  const { file, envelope } = request;
  const source = readMembers(file, ({ manifest: again }) => {
    if (again && JSON.stringify(again) !== JSON.stringify(envelope.manifest)) throw changed(file);
  });
  try {
    await loadFrom(client, new Pieces(source), request);
  } finally {
    await source.return(undefined);
  }
}

async function loadFrom(client: pg.ClientBase, pieces: Pieces, request: LoadRequest): Promise<void> {
  const { file, envelope, onProgress, signal } = request;
  let bytes = 0;
  for (const table of envelope.manifest.tables) {
    const counted = async function* () {
      for await (const block of unpacked(pieces.of(table.name), MOST_BLOCK_BYTES)) {
        signal?.throwIfAborted();
        bytes += block.length;
        onProgress?.({ table: table.name, bytes, expected: 0 });
        yield block;
      }
    };
    const text = `COPY ${table.name} (${columnList(table)}) FROM STDIN (FORMAT binary)`;
    const rows = await copyIn(client, text, counted());
    const wanted = envelope.end.rows[table.name];
    if (rows !== wanted)
      throw new StartError(
        `${file}: ${table.name} has ${rows} rows and should have ${wanted ?? 0}. Nothing was restored.`,
      );
  }
  // To the end, so that the checksum is held against what was loaded.
  if (await pieces.next()) throw changed(file);
}

const MOST_BLOCK_BYTES = 64 * 1024 * 1024;

const changed = (file: string) => new StartError(`${file} was changed while it was read. Nothing was restored.`);

/** The members in the order of the file, handed out by table. */
class Pieces {
  private held: Member | undefined;

  constructor(private readonly source: AsyncGenerator<Member>) {}

  /** The next member of a table, or undefined after the last of all. */
  async next(): Promise<Member | undefined> {
    while (!this.held) {
      const { value, done } = await this.source.next();
      if (done) return undefined;
      if (PIECE.test(value.name)) this.held = value;
    }
    return this.held;
  }

  async *of(table: string): AsyncGenerator<Packed> {
    for (let member = await this.next(); member; member = await this.next()) {
      const [, of, compressed] = PIECE.exec(member.name) ?? [];
      if (of !== table) return;
      this.held = undefined;
      yield { bytes: member.bytes, compressed: compressed !== undefined };
    }
  }
}

async function note(client: pg.ClientBase, { file, envelope }: LoadRequest): Promise<void> {
  await client.query("INSERT INTO system_log (level, source, message, details) VALUES ('warning', 'backup', $1, $2)", [
    `Restored from the backup of ${envelope.manifest.created_at}`,
    JSON.stringify({ file: path.basename(file) }),
  ]);
}
