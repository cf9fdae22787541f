// The pieces in which sealed hours are kept: weeks of full resolution, months of aggregates. Old ones go as a whole.
import { pool } from "../db";
import { HOUR_MS } from "./hour";
import { transaction } from "./transaction";

/** Hours from `from` to before `to` live in the table `name`. */
export interface Partition {
  parent: "sample_data" | "sample_hour";
  name: string;
  from: number;
  to: number;
}

const WEEK_HOURS = 168;
/** The first Monday since the epoch, in hours. */
const MONDAY = 96;
/** Two sealers must not create the same table at once. */
const CREATE_LOCK = 0x646f7a72;

const hourAt = (year: number, month: number): number => Date.UTC(year, month, 1) / HOUR_MS;
const dateOf = (hour: number): string => new Date(hour * HOUR_MS).toISOString().slice(0, 10).replaceAll("-", "");

/** Week (from Monday) and month, both UTC, that hold an hour: `sample_data_20261116`, `sample_hour_202611`. */
export function partitionsOf(hour: number): [Partition, Partition] {
  const week = MONDAY + Math.floor((hour - MONDAY) / WEEK_HOURS) * WEEK_HOURS;
  const date = new Date(hour * HOUR_MS);
  const from = hourAt(date.getUTCFullYear(), date.getUTCMonth());
  const to = hourAt(date.getUTCFullYear(), date.getUTCMonth() + 1);
  return [
    { parent: "sample_data", name: `sample_data_${dateOf(week)}`, from: week, to: week + WEEK_HOURS },
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

async function create({ parent, name, from, to }: Partition): Promise<void> {
  await transaction(async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [CREATE_LOCK]);
    const { rows } = await client.query("SELECT FROM pg_class WHERE oid = to_regclass($1)", [name]);
    if (rows.length > 0) return;
    // Made alone and attached: CREATE … PARTITION OF would lock the parent against all reading.
    await client.query(`CREATE TABLE ${name} (LIKE ${parent} INCLUDING ALL)`);
    await client.query(`ALTER TABLE ${parent} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
  });
}
