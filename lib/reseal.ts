// Changing the encryption key: everything that is not sealed with the first key is opened and sealed anew.
import { type Database, decrypt, encrypt, encryptingKey, SEALED_COLUMNS } from "./secrets";

/** What was done to one column. */
export interface Resealed {
  /** `servers.pg_password` */
  name: string;
  /** Values encrypted anew. */
  count: number;
  /** Ids of rows whose value its key does not open: it was changed, or moved. They stay as they are. */
  unreadable: string[];
}

/** Whoever runs with another first key could go on for ever. */
const MOST_ROUNDS = 10;

/**
 * Seals every stored secret with the first key. Each row is written only if it still holds what was read, so a change
 * made meanwhile stands; the next round looks at it. Stopped in the middle, it can be run again.
 */
export async function reseal(database: Database): Promise<Resealed[]> {
  const done: Resealed[] = [];
  for (const column of SEALED_COLUMNS) done.push(await resealColumn(database, column));
  return done;
}

type Column = (typeof SEALED_COLUMNS)[number];

async function resealColumn(database: Database, column: Column): Promise<Resealed> {
  const unreadable = new Set<string>();
  let count = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const rows = (await olderValues(database, column)).filter(({ id }) => !unreadable.has(id));
    if (rows.length === 0) break;
    for (const row of rows) {
      const fresh = resealed(row, column);
      if (fresh === null) unreadable.add(row.id);
      else if (await exchange(database, column, { ...row, fresh })) count += 1;
    }
  }
  return { name: `${column.table}.${column.column}`, count, unreadable: [...unreadable] };
}

interface Value {
  id: string;
  sealed: string;
}

async function olderValues(database: Database, { table, column }: Column): Promise<Value[]> {
  const { rows } = await database.query(
    `SELECT id::text AS id, ${column} AS sealed FROM ${table} WHERE split_part(${column}, ':', 1) <> $1 ORDER BY ${table}.id`,
    [encryptingKey()],
  );
  return rows.map(({ id, sealed }) => ({ id: String(id), sealed: String(sealed) }));
}

/** Null where it cannot be opened. */
function resealed({ id, sealed }: Value, { table, column }: Column): string | null {
  const place = `${table}:${column}:${id}`;
  try {
    return encrypt(decrypt(sealed, place), place);
  } catch {
    return null;
  }
}

async function exchange(
  database: Database,
  { table, column }: Column,
  { id, sealed, fresh }: Value & { fresh: string },
): Promise<boolean> {
  const { rows } = await database.query(
    `UPDATE ${table} SET ${column} = $1 WHERE id = $2 AND ${column} = $3 RETURNING id`,
    [fresh, id, sealed],
  );
  return rows.length > 0;
}
