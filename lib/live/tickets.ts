// One-time tickets: they open one live socket for who cannot send headers with it, so that no token stands in an address.
import { pool } from "../db";
import { AppError } from "../errors";
import { settings } from "../settings/queries";
import { type Actor, type Role, requirePermission, type Scope } from "../users/permissions";
import { type Client, hashOf, newSecret } from "../users/sessions";
import { obliges } from "../users/totp-policy";

const LIFETIME_SECONDS = 30;

/**
 * A ticket that opens one live socket within 30 seconds as the actor, as long as the session or token holds that asked for it.
 * @throws AppError when the actor may not listen
 */
export async function issueTicket(actor: Actor | null): Promise<{ ticket: string; expires_in: number }> {
  requirePermission(actor, "servers:read");
  if (actor.userId === null) throw new AppError("forbidden", "Only people and their tokens open live connections.");
  const ticket = newSecret();
  // Nobody takes tickets that were forgotten: they leave with the next ones.
  await pool().query(
    `WITH forgotten AS (DELETE FROM ws_tickets WHERE until < now())
     INSERT INTO ws_tickets (ticket_hash, session_id, token_id, user_id, until)
     VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
    [hashOf(ticket), actor.sessionId, actor.tokenId, actor.userId, LIFETIME_SECONDS],
  );
  return { ticket, expires_in: LIFETIME_SECONDS };
}

interface Holder {
  id: string;
  session_id: string | null;
  token_id: string | null;
  scopes: Scope[] | null;
  login: string;
  email: string | null;
  role: Role;
  must_change_password: boolean;
  totp_enabled: boolean;
  language: string | null;
  theme: string | null;
  time_zone: string | null;
}

/** Whoever a ticket stands for; null when it was used, is too old, or what it was asked with does not hold any more. */
export async function takeTicket(ticket: string, client: Client): Promise<Actor | null> {
  const { rows } = await pool().query<Holder>(
    `WITH taken AS (DELETE FROM ws_tickets WHERE ticket_hash = $1 RETURNING session_id, token_id, user_id, until)
     SELECT u.id, s.id AS session_id, t.id AS token_id, t.scopes, u.login, u.email, u.role, u.must_change_password,
            u.totp_confirmed_at IS NOT NULL AS totp_enabled, u.language, u.theme, u.time_zone
     FROM taken JOIN users u ON u.id = taken.user_id AND u.status = 'active'
     LEFT JOIN sessions s ON s.id = taken.session_id AND s.revoked_at IS NULL AND s.expires_at > now()
     LEFT JOIN api_tokens t
       ON t.id = taken.token_id AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
     WHERE taken.until > now() AND (s.id IS NOT NULL OR t.id IS NOT NULL)`,
    [hashOf(ticket)],
  );
  const [holder] = rows;
  return holder ? actorFrom(holder, client) : null;
}

async function actorFrom(holder: Holder, { ip, userAgent }: Client): Promise<Actor> {
  const { totp_required } = await settings();
  return {
    kind: "user",
    userId: holder.id,
    login: holder.login,
    email: holder.email,
    role: holder.role,
    sessionId: holder.session_id,
    tokenId: holder.token_id,
    scopes: holder.scopes,
    mustChangePassword: holder.must_change_password,
    mustEnrolTotp: !holder.totp_enabled && obliges(totp_required, holder.role),
    ip,
    userAgent,
    language: holder.language,
    theme: holder.theme,
    timeZone: holder.time_zone,
  };
}
