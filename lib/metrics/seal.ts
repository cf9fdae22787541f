// Sealing: the head rows of a complete hour become one compressed row per part, and are gone.
import type pg from "pg";
import { pool } from "../db";
import { type Block, BlockBuilder } from "./block";
import { copyOutField } from "./copy";
import { DAY_HOURS, dayOf, forgetDay, rollUpDay } from "./day";
import { type HeadRow, mergeSamples, splitHeadRows } from "./grid";
import { HOUR_MS, hourOf, hourOfColumns } from "./hour";
import { mergeLate } from "./late";
import { createPace } from "./pace";
import { ensurePartitions } from "./partitions";
import { transaction } from "./transaction";

/** How long after its end an hour is still left open for late samples. Later ones are merged into the sealed hour. */
const GRACE_MS = 120_000;
/** Partitions exist this long before they are needed. */
const AHEAD_HOURS = 24;
/** First key of the advisory locks on sealing; the second is the subject. */
export const SEAL_LOCK = 0x7365616c;

export interface Sealed {
  /** Rows written: parts × hours. */
  sets: number;
  /** Values taken from the head. */
  samples: number;
}

/**
 * Seals every hour that ended 2 minutes before `now` (ms since the epoch) or earlier, and drops head rows of parts that
 * no longer exist. One transaction per subject and hour; a subject that another process is sealing is left to it.
 * Sealing again changes nothing. Works half of the time only, in slices of some milliseconds.
 * @param signal ends it early: what is not sealed then stays in the head
 * @throws AggregateError when some hours could not be sealed: they stay in the head, all others are sealed
 */
