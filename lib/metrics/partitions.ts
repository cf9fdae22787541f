// The pieces in which sealed hours are kept: weeks of samples and of reduced steps, months of aggregates. Old ones go whole.
import type pg from "pg";
import { pool } from "../db";
import { HOUR_MS } from "./hour";
import { transaction } from "./transaction";

/** Hours from `from` to before `to` live in the table `name`. */
export interface Partition {
  parent: "sample_data" | "sample_reduced" | "sample_hour";
  name: string;
  from: number;
  to: number;
}

const WEEK_HOURS = 168;
/** The first Monday since the epoch, in hours. */
const MONDAY = 96;
/** Two sealers must not create the same table at once. */
const CREATE_LOCK = 0x646f7a72;

/** The hour in which the month (UTC) of a time starts, or the month that many months later. */
export function startOfMonth(ts: number, later = 0): number {
  const date = new Date(ts);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1) / HOUR_MS;
}

const dateOf = (hour: number): string => new Date(hour * HOUR_MS).toISOString().slice(0, 10).replaceAll("-", "");

/** The weeks (from Monday) and the month, all UTC, that hold an hour, e.g. `sample_data_20261116`, `sample_hour_202611`. */
export function partitionsOf(hour: number): [samples: Partition, reduced: Partition, aggregates: Partition] {
  const monday = MONDAY + Math.floor((hour - MONDAY) / WEEK_HOURS) * WEEK_HOURS;
  const week = { from: monday, to: monday + WEEK_HOURS };
  const from = startOfMonth(hour * HOUR_MS);
  const to = startOfMonth(hour * HOUR_MS, 1);
  return [
    { parent: "sample_data", name: `sample_data_${dateOf(monday)}`, ...week },
    { parent: "sample_reduced", name: `sample_reduced_${dateOf(monday)}`, ...week },
    { parent: "sample_hour", name: `sample_hour_${dateOf(from).slice(0, 6)}`, from, to },
  ];
}

/** Creates what is missing for these hours. Readers and writers of other partitions do not wait meanwhile. */
export async function ensurePartitions(hours: readonly number[]): Promise<void> {
  const wanted = new Map(hours.flatMap(partitionsOf).map((partition) => [partition.name, partition]));
  const { rows } = await pool().query<{ name: string }>(
    "SELECT name FROM unnest($1::text[]) AS wanted (name) WHERE to_regclass(name) IS NULL",
    [[...wanted.keys()]],
  );
  for (const { name } of rows) {
    const partition = wanted.get(name);
    if (partition) await create(partition);
  }
}

/** Until the end of the transaction nobody else creates partitions. To be taken before any lock on their tables. */
export async function lockCreation(client: pg.ClientBase): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [CREATE_LOCK]);
}

async function create({ parent, name, from, to }: Partition): Promise<void> {
  await transaction(async (client) => {
    await lockCreation(client);
    const { rows } = await client.query("SELECT FROM pg_class WHERE oid = to_regclass($1)", [name]);
    if (rows.length > 0) return;
    // Made alone and attached: CREATE … PARTITION OF would lock the parent against all reading.
    await client.query(`CREATE TABLE ${name} (LIKE ${parent} INCLUDING ALL)`);
    await client.query(`ALTER TABLE ${parent} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
  });
}

/** A partition that is there, with the note its table carries. */
export interface StoredPartition extends Partition {
  note: string | null;
}

/** All partitions, oldest first. */
export async function storedPartitions(db: Pick<pg.ClientBase, "query"> = pool()): Promise<StoredPartition[]> {
  const { rows } = await db.query<Pick<StoredPartition, "parent" | "name" | "note"> & { bounds: string }>(
    `SELECT parent.relname AS parent, child.relname AS name, obj_description(child.oid, 'pg_class') AS note,
       pg_get_expr(child.relpartbound, child.oid) AS bounds
     FROM pg_inherits JOIN pg_class parent ON parent.oid = inhparent JOIN pg_class child ON child.oid = inhrelid
     WHERE inhparent IN ('sample_data'::regclass, 'sample_reduced'::regclass, 'sample_hour'::regclass)
     ORDER BY right(child.relname, 8), child.relname`,
  );
  return rows.map(({ bounds, ...partition }) => {
    const [from = 0, to = 0] = (bounds.match(/-?\d+/g) ?? []).map(Number);
    return { ...partition, from, to };
  });
}
