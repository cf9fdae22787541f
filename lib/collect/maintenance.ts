// Housekeeping of short-lived rows; history has its own.
import { pool } from "../db";

const JOBS = {
  runs: "DELETE FROM run WHERE started_at < now() - interval '7 days'",
  throttle: "DELETE FROM throttle WHERE window_start < now() - interval '1 day'",
  sessions: "DELETE FROM sessions WHERE expires_at < now() - interval '30 days'",
  watches: "DELETE FROM watch WHERE until < now() - interval '1 minute'",
} as const;

/** Deletes what has outlived its use. @returns rows deleted by each job that deleted any */
export async function tidy(): Promise<Partial<Record<keyof typeof JOBS, number>>> {
  const done: Partial<Record<keyof typeof JOBS, number>> = {};
  for (const [job, statement] of Object.entries(JOBS) as [keyof typeof JOBS, string][]) {
    const { rowCount } = await pool().query(statement);
    if (rowCount) done[job] = rowCount;
  }
  return done;
}
