// Sessions: rows that every request is held against, so that ending one ends it everywhere at once.
import { createHash, randomBytes } from "node:crypto";
import { pool, prepared, type Transaction } from "../db";
import type { Role } from "./permissions";

/** `browser`: a cookie. `bearer`: an access token of the API. */
export type SessionKind = "browser" | "bearer";

const HOUR_MS = 3_600_000;
/** A session ends `idleMs` after it was last used, and `totalMs` after it began. A bearer's time is not extended. */
export const SESSION_LIFETIME: Record<SessionKind, { idleMs: number; totalMs: number }> = {
  browser: { idleMs: 12 * HOUR_MS, totalMs: 30 * 24 * HOUR_MS },
  bearer: { idleMs: HOUR_MS, totalMs: HOUR_MS },
};
/** How old "last seen" may grow before it is written anew. */
const TOUCH_AFTER_MS = 60_000;

/** The client as it is noted with a session and in the audit log. */
export interface Client {
  ip: string | null;
  userAgent: string | null;
}

/** A session that holds, and whose it is. */
export interface LiveSession {
  id: string;
  expiresAt: Date;
  user: {
    id: string;
    login: string;
    email: string | null;
    role: Role;
    mustChangePassword: boolean;
    language: string | null;
    theme: string | null;
    timeZone: string | null;
  };
}

const hashOf = (secret: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash("sha256").update(secret).digest());

/** Begins a session; its secret is given out here once and stored as a hash only. */
export async function createSession(
  transaction: Transaction,
  session: { userId: string; kind: SessionKind; client: Client },
  now: Date,
): Promise<{ id: string; secret: string; expiresAt: Date }> {
  const secret = randomBytes(32).toString("base64url");
  const expiresAt = new Date(now.getTime() + SESSION_LIFETIME[session.kind].idleMs);
  const { id } = await transaction.session.create({
    data: {
      userId: session.userId,
      kind: session.kind,
      tokenHash: hashOf(secret),
      createdAt: now,
      lastSeenAt: now,
      expiresAt,
      ip: session.client.ip,
      userAgent: session.client.userAgent?.slice(0, 400) ?? null,
    },
    select: { id: true },
  });
  return { id, secret, expiresAt };
}

interface SessionRow {
  id: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  user_id: string;
  login: string;
  email: string | null;
  role: Role;
  must_change_password: boolean;
  language: string | null;
  theme: string | null;
  time_zone: string | null;
}

/** The session of a secret, or null when it never was, ended, expired, or its user is gone or not active. Counts as use. */
export async function findSession(kind: SessionKind, secret: string, now: Date): Promise<LiveSession | null> {
  const { rows } = await pool().query<SessionRow>({
    name: prepared("find-session"),
    text: `SELECT s.id, s.created_at, s.last_seen_at, s.expires_at, u.id AS user_id, u.login, u.email, u.role,
                  u.must_change_password, u.language, u.theme, u.time_zone
           FROM sessions s JOIN users u ON u.id = s.user_id
           WHERE s.token_hash = $1 AND s.kind = $2 AND s.revoked_at IS NULL AND s.expires_at > $3
             AND u.status = 'active'`,
    values: [hashOf(secret), kind, now],
  });
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    expiresAt: await touch(row, kind, now),
    user: {
      id: row.user_id,
      login: row.login,
      email: row.email,
      role: row.role,
      mustChangePassword: row.must_change_password,
      language: row.language,
      theme: row.theme,
      timeZone: row.time_zone,
    },
  };
}

/** Notes the use, at most once a minute, and moves the end of a browser's session. @returns when it ends */
async function touch(row: SessionRow, kind: SessionKind, now: Date): Promise<Date> {
  if (now.getTime() - row.last_seen_at.getTime() < TOUCH_AFTER_MS) return row.expires_at;
  const { idleMs, totalMs } = SESSION_LIFETIME[kind];
  const expiresAt = new Date(Math.min(now.getTime() + idleMs, row.created_at.getTime() + totalMs));
  await pool().query("UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1 AND revoked_at IS NULL", [
    row.id,
    now,
    expiresAt,
  ]);
  return expiresAt;
}

/** Ends one session. */
export async function revokeSession(transaction: Transaction, id: string, now: Date): Promise<void> {
  await transaction.session.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now } });
}

/** Ends all sessions of a user but the one given. @returns how many */
export async function revokeSessionsOf(
  transaction: Transaction,
  { userId, except }: { userId: string; except?: string | null },
  now: Date,
): Promise<number> {
  const { count } = await transaction.session.updateMany({
    where: { userId, revokedAt: null, ...(except && { id: { not: except } }) },
    data: { revokedAt: now },
  });
  return count;
}
