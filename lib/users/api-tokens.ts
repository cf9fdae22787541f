// Personal API tokens as requests bring them: looked up by hash, good only while their owner is active.
import { pool, prepared } from "../db";
import type { Role, Scope } from "./permissions";
import { hashOf, type LiveSession } from "./sessions";

/** Tells our tokens from others', for people and for tools that look for lost secrets. */
export const TOKEN_PREFIX = "dzr_";
/** How old "last used" may grow before it is written anew. */
const TOUCH_AFTER_SECONDS = 60;

/** A token that holds, and who speaks through it. */
export interface LiveToken {
  id: string;
  scopes: readonly Scope[];
  user: LiveSession["user"];
}

interface TokenRow {
  id: string;
  scopes: Scope[];
  stale: boolean;
  user_id: string;
  login: string;
  email: string | null;
  role: Role;
  must_change_password: boolean;
  totp_enabled: boolean;
  language: string | null;
  theme: string | null;
  time_zone: string | null;
}

/**
 * The token of a secret, or null when it never was, was revoked, expired, or its owner is gone or not active.
 * Notes the use and where from, at most once a minute.
 */
export async function findApiToken(secret: string, ip: string | null, now: Date): Promise<LiveToken | null> {
  const { rows } = await pool().query<TokenRow>({
    name: prepared("find-api-token"),
    text: `SELECT t.id, t.scopes, u.id AS user_id, u.login, u.email, u.role, u.must_change_password,
                  u.totp_confirmed_at IS NOT NULL AS totp_enabled, u.language, u.theme, u.time_zone,
                  t.last_used_at IS NULL OR t.last_used_at <= $2::timestamptz - $3 * interval '1 second' AS stale
           FROM api_tokens t JOIN users u ON u.id = t.user_id
           WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)
             AND u.status = 'active'`,
    values: [hashOf(secret), now, TOUCH_AFTER_SECONDS],
  });
  const row = rows[0];
  if (!row) return null;
  if (row.stale) await noteUse(row.id, ip, now);
  return {
    id: row.id,
    scopes: row.scopes,
    user: {
      id: row.user_id,
      login: row.login,
      email: row.email,
      role: row.role,
      mustChangePassword: row.must_change_password,
      totpEnabled: row.totp_enabled,
      language: row.language,
      theme: row.theme,
      timeZone: row.time_zone,
    },
  };
}

async function noteUse(id: string, ip: string | null, now: Date): Promise<void> {
  await pool().query(
    `UPDATE api_tokens SET last_used_at = $2, last_used_ip = $3
     WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - $4 * interval '1 second')`,
    [id, now, ip, TOUCH_AFTER_SECONDS],
  );
}
