// For how long cron has called without a gap: what is due about channels may be carried out only by who was there.
import { pool } from "../db";
import { SELF_SUBJECT } from "./self";

/** Calls come each minute, some a little late; one that is missing altogether ends the row. */
export const MOST_APART_MS = 150_000;

const KIND = "cron";

/** Takes notice of a call. @returns milliseconds since the first call of the row that it belongs to */
export async function watchedBefore(): Promise<number> {
  const { rows } = await pool().query<{ ms: number }>(
    `INSERT INTO latest (subject, kind, ts, data) VALUES ($1, $2, now(), jsonb_build_object('since', extract(epoch FROM now())))
     ON CONFLICT (subject, kind) DO UPDATE SET ts = now(), data = CASE
       WHEN latest.ts BETWEEN now() - make_interval(secs => $3) AND now() THEN latest.data ELSE excluded.data END
     RETURNING (1000 * (extract(epoch FROM now()) - (data->>'since')::numeric))::float8 AS ms`,
    [SELF_SUBJECT, KIND, MOST_APART_MS / 1_000],
  );
  return Math.max(0, rows[0]?.ms ?? 0);
}
