// Sessions: rows that every request is held against, so that ending one ends it everywhere at once.
import { createHash, randomBytes } from "node:crypto";
import { pool, prepared, type Transaction } from "../db";
import type { Role } from "./permissions";

/** `browser`: a cookie. `bearer`: an access token of the API. */
export type SessionKind = "browser" | "bearer";

const HOUR_MS = 3_600_000;
/** A browser's session ends `idleMs` after somebody last did something in it, and `totalMs` after it began. A bearer's time is not extended. */
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
    /** Whether a second factor is on. */
    totpEnabled: boolean;
    language: string | null;
    theme: string | null;
    timeZone: string | null;
  };
}

/** Secrets of ours are 256 random bits, so a plain hash keeps them. */
export const hashOf = (secret: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash("sha256").update(secret).digest());

/** 256 random bits as text. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** Begins a session; its secret is given out here once and stored as a hash only. */
export async function createSession(
  transaction: Transaction,
  session: { userId: string; kind: SessionKind; client: Client; familyId?: string },
  now: Date,
): Promise<{ id: string; secret: string; expiresAt: Date }> {
  const secret = newSecret();
  const expiresAt = new Date(now.getTime() + SESSION_LIFETIME[session.kind].idleMs);
  const { id } = await transaction.session.create({
    data: {
      userId: session.userId,
      kind: session.kind,
      familyId: session.familyId ?? null,
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
  last_seen_at: Date;
  expires_at: Date;
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
 * The session of a secret, or null when it never was, ended, expired, or its user is gone or not active.
 * Notes the use, but moves no end: pages ask by themselves, and a forgotten one must not keep its session open for ever.
 */
export async function findSession(kind: SessionKind, secret: string, now: Date): Promise<LiveSession | null> {
  const { rows } = await pool().query<SessionRow>({
    name: prepared("find-session"),
    text: `SELECT s.id, s.last_seen_at, s.expires_at, u.id AS user_id, u.login, u.email, u.role,
                  u.must_change_password, u.totp_confirmed_at IS NOT NULL AS totp_enabled, u.language, u.theme, u.time_zone
           FROM sessions s JOIN users u ON u.id = s.user_id
           WHERE s.token_hash = $1 AND s.kind = $2 AND s.revoked_at IS NULL AND s.expires_at > $3
             AND u.status = 'active'`,
    values: [hashOf(secret), kind, now],
  });
  const row = rows[0];
  if (!row) return null;
  if (now.getTime() - row.last_seen_at.getTime() >= TOUCH_AFTER_MS) await noteUse(row.id, now);
  return {
    id: row.id,
    expiresAt: row.expires_at,
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

async function noteUse(id: string, now: Date): Promise<void> {
  await pool().query("UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND revoked_at IS NULL", [id, now]);
}

/**
 * Moves the end of a browser's session, since somebody is there: `idleMs` from now, never beyond `totalMs` after it began.
 * At most one write a minute; a bearer's session, and one that has ended, stay as they are.
 */
export async function extendSession(id: string, now: Date): Promise<void> {
  const { idleMs, totalMs } = SESSION_LIFETIME.browser;
  await pool().query(
    `UPDATE sessions SET last_seen_at = $2, expires_at = ends.at
     FROM (SELECT id, LEAST($2::timestamptz + $3 * interval '1 ms', created_at + $4 * interval '1 ms') AS at
           FROM sessions WHERE id = $1) ends
     WHERE sessions.id = ends.id AND kind = 'browser' AND revoked_at IS NULL AND expires_at > $2
       AND ends.at >= expires_at + $5 * interval '1 ms'`,
    [id, now, idleMs, totalMs, TOUCH_AFTER_MS],
  );
}

/**
 * Holds back whoever begins, renews or ends a session of the user, until the end of the transaction:
 * a pair of tokens that is being made while all others are ended would outlive them.
 */
export async function lockSessionsOf(transaction: Transaction, userId: string): Promise<void> {
  await transaction.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
}

/** Ends one session, with the refresh tokens and the other access tokens of its sign-in. */
export async function revokeSession(transaction: Transaction, id: string, now: Date): Promise<void> {
  const session = await transaction.session.findUnique({ where: { id }, select: { userId: true, familyId: true } });
  if (session) await revokeSignIn(transaction, { userId: session.userId, id: session.familyId ?? id }, now);
}

/**
 * Ends what one sign-in opened: a browser's session by its id, or access and refresh tokens by their family.
 * @returns whether anything of it still held
 */
export async function revokeSignIn(
  transaction: Transaction,
  { userId, id }: { userId: string; id: string },
  now: Date,
): Promise<boolean> {
  await lockSessionsOf(transaction, userId);
  return (await revoke(transaction, { userId, only: id }, now)) > 0;
}

/**
 * Ends all sessions of a user, browsers and families of tokens, but the one to which the session `except` belongs.
 * @returns how many sign-ins ended that still held
 */
export async function revokeSessionsOf(
  transaction: Transaction,
  { userId, except }: { userId: string; except?: string | null },
  now: Date,
): Promise<number> {
  await lockSessionsOf(transaction, userId);
  return revoke(transaction, { userId, except: except ?? null }, now);
}

async function revoke(
  transaction: Transaction,
  { userId, only = null, except = null }: { userId: string; only?: string | null; except?: string | null },
  now: Date,
): Promise<number> {
  const [ended] = await transaction.$queryRaw<{ count: number }[]>`
    WITH kept AS (
      SELECT coalesce(family_id, id) AS id FROM sessions WHERE id = ${except}::uuid AND user_id = ${userId}::uuid
    ), s AS (
      UPDATE sessions SET revoked_at = ${now}
      WHERE user_id = ${userId}::uuid AND revoked_at IS NULL
        AND coalesce(family_id, id) = coalesce(${only}::uuid, family_id, id)
        AND coalesce(family_id, id) NOT IN (SELECT id FROM kept)
      RETURNING coalesce(family_id, id) AS id, expires_at
    ), r AS (
      UPDATE refresh_tokens SET revoked_at = ${now}
      WHERE user_id = ${userId}::uuid AND revoked_at IS NULL
        AND family_id = coalesce(${only}::uuid, family_id) AND family_id NOT IN (SELECT id FROM kept)
      RETURNING family_id AS id, expires_at, used_at
    )
    SELECT count(DISTINCT id)::int AS count FROM (
      SELECT id FROM s WHERE expires_at > ${now}
      UNION ALL SELECT id FROM r WHERE expires_at > ${now} AND used_at IS NULL
    ) ended`;
  return ended?.count ?? 0;
}
