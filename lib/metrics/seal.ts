// Sealing: the head rows of a complete hour become one compressed row per part, and are gone.
import type pg from "pg";
import { pool } from "../db";
import { type Block, encodeBlock } from "./block";
import { type HeadRow, mergeSamples } from "./grid";
import { encodeAggregates, HOUR_MS, hourOf } from "./hour";
import { ensurePartitions } from "./partitions";
import { transaction } from "./transaction";

/** How long after its end an hour is still left open for late samples. Later ones are merged into the sealed hour. */
const GRACE_MS = 120_000;
/** Partitions exist this long before they are needed. */
const AHEAD_HOURS = 24;
/** First key of the advisory locks on sealing; the second is the subject. */
const SEAL_LOCK = 0x7365616c;

export interface Sealed {
  /** Rows written: parts × hours. */
  sets: number;
  /** Values taken from the head. */
  samples: number;
}

/**
 * Seals every hour that ended 2 minutes before `now` (ms since the epoch) or earlier. One transaction per subject and
 * hour; a subject that another process is sealing is left to it. Sealing again changes nothing.
 * @throws AggregateError when some hours could not be sealed: they stay in the head, all others are sealed
 */
export async function sealHours(now: number): Promise<Sealed> {
  const before = hourOf(now - GRACE_MS);
  const total = { sets: 0, samples: 0 };
  const failures: unknown[] = [];
  const due = await dueHours(before);
  await ensurePartitions([...due.map(({ hour }) => hour), before, before + AHEAD_HOURS]);
  for (const job of due) {
    try {
      const sealed = await sealSubject(job);
      total.sets += sealed.sets;
      total.samples += sealed.samples;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} of ${due.length} hours could not be sealed`);
  return total;
}

interface Due {
  subject: number;
  /** Hours since the epoch. */
  hour: number;
  sets: number[];
}

/** Hours earlier than `before` that have head rows; one look into the index for each part that has none. */
async function dueHours(before: number): Promise<Due[]> {
  const { rows } = await pool().query<Due>(
    `SELECT s.subject, head.hour::int AS hour, array_agg(s.id ORDER BY s.id) AS sets
     FROM series_set s,
       LATERAL (SELECT DISTINCT ts / $2::bigint AS hour FROM sample_head WHERE set_id = s.id AND ts < $1) head
     GROUP BY s.subject, head.hour ORDER BY head.hour, s.subject`,
    [before * HOUR_MS, HOUR_MS],
  );
  return rows;
}

function sealSubject({ subject, hour, sets }: Due): Promise<Sealed> {
  return transaction(async (client) => {
    const total = { sets: 0, samples: 0 };
    const lock = await client.query("SELECT pg_try_advisory_xact_lock($1, $2) AS free", [SEAL_LOCK, subject]);
    if (!lock.rows[0]?.free) return total;
    for (const set of sets) {
      const samples = await sealPart(client, set, hour);
      total.sets += samples > 0 ? 1 : 0;
      total.samples += samples;
    }
    return total;
  });
}

/** @returns the number of values that left the head */
async function sealPart(client: pg.ClientBase, set: number, hour: number): Promise<number> {
  const head = await client.query<HeadRow>(
    `DELETE FROM sample_head WHERE set_id = $1 AND ts >= $2 AND ts < $2 + $3
     RETURNING (ts - $2)::int AS time, array_send(values) AS values`,
    [set, hour * HOUR_MS, HOUR_MS],
  );
  if (head.rows.length === 0) return 0;
  const sealed = await client.query<Block>("SELECT offs, data FROM sample_data WHERE set_id = $1 AND hour = $2", [
    set,
    hour,
  ]);
  const { times, columns, added } = mergeSamples(head.rows, sealed.rows[0]);
  const { offs, data } = encodeBlock(times, columns);
  await client.query(
    `WITH data AS (
       INSERT INTO sample_data (set_id, hour, offs, data) VALUES ($1, $2, $3, $4)
       ON CONFLICT (set_id, hour) DO UPDATE SET offs = excluded.offs, data = excluded.data
     )
     INSERT INTO sample_hour (set_id, hour, agg) VALUES ($1, $2, $5)
     ON CONFLICT (set_id, hour) DO UPDATE SET agg = excluded.agg`,
    [set, hour, offs, data, encodeAggregates(columns)],
  );
  return added;
}
