// The statements of reading. Which row speaks for an hour of a part: its samples (head and sealed), what they were reduced
// to, or else its aggregates; samples that came late stand in the head, beside any of them.
import { LENGTHS } from "./block";
import { DAY_HOURS, DAY_MS } from "./day";
import { AGGREGATE_SQL, HOUR_MS, SLOTS_SQL } from "./hour";
import { COLUMNS_PER_SLOT } from "./reduce";

// Parameters: sets, slots, from, to (ms); of the hours that the caller has decoded already: sets, hours, and each one's table
// and version.
const WANTED = "unnest($1::int[], $2::int[]) AS wanted (set_id, slot)";
const PART = `(SELECT set_id, array_agg(DISTINCT slot) AS slots FROM ${WANTED} GROUP BY set_id) AS part`;
const HOURS = `hour BETWEEN $3::bigint / ${HOUR_MS} AND ($4::bigint - 1) / ${HOUR_MS}`;
const KNOWN = "SELECT * FROM unnest($5::int[], $6::int[], $7::bigint[], $8::bigint[])";

const HEAD = `
  SELECT 'head' AS kind, set_id AS set, slot, 0 AS hour, 0 AS step,
    string_agg(int8send(ts) || float8send(values[slot]), '' ORDER BY ts) AS bytes
  FROM ${WANTED} JOIN sample_head USING (set_id)
  WHERE ts >= $3 AND ts < $4 AND values[slot] IS NOT NULL GROUP BY set_id, slot`;

// A row that is written anew has another transaction's number, one that is copied stands in another table.
const versionOf = (table: string) => `${table}.tableoid::bigint, ${table}.xmin::text::bigint`;
const stored = (table: string, { step, from }: { step: string; from: string }) => `
  SELECT set_id, hour, ${step}, offs, data, ${versionOf(table)}, (set_id, hour, ${versionOf(table)}) IN (${KNOWN})
  FROM ${from} WHERE set_id = ANY ($1::int[]) AND ${HOURS}`;
/** Hours with more than aggregates; `of` says for each table where they come from. */
const storedHours = (of: (table: string) => string) => `
  stored (set_id, hour, step_s, offs, data, in_table, version, is_known) AS MATERIALIZED (
    ${stored("sample_data", { step: "0", from: of("sample_data") })}
    UNION ALL ${stored("sample_reduced", { step: "step_s", from: of("sample_reduced") })})`;

// Where a column lies, see block.ts.
const IS_PAIRED = "offs[1] = 0";
const startOf = (index: string) =>
  `CASE WHEN ${IS_PAIRED} THEN offs[2 * (${index}) + 1] ELSE offs[(${index}) + 1] / ${LENGTHS} END`;
const lengthOf = (index: string) =>
  `CASE WHEN ${IS_PAIRED} THEN offs[2 * (${index}) + 2] - offs[2 * (${index}) + 1] ELSE offs[(${index}) + 1] % ${LENGTHS} END`;
const bytesAt = (start: string, length: string) => `substring(data FROM ${start} + 1 FOR ${length})`;

// The columns of the slots asked for, but the times.
const FIVE = Array.from({ length: COLUMNS_PER_SLOT }, (_, number) => number);
const NUMBERS = `unnest(CASE step_s WHEN 0 THEN '{0}' ELSE '{${FIVE}}' END::int[])`;
const INDEX = `CASE step_s WHEN 0 THEN slot ELSE ${COLUMNS_PER_SLOT} * (slot - 1) + 1 + number END`;
const COLUMNS = `(
    SELECT index, ${startOf("index")} AS start, ${lengthOf("index")} AS length
    FROM (SELECT ${INDEX} AS index FROM unnest(slots) AS slot, ${NUMBERS} AS number) AS of_slots
    WHERE index < cardinality(offs) / CASE WHEN ${IS_PAIRED} THEN 2 ELSE 1 END
  ) AS columns`;
// To cut out one more column takes about as long as to send so many bytes: columns near each other come in one piece.
const IS_NEAR = "upper - lower <= total + 2000 * count";

/** An hour's bytes: see decode.ts. */
const FINER = `
  SELECT 'known', 0, 0, 0, 0, string_agg(int4send(set_id) || int4send(hour), '')
  FROM stored WHERE is_known HAVING count(*) > 0
  UNION ALL
  SELECT 'sealed', set_id, 0, hour, step_s, int8send(in_table) || int8send(version)
    || int4send(${lengthOf("0")}) || int4send(CASE WHEN ${IS_NEAR} THEN lower ELSE -1 END) || int4send(count) || places
    || ${bytesAt("0", lengthOf("0"))}
    || CASE WHEN count = 0 THEN '' WHEN ${IS_NEAR} THEN ${bytesAt("lower", "upper - lower")}
      ELSE (SELECT string_agg(${bytesAt("start", "length")}, '' ORDER BY index) FROM ${COLUMNS}) END
  FROM ${PART} JOIN stored USING (set_id), LATERAL (
    SELECT count(*)::int, coalesce(min(start), 0) AS lower, coalesce(max(start + length), 0) AS upper, coalesce(sum(length), 0) AS total,
      coalesce(string_agg(int4send(index) || int4send(start) || int4send(length), '' ORDER BY index), '') AS places
    FROM ${COLUMNS}
  ) AS found
  WHERE NOT is_known`;

