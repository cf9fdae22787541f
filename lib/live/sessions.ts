// Which of the sessions that hold live connections still stand: one question for all of them.
import { pool } from "../db";

/** The given session ids that are neither revoked nor expired and whose user is still active and owes no password change. */
export async function standingSessions(ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool().query<{ id: string }>(
    `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = ANY($1::uuid[]) AND s.revoked_at IS NULL AND s.expires_at > now() AND u.status = 'active'
       AND NOT u.must_change_password`,
    [[...new Set(ids)]],
  );
  return new Set(rows.map((row) => row.id));
}
