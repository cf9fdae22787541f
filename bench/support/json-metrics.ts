// The design to compare with: one row per probe and tick, its snapshot as JSON.
import { pool } from "../../lib/db";
import { hostProbes } from "../../lib/host/probes/index";
import { toSnapshot } from "../../lib/host/snapshot";
import type { SampleBatch } from "../../lib/metrics/write";
import { patiently } from "./measure";

const probes = new Map(hostProbes.map((probe) => [probe.name, probe]));

export async function createJsonTable(): Promise<void> {
  await pool().query(`CREATE TABLE json_metrics (
    subject integer NOT NULL, type text NOT NULL, ts timestamptz NOT NULL, data jsonb NOT NULL,
    PRIMARY KEY (subject, type, ts))`);
}

export async function writeJson(batches: readonly SampleBatch[]): Promise<void> {
  await pool().query(
    `INSERT INTO json_metrics SELECT subject, type, to_timestamp(ts / 1000.0), data
     FROM unnest($1::int[], $2::text[], $3::bigint[], $4::jsonb[]) AS row (subject, type, ts, data)`,
    [
      batches.map(({ subject }) => subject),
      batches.map(({ probe }) => probe),
      batches.map(({ ts }) => ts),
      batches.map(({ probe, rows }) => JSON.stringify(toSnapshot(probes.get(probe) ?? { metrics: {} }, rows))),
    ],
  );
}

/** Repeats the day that starts at `start` (ms) on the following days, `days` in all. */
export async function copyJson(start: number, days: number): Promise<void> {
  for (let day = 1; day < days; day++) {
    await patiently(
      `INSERT INTO json_metrics SELECT subject, type, ts + $1 * interval '1 day', data FROM json_metrics
       WHERE ts >= to_timestamp($2) AND ts < to_timestamp($2) + interval '1 day' ORDER BY ts`,
      [day, start / 1000],
    );
  }
  await patiently("VACUUM ANALYZE json_metrics");
}

/** Average, minimum and maximum of some values of one probe per step. */
export async function readJson(query: {
  subject: number;
  type: string;
  names: readonly string[];
  from: number;
  to: number;
  stepSeconds: number;
}): Promise<unknown[]> {
  const columns = query.names.map((name) => {
    const value = `(data->>'${name}')::float8`;
    return `avg(${value}), min(${value}), max(${value})`;
  });
  const { rows } = await pool().query({
    rowMode: "array",
    text: `SELECT date_bin($5 * interval '1 second', ts, 'epoch') AS step, ${columns.join(", ")} FROM json_metrics
      WHERE subject = $1 AND type = $2 AND ts >= to_timestamp($3) AND ts < to_timestamp($4) GROUP BY 1 ORDER BY 1`,
    values: [query.subject, query.type, query.from / 1000, query.to / 1000, query.stepSeconds],
  });
  return rows;
}