// Part by part, each row once for all of its slots; its hours come in the order of their key: to sort whole hours would take
// longer than to cut them.
const cut = ({ hour, step, from, of }: { hour: string; step: number; from: string; of: string }) => `
  SELECT 'hour', set_id, slot, 0, ${step}, bytes
  FROM ${PART}, LATERAL (
    SELECT slot, string_agg(int4send(${hour}) || ${AGGREGATE_SQL}, '') AS bytes
    FROM ${from}, unnest(part.slots) AS slot WHERE ${of} AND slot <= ${SLOTS_SQL} GROUP BY slot
  ) AS cut`;
const NOT_STORED = "(one.set_id, hour) NOT IN (SELECT set_id, hour FROM stored)";
const aggregates = ({ from, among }: { from: string; among: string }) =>
  cut({ hour: "hour", step: 3_600, from, of: `one.set_id = part.set_id AND ${among} AND ${NOT_STORED}` });

const FINEST = `${HEAD} UNION ALL ${FINER}`;

// Where every hour is stored more finely, no page of the aggregates is read.
const LEFT = `left_over AS MATERIALIZED (
  SELECT set_id, min(hour) AS first, max(hour) AS last FROM ${PART},
    generate_series($3::bigint / ${HOUR_MS}, ($4::bigint - 1) / ${HOUR_MS}) AS hour
  WHERE (set_id, hour) NOT IN (SELECT set_id, hour FROM stored) GROUP BY set_id)`;

/** As fine as it is stored. */
export const SAMPLES_SQL = `WITH ${storedHours((table) => table)}, ${LEFT} ${FINEST} UNION ALL ${aggregates({
  from: "left_over JOIN sample_hour AS one USING (set_id)",
  // The period as well: by it partitions are left out.
  among: `hour BETWEEN first AND last AND ${HOURS}`,
})}`;

// An hour with rows in the head is not final: it comes as fine as it is stored, and its aggregate only if it is alone.
const OPEN = `open AS MATERIALIZED (
  SELECT DISTINCT set_id, (ts / ${HOUR_MS})::int AS hour FROM sample_head
  WHERE set_id = ANY ($1::int[]) AND ts >= $3 AND ts < $4)`;

const OPENED = `WITH ${OPEN}, ${storedHours((table) => `open JOIN ${table} USING (set_id, hour)`)}`;

/** Whole hours from their aggregates. */
export const HOURS_SQL = `${OPENED} ${FINEST} UNION ALL ${aggregates({ from: "sample_hour AS one", among: HOURS })}`;

// A day without a row, or with an open hour, comes by its hours.
const DAY_RANGE = `$3::bigint / ${DAY_MS} AND ($4::bigint - 1) / ${DAY_MS}`;
const ROLLED = `rolled AS MATERIALIZED (
  SELECT set_id, day FROM sample_day WHERE set_id = ANY ($1::int[]) AND day BETWEEN ${DAY_RANGE}
    AND (set_id, day) NOT IN (SELECT set_id, hour / ${DAY_HOURS} FROM open)
), unrolled AS MATERIALIZED (
  SELECT DISTINCT set_id, day::int FROM unnest($1::int[]) AS set_id,
    generate_series($3::bigint / ${DAY_MS}, ($4::bigint - 1) / ${DAY_MS}) AS day
  WHERE (set_id, day) NOT IN (SELECT set_id, day FROM rolled))`;
const DAYS = cut({
  hour: `day * ${DAY_HOURS}`,
  step: 86_400,
  from: "rolled JOIN sample_day AS one USING (set_id, day)",
  of: "set_id = part.set_id",
});
// Day by day along the key (OFFSET 0 keeps the planner to it): joined at once, all hours of the part would be read.
const HOURS_OF_DAYS = cut({
  hour: "hour",
  step: 3_600,
  from: `unrolled, LATERAL (
      SELECT hour, agg FROM sample_hour AS one WHERE one.set_id = unrolled.set_id
        AND hour BETWEEN day * ${DAY_HOURS} AND day * ${DAY_HOURS} + ${DAY_HOURS - 1} AND ${NOT_STORED} OFFSET 0) AS one`,
  of: "unrolled.set_id = part.set_id",
});

/** Whole days (UTC) from what their hours came to; `from` and `to` are borders of days. */
export const DAYS_SQL = `${OPENED}, ${ROLLED} ${FINEST} UNION ALL ${DAYS} UNION ALL ${HOURS_OF_DAYS}`;
