// Reduces a week into a table of its own, hour by hour, while everything reads and writes the week as before.
import type pg from "pg";
import type { Block } from "./block";
import { createPace } from "./pace";
import type { StoredPartition } from "./partitions";
import { mergeReduced, type Reduced, type ReducedStep, reduceSamples, reduceSteps } from "./reduce";
import { decodeColumns, encodeReduced } from "./reduce-block";
import type { Week } from "./retention-plan";

/** What is reduced, to what, and where it is put. */
export interface WeekJob {
  week: Week;
  step: ReducedStep;
  /** The table that takes the reduced hours. */
  into: string;
  /** The table that remembers from which version of an hour each was made; a dry run needs none. */
  versions?: string;
  signal?: AbortSignal;
}

/** Part-hours in memory at a time: at most a few megabytes. */
const AT_ONCE = 6;

/**
 * An hour as it stands in the week's tables. A row's xmin and ctid are never both the same again once it has been
 * written anew: together they tell whether an hour changed after it was reduced.
 */
const rowsOf = (partition: StoredPartition | undefined, step: string): string =>
  partition
    ? `SELECT set_id, hour, ${step} AS step, offs, data, xmin::text || ctid::text AS version FROM ${partition.name}`
    : `SELECT NULL::int AS set_id, NULL::int AS hour, NULL::smallint AS step, NULL::int[] AS offs, NULL::bytea AS data,
         NULL::text AS version WHERE false`;

/** The columns `set_id`, `hour` and `version` of every part-hour that the week's tables hold; `where` is put on both. */
export const hoursOf = ({ samples, reduced }: Week, where = "true"): string => `
  SELECT set_id, hour, concat(s.version, ' ', r.version) AS version,
    s.offs, s.data, r.step, r.offs AS reduced_offs, r.data AS reduced_data
  FROM (SELECT * FROM (${rowsOf(samples, "0")}) s WHERE ${where}) s
  FULL JOIN (SELECT * FROM (${rowsOf(reduced, "step_s")}) r WHERE ${where}) r USING (set_id, hour)`;

/** Reduces every part-hour that is not yet in `into` as it stands now. Short statements, short computations, pauses. */
export async function reduceWeek(client: pg.ClientBase, job: WeekJob): Promise<void> {
  if (job.versions) await forgetVanished(client, job, job.versions);
  const tables = [job.week.samples, job.week.reduced].flatMap((partition) => (partition ? [partition.name] : []));
  const { rows } = await client.query<{ set: number }>(
    `SELECT DISTINCT set_id AS set FROM (${tables.map((table) => `SELECT set_id FROM ${table}`).join(" UNION ALL ")}) s
     ORDER BY set_id`,
  );
  const pace = createPace(job.signal);
  for (const { set } of rows) {
    const hours = await hoursToDo(client, job, set);
    for (let from = 0; from < hours.length; from += AT_ONCE) {
      await pace();
      await reduceHours(client, job, { set, hours: hours.slice(from, from + AT_ONCE), pace });
    }
  }
}

/** Hours whose rows are gone must not come back with the swap. */
async function forgetVanished(client: pg.ClientBase, { week, into }: WeekJob, versions: string): Promise<void> {
  await client.query(
    `WITH gone AS (
       DELETE FROM ${versions} v WHERE NOT EXISTS
         (SELECT FROM (${hoursOf(week)}) h WHERE (h.set_id, h.hour) = (v.set_id, v.hour)) RETURNING set_id, hour
     ) DELETE FROM ${into} i USING gone WHERE (i.set_id, i.hour) = (gone.set_id, gone.hour)`,
  );
}

async function hoursToDo(client: pg.ClientBase, { week, versions }: WeekJob, set: number): Promise<number[]> {
  const done = versions
    ? `AND NOT EXISTS (SELECT FROM ${versions} v WHERE v.set_id = $1 AND (v.hour, v.version) = (h.hour, h.version))`
    : "";
  const { rows } = await client.query<{ hour: number }>(
    `SELECT hour FROM (${hoursOf(week, "set_id = $1")}) h WHERE true ${done} ORDER BY hour`,
    [set],
  );
  return rows.map(({ hour }) => hour);
}

/** An hour as it is read: full resolution, steps, or (after late samples) both. */
interface StoredHour {
  hour: number;
  version: string;
  offs: number[] | null;
  data: Buffer | null;
  step: ReducedStep | null;
  reduced_offs: number[] | null;
  reduced_data: Buffer | null;
}

async function reduceHours(
  client: pg.ClientBase,
  { week, step, into, versions }: WeekJob,
  { set, hours, pace }: { set: number; hours: number[]; pace: () => Promise<void> },
): Promise<void> {
  const { rows } = await client.query<StoredHour>(`${hoursOf(week, "set_id = $1 AND hour = ANY ($2)")} ORDER BY hour`, [
    set,
    hours,
  ]);
  const values: unknown[] = [];
  for (const row of rows) {
    const { offs, data, step: made } = await reduceHour(row, step, pace);
    values.push(set, row.hour, row.version, made, offs, data);
  }
  if (rows.length === 0) return;
  const tuple = (_: unknown, i: number) => {
    const types = ["int", "int", "text", "smallint", "int[]", "bytea"];
    return `(${types.map((type, k) => `$${6 * i + k + 1}::${type}`).join()})`;
  };
  const noted = versions
    ? `, noted AS (INSERT INTO ${versions} SELECT set_id, hour, version FROM made
         ON CONFLICT (set_id, hour) DO UPDATE SET version = excluded.version)`
    : "";
  await client.query(
    `WITH made (set_id, hour, version, step_s, offs, data) AS (VALUES ${rows.map(tuple).join()}) ${noted}
     INSERT INTO ${into} (set_id, hour, step_s, offs, data) SELECT set_id, hour, step_s, offs, data FROM made
     ON CONFLICT (set_id, hour) DO UPDATE SET step_s = excluded.step_s, offs = excluded.offs, data = excluded.data`,
    values,
  );
}

/** What is coarse enough already stays as it is. */
async function reduceHour(
  row: StoredHour,
  wanted: ReducedStep,
  pace: () => Promise<void>,
): Promise<Block & { step: ReducedStep }> {
  const steps = blockOf(row.reduced_offs, row.reduced_data);
  const samples = blockOf(row.offs, row.data);
  const step = Math.max(wanted, row.step ?? 0) as ReducedStep;
  if (steps && !samples && row.step === step) return { ...steps, step };
  const parts: Reduced[] = [];
  if (steps) {
    const { times, columns } = await decodeColumns(steps, pace);
    parts.push(reduceSteps({ starts: times, columns }, step));
  }
  if (samples) {
    const { times, columns } = await decodeColumns(samples, pace);
    parts.push(reduceSamples(times, columns, step));
  }
  const [first = { starts: new Float64Array(0), columns: [] }, second] = parts;
  return { ...(await encodeReduced(second ? mergeReduced(first, second, step) : first, pace)), step };
}

const blockOf = (offs: number[] | null, data: Buffer | null): Block | undefined =>
  offs && data ? { offs, data } : undefined;
