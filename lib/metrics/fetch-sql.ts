// The statements of reading. Which row speaks for an hour of a part: its samples (head and sealed), what they were reduced
// to, or else its aggregates; samples that came late stand in the head, beside any of them.
import { AGGREGATE_BYTES, HOUR_MS } from "./hour";
import { COLUMNS_PER_SLOT } from "./reduce";

// Slot 0 stands for the times of an hour; the head has them beside each value. Parameters: sets, slots, from, to (ms).
const WANTED = "unnest($1::int[], $2::int[]) AS wanted (set_id, slot)";
const HOURS = `hour BETWEEN $3::bigint / ${HOUR_MS} AND ($4::bigint - 1) / ${HOUR_MS}`;
const column = (index: string) =>
  `substring(data FROM offs[2 * (${index}) + 1] + 1 FOR offs[2 * (${index}) + 2] - offs[2 * (${index}) + 1])`;
const has = (index: string) => `2 * (${index}) < cardinality(offs)`;

const HEAD = `
  SELECT 'head' AS kind, set_id AS set, slot, 0 AS hour, 0 AS step, 0 AS part,
    string_agg(int8send(ts) || float8send(values[slot]), '' ORDER BY ts) AS bytes
  FROM ${WANTED} JOIN sample_head USING (set_id)
  WHERE ts >= $3 AND ts < $4 AND values[slot] IS NOT NULL GROUP BY set_id, slot`;

const data = (rows: string) => `
  SELECT 'data', set_id, slot, hour, 0, 0, ${column("slot")}
  FROM ${WANTED} JOIN ${rows} USING (set_id) WHERE ${HOURS} AND ${has("slot")}`;

const REDUCED = `CASE slot WHEN 0 THEN 0 ELSE ${COLUMNS_PER_SLOT} * (slot - 1) + 1 + part END`;
const reduced = (rows: string) => `
  SELECT 'reduced', set_id, slot, hour, step_s, part, ${column(REDUCED)}
  FROM ${WANTED} JOIN ${rows} USING (set_id),
    generate_series(0, CASE slot WHEN 0 THEN 0 ELSE ${COLUMNS_PER_SLOT - 1} END) AS part
  WHERE ${HOURS} AND ${has(REDUCED)}`;

// An hour names the place of each slot's aggregate (see hour.ts).
const AGGREGATE = `substring(agg FROM 2 + get_byte(agg, 0) + ${AGGREGATE_BYTES} * get_byte(agg, slot) FOR ${AGGREGATE_BYTES})`;

// Every block has a column of times: hours that came in a finer way are known by it.
const hours = `
  SELECT 'hour', set_id, slot, 0, 3600, 0,
    string_agg(int4send(hour) || ${AGGREGATE}, '')
  FROM ${WANTED} JOIN sample_hour USING (set_id)
  WHERE set_id = ANY ($1::int[]) AND ${HOURS} AND slot BETWEEN 1 AND get_byte(agg, 0)
    AND (set_id, hour) NOT IN (SELECT set_id, hour FROM finer WHERE slot = 0)
  GROUP BY set_id, slot`;

const FINER = "finer (kind, set_id, slot, hour, step, part, bytes) AS MATERIALIZED";

/** As fine as it is stored. */
export const SAMPLES_SQL = `
  WITH ${FINER} (${data("sample_data")} UNION ALL ${reduced("sample_reduced")})
  ${HEAD} UNION ALL SELECT * FROM finer UNION ALL ${hours}`;

// An hour with rows in the head is not final: it comes as fine as it is stored, and its aggregate only if it is alone.
const OPEN = `
  SELECT DISTINCT set_id, (ts / ${HOUR_MS})::int AS hour FROM sample_head
  WHERE set_id = ANY ($1::int[]) AND ts >= $3 AND ts < $4`;
const open = (table: string) => `(open JOIN (SELECT * FROM ${table} WHERE ${HOURS}) AS stored USING (set_id, hour))`;

/** Whole hours from their aggregates. */
export const HOURS_SQL = `
  WITH open AS MATERIALIZED (${OPEN}),
  ${FINER} (${data(open("sample_data"))} UNION ALL ${reduced(open("sample_reduced"))})
  ${HEAD} UNION ALL SELECT * FROM finer UNION ALL ${hours}`;