export async function sealHours(now: number, signal?: AbortSignal): Promise<Sealed> {
  const before = hourOf(now - GRACE_MS);
  const total = { sets: 0, samples: 0 };
  const failures: unknown[] = [];
  const due = await dueHours(before);
  await ensurePartitions([...due.map(({ hour }) => hour), before, before + AHEAD_HOURS]);
  const pace = createPace(signal);
  const lastOfDay = new Map(due.map(({ subject, hour }) => [`${subject} ${dayOf(hour)}`, hour]));
  for (const job of due) {
    if (signal?.aborted) break;
    try {
      const sealed = await sealSubject(job, { pace, day: dayAfter(job, { before, lastOfDay }) });
      total.sets += sealed.sets;
      total.samples += sealed.samples;
    } catch (error) {
      if (!signal?.aborted) failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${due.length} hours could not be sealed`);
  return total;
}

interface Due {
  /** Null: the parts were deleted after these rows were written, or just before. */
  subject: number | null;
  /** Hours since the epoch. */
  hour: number;
  sets: number[];
}

/** Hours earlier than `before` that have head rows. Jumps from part to part in the index: the head itself is not read. */
async function dueHours(before: number): Promise<Due[]> {
  const { rows } = await pool().query<Due>(
    `WITH RECURSIVE used (set_id) AS (
       (SELECT set_id FROM sample_head ORDER BY set_id LIMIT 1)
       UNION ALL
       SELECT (SELECT set_id FROM sample_head WHERE set_id > used.set_id ORDER BY set_id LIMIT 1)
       FROM used WHERE used.set_id IS NOT NULL
     )
     SELECT part.subject, head.hour::int AS hour, array_agg(used.set_id ORDER BY used.set_id) AS sets
     FROM used LEFT JOIN series_set AS part ON part.id = used.set_id,
       LATERAL (SELECT DISTINCT ts / $2::bigint AS hour FROM sample_head WHERE set_id = used.set_id AND ts < $1) head
     GROUP BY part.subject, head.hour ORDER BY head.hour, part.subject`,
    [before * HOUR_MS, HOUR_MS],
  );
  return rows;
}

type Pace = () => Promise<void>;
/** What becomes of the day of an hour that was sealed: nothing while it lasts. */
type AfterHour = "nothing" | "forget" | "roll up";

/** A day that is over is rolled up with the last of its hours that is sealed now. */
function dayAfter(
  { subject, hour }: Due,
  { before, lastOfDay }: { before: number; lastOfDay: ReadonlyMap<string, number> },
): AfterHour {
  if ((dayOf(hour) + 1) * DAY_HOURS > before) return "nothing";
  return lastOfDay.get(`${subject} ${dayOf(hour)}`) === hour ? "roll up" : "forget";
}

function sealSubject({ subject, hour, sets }: Due, { pace, day }: { pace: Pace; day: AfterHour }): Promise<Sealed> {
  return transaction(async (client) => {
    const total = { sets: 0, samples: 0 };
    if (subject === null) {
      await dropOrphans(client, hour, sets);
      return total;
    }
    const lock = await client.query("SELECT pg_try_advisory_xact_lock($1, $2) AS free", [SEAL_LOCK, subject]);
    if (!lock.rows[0]?.free) return total;
    // Parts that were deleted since are left out; their rows in the head go next time.
    const parts = await client.query<{ id: number }>("SELECT id FROM series_set WHERE id = ANY ($1) ORDER BY id", [
      sets,
    ]);
    for (const { id: set } of parts.rows) {
      const samples = await sealPart(client, { set, hour }, pace);
      total.sets += samples > 0 ? 1 : 0;
      total.samples += samples;
    }
    const sealed = parts.rows.map(({ id }) => id);
    if (day === "forget") await forgetDay(client, sealed, dayOf(hour));
    if (day === "roll up") await rollUpDay(client, sealed, dayOf(hour));
    return total;
  });
}

/** What was written for parts that are gone: nobody could read it, and nothing else would ever delete it. */
async function dropOrphans(client: pg.ClientBase, hour: number, sets: readonly number[]): Promise<void> {
  await client.query(
    `DELETE FROM sample_head WHERE set_id = ANY ($1) AND ts >= $2 AND ts < $2 + $3
       AND NOT EXISTS (SELECT FROM series_set WHERE id = set_id)`,
    [sets, hour * HOUR_MS, HOUR_MS],
  );
}

interface PartOfHour {
  set: number;
  hour: number;
}

/** @returns the number of values that left the head */
async function sealPart(client: pg.ClientBase, { set, hour }: PartOfHour, pace: Pace): Promise<number> {
  const head = await takeHead(client, { set, hour });
  if (head.length === 0) return 0;
  const { sealed, reduced } = await readSealed(client, { set, hour });
  const late = reduced ? await mergeLate(client, { set, hour, head }) : undefined;
  if (late !== undefined) return late;
  await pace();
  const { times, columns, added } = mergeSamples(head, sealed);
  const builder = new BlockBuilder(times);
  for (const column of columns) {
    await pace();
    builder.add(column);
  }
  const { offs, data } = builder.build();
  await client.query(
    `WITH data AS (
       INSERT INTO sample_data (set_id, hour, offs, data) VALUES ($1, $2, $3, $4)
       ON CONFLICT (set_id, hour) DO UPDATE SET offs = excluded.offs, data = excluded.data
     )
     INSERT INTO sample_hour (set_id, hour, agg) VALUES ($1, $2, $5)
     ON CONFLICT (set_id, hour) DO UPDATE SET agg = excluded.agg`,
    [set, hour, offs, data, hourOfColumns(columns)],
  );
  return added;
}

/** What stands for the hour already; `reduced`: only what was made of its samples, which are gone. */
async function readSealed(
  client: pg.ClientBase,
  { set, hour }: PartOfHour,
): Promise<{ sealed?: Block; reduced: boolean }> {
  const { rows } = await client.query<(Block | { data: null }) & { reduced: boolean }>(
    `SELECT offs, data, data IS NULL AND (
         EXISTS (SELECT FROM sample_hour WHERE set_id = $1 AND hour = $2)
         OR EXISTS (SELECT FROM sample_reduced WHERE set_id = $1 AND hour = $2)) AS reduced
       FROM (VALUES ($1::int, $2::int)) AS wanted (set_id, hour) LEFT JOIN sample_data USING (set_id, hour)`,
    [set, hour],
  );
  const [row] = rows;
  return row?.data ? { sealed: row, reduced: false } : { reduced: row?.reduced ?? false };
}

async function takeHead(client: pg.ClientBase, { set, hour }: PartOfHour): Promise<HeadRow[]> {
  const [from, to] = [hour * HOUR_MS, (hour + 1) * HOUR_MS];
  const bytes = await copyOutField(
    client,
    `COPY (
       WITH gone AS (
         DELETE FROM sample_head WHERE set_id = ${set} AND ts >= ${from} AND ts < ${to} RETURNING ts, values
       )
       SELECT string_agg(int4send((ts - ${from})::int) || array_send(values), '') FROM gone
     ) TO STDOUT (FORMAT binary)`,
  );
  return splitHeadRows(bytes);
}
