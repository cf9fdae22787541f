// The newest values of servers as samples: one statement, however many servers and kinds are asked for.
import { pool } from "../db";
import type { Sample } from "./messages";

/** Subject → kinds wanted; null for all. */
export type Wanted = ReadonlyMap<number, ReadonlySet<string> | null>;

/** Probe → value and its time, by subject; subjects without any value are left out. */
export async function readLatest(wanted: Wanted): Promise<Map<number, Sample["probes"]>> {
  const pairs = [...wanted].flatMap(([subject, kinds]) => [...(kinds ?? [null])].map((kind) => ({ subject, kind })));
  if (pairs.length === 0) return new Map();
  const { rows } = await pool().query<{ subject: number; kind: string; ts: Date; data: unknown }>(
    `SELECT l.subject, l.kind, l.ts, l.data
     FROM latest l JOIN unnest($1::int[], $2::text[]) AS wanted (subject, kind)
       ON l.subject = wanted.subject AND l.kind = coalesce(wanted.kind, l.kind)`,
    [pairs.map((pair) => pair.subject), pairs.map((pair) => pair.kind)],
  );
  const samples = new Map<number, Sample["probes"]>();
  for (const { subject, kind, ts, data } of rows) {
    samples.set(subject, { ...samples.get(subject), [kind]: { ts: ts.toISOString(), data } });
  }
  return samples;
}

/** Ids of the named servers; names that do not exist are left out. */
export async function subjectsOf(names: readonly string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const { rows } = await pool().query<{ id: number; name: string }>(
    "SELECT id, name FROM servers WHERE name = ANY($1::text[])",
    [names],
  );
  return new Map(rows.map((row) => [row.name, row.id]));
}
