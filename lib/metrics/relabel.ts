// New labels for series that exist: what is stored stays where it is, and is found under another name.
import type { Transaction } from "../db";

/** How the series of a database are labelled; `oid` where its name belongs to another one now. */
export interface DatabaseLabels {
  database: string;
  oid?: string;
}

/** The series of one database and where they go. */
export interface DatabaseMove {
  oid: number;
  from: DatabaseLabels;
  to: DatabaseLabels;
}

/**
 * Moves series of a subject, all at once: names may be exchanged. Where a series stands already under the labels that one
 * should get, the one that comes is kept apart, under its oid and place.
 * The subject's row is to be locked before (FOR NO KEY UPDATE), as by whoever makes series.
 */
export async function moveDatabases(
  transaction: Transaction,
  subject: number,
  moves: readonly DatabaseMove[],
): Promise<void> {
  if (moves.length === 0) return;
  const given = JSON.stringify(
    moves.map(({ oid, from, to }) => ({ own: String(oid), of: from.database, of_oid: from.oid ?? null, target: to })),
  );
  // Two steps, since the identity of a series is unique at every moment.
  await transaction.$executeRaw`
    UPDATE series SET labels = labels || jsonb_build_object('aside', set_id || '.' || slot, 'move', move.own)
    FROM jsonb_to_recordset(${given}::text::jsonb) AS move (own text, of text, of_oid text)
    WHERE subject = ${subject}::int AND labels->>'database' = move.of AND labels->>'oid' IS NOT DISTINCT FROM move.of_oid`;
  await transaction.$executeRaw`
    UPDATE series AS one SET labels = CASE
      WHEN EXISTS (SELECT FROM series AS other
        WHERE other.subject = one.subject AND other.metric = one.metric AND other.labels = wanted.labels)
      THEN wanted.labels || jsonb_build_object('oid', (one.labels->>'move') || '/' || (one.labels->>'aside'))
      ELSE wanted.labels END
    FROM (
      SELECT set_id, slot, (labels - '{aside,move,oid}'::text[]) || move.target AS labels
      FROM series JOIN jsonb_to_recordset(${given}::text::jsonb) AS move (own text, target jsonb)
        ON labels->>'move' = move.own
      WHERE subject = ${subject}::int AND labels ? 'aside'
    ) AS wanted
    WHERE one.set_id = wanted.set_id AND one.slot = wanted.slot`;
  await transaction.$executeRaw`SELECT pg_notify('dozor_places', ${String(subject)})`;
}
