// Which tables a backup holds, in what shape and order.
import type pg from "pg";
import type { Migration } from "../migrate";
import { StartError } from "../start-error";
import type { Manifest, StoredTable } from "./manifest";

/** Leases say which process works on what just now; a restored Dozor has processes of its own. */
const LEFT_OUT = new Set(["lease"]);

/** What a statement of a migration does to a table: makes it, drops some, renames one. */
const CHANGE =
  /^(?:CREATE TABLE (?:IF NOT EXISTS )?(?<made>\w+)|DROP TABLE (?:IF EXISTS )?(?<dropped>\w+(?:,\s*\w+)*)|ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(?<old>\w+)\s+RENAME TO (?<renamed>\w+))/gim;

/** The permanent tables that these migrations leave. Unlogged ones hold what is asked anew within seconds. */
export function permanentTables(migrations: readonly Migration[]): string[] {
  const names = new Set<string>();
  for (const { groups = {} } of migrations.flatMap(({ sql }) => [...sql.matchAll(CHANGE)])) {
    const { made, dropped, old, renamed } = groups;
    if (made) names.add(made);
    for (const name of dropped?.split(/,\s*/) ?? []) names.delete(name);
    if (old && renamed && names.delete(old)) names.add(renamed);
  }
  return [...names].filter((name) => !LEFT_OUT.has(name));
}

interface FoundTable {
  name: string;
  kind: "r" | "p";
  parent: string | null;
  bounds: string | null;
  note: string | null;
}

const TABLES = `
  SELECT c.relname AS name, c.relkind AS kind, parent.relname AS parent, pg_get_expr(c.relpartbound, c.oid) AS bounds,
    obj_description(c.oid, 'pg_class') AS note
  FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
  WHERE c.relnamespace = current_schema()::text::regnamespace AND c.relkind IN ('r', 'p')
    AND (c.relname = ANY ($1) OR parent.relname = ANY ($1))
  ORDER BY c.relname`;

/** The tables that are there, pieces of partitioned ones included. */
async function findTables(client: pg.ClientBase, names: readonly string[]): Promise<FoundTable[]> {
  return (await client.query<FoundTable>(TABLES, [names])).rows;
}

const LOCK_ATTEMPTS = 20;
/** A lock that is not had in time, a circle of waiting, a table that has just gone. */
const AGAIN = new Set(["55P03", "40P01", "42P01"]);

/**
 * Begins a transaction that sees one moment, and in which no table of ours can go or change its shape: retention waits
 * or comes back later, all other work goes on.
 * @throws StartError if tables come and go all the time
 */
export async function beginSnapshot(client: pg.ClientBase, names: readonly string[]): Promise<FoundTable[]> {
  for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt++) {
    const found = await findTables(client, names);
    try {
      // The locks come before the snapshot, which the first statement that reads takes.
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      await client.query("SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = 0");
      await client.query(`LOCK TABLE ${lockOrder(found)} IN ACCESS SHARE MODE`);
      const seen = await findTables(client, names);
      if (JSON.stringify(seen) === JSON.stringify(found)) return found;
    } catch (error) {
      if (!AGAIN.has(String((error as { code?: unknown }).code))) throw error;
    }
    await client.query("ROLLBACK");
  }
  throw new StartError("The tables of the database are being changed all the time. Try again in a minute.");
}

/** Parents before their pieces, as retention takes them. */
const lockOrder = (tables: readonly FoundTable[]): string =>
  [...tables.filter(({ parent }) => !parent), ...tables.filter(({ parent }) => parent)]
    .map(({ name }) => `ONLY ${name}`)
    .join();

const COLUMNS = `
  SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = current_schema()::text::regnamespace AND c.relname = ANY ($1)
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  GROUP BY 1`;

const REFERENCES = `
  SELECT conrelid::regclass::text AS from, confrelid::regclass::text AS to FROM pg_constraint
  WHERE contype = 'f' AND connamespace = current_schema()::text::regnamespace`;

/** The tables that hold rows, each behind those that it refers to. */
export async function describeTables(client: pg.ClientBase, found: readonly FoundTable[]): Promise<StoredTable[]> {
  const holding = found.filter(({ kind }) => kind === "r");
  const columns = await client.query<{ table: string; columns: string[] }>(COLUMNS, [holding.map(({ name }) => name)]);
  const byTable = new Map(columns.rows.map((row) => [row.table, row.columns]));
  const references = await client.query<{ from: string; to: string }>(REFERENCES);
  return inOrder(holding, references.rows).map(({ name, parent, bounds, note }) => {
    const [from = 0, to = 0] = (bounds?.match(/-?\d+/g) ?? []).map(Number);
    return { name, columns: byTable.get(name) ?? [], ...(parent && { partition: { parent, from, to, note } }) };
  });
}

/** Pieces of history, which are large and refer to nothing, come last. */
function inOrder(tables: readonly FoundTable[], references: readonly { from: string; to: string }[]): FoundTable[] {
  const depth = (name: string): number =>
    Math.max(0, ...references.filter(({ from, to }) => from === name && to !== name).map(({ to }) => 1 + depth(to)));
  const rank = ({ name, parent }: FoundTable): number => (parent ? 1_000 : depth(name));
  return [...tables].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

const COUNTERS = `
  SELECT t.relname AS table, a.attname AS column, s.oid::regclass::text AS counter
  FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
    JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
  WHERE s.relkind = 'S' AND t.relname = ANY ($1) AND t.relnamespace = current_schema()::text::regnamespace
  ORDER BY 1, 2`;

/** Where the numbering of rows stands: at or behind every row of the snapshot. */
export async function readCounters(
  client: pg.ClientBase,
  tables: readonly StoredTable[],
): Promise<Manifest["counters"]> {
  const { rows } = await client.query<{ table: string; column: string; counter: string }>(COUNTERS, [
    tables.map(({ name }) => name),
  ]);
  const counters: Manifest["counters"] = [];
  for (const { table, column, counter } of rows) {
    const found = await client.query<{ last: string; called: boolean }>(
      `SELECT last_value::text AS last, is_called AS called FROM ${counter}`,
    );
    for (const { last, called } of found.rows) counters.push({ table, column, last, called });
  }
  return counters;
}
