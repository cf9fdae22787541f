// What a database holds, table by table, in a form that two databases can be compared by.
import pg from "pg";

/** Rows and their digest by table. */
export type Contents = Record<string, { rows: number; digest: string }>;

const TABLES = `
  SELECT relname AS name FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence = 'p' ORDER BY 1`;

/** Every permanent table with every column; partitions each for itself. */
export async function contentsOf(url: string, { without = [] as string[] } = {}): Promise<Contents> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(TABLES);
    const contents: Contents = {};
    for (const { name } of tables.filter((table) => !without.includes(table.name))) {
      const { rows } = await client.query<{ rows: number; digest: string }>(
        `SELECT count(*)::int AS rows, coalesce(md5(string_agg(line, '' ORDER BY line)), '') AS digest
         FROM (SELECT md5(t::text) AS line FROM ${name} t) lines`,
      );
      if (rows[0]) contents[name] = rows[0];
    }
    return contents;
  } finally {
    await client.end();
  }
}

/** Tables, columns, indexes, constraints, triggers, notes, and where the numbering stands. */
export async function shapeOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(SHAPE);
    const counters = await client.query<{ line: string }>(
      "SELECT concat_ws(' ', sequencename, last_value) AS line FROM pg_sequences WHERE sequencename NOT LIKE 'system_log%' ORDER BY 1",
    );
    return [...rows, ...counters.rows].map(({ line }) => line);
  } finally {
    await client.end();
  }
}

const OURS = "relnamespace = 'public'::regnamespace";
const SHAPE = `
  SELECT concat_ws(' ', relname, relkind, relpersistence, reloptions, pg_get_expr(relpartbound, oid), obj_description(oid, 'pg_class')) AS line
  FROM pg_class WHERE ${OURS} AND relkind IN ('r', 'p', 'i', 'I')
  UNION ALL SELECT concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attstorage, attnum)
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE ${OURS} AND relkind IN ('r', 'p') AND attnum > 0
  UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal
  ORDER BY 1`;
