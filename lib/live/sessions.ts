// Which of those that hold live connections may still listen: one question for all of them.
import { pool } from "../db";
import { settings } from "../settings/queries";
import type { Actor, Role } from "../users/permissions";
import { obliges } from "../users/totp-policy";

interface Standing {
  id: string;
  role: Role;
  totp_enabled: boolean;
}

/**
 * Those of the connections whose session or API token is neither revoked nor expired, and whose user is active, has the same
 * role as when they connected, and owes neither a password change nor a second factor.
 */
export async function standing<Holder extends { readonly actor: Actor }>(
  holders: readonly Holder[],
): Promise<Set<Holder>> {
  const [{ totp_required }, rows] = await Promise.all([settings(), standingRows(holders.map(({ actor }) => actor))]);
  const roles = new Map(
    rows.filter((row) => row.totp_enabled || !obliges(totp_required, row.role)).map(({ id, role }) => [id, role]),
  );
  return new Set(holders.filter(({ actor }) => roles.get(proofOf(actor)) === actor.role));
}

const proofOf = ({ sessionId, tokenId }: Actor): string => sessionId ?? tokenId ?? "";

async function standingRows(actors: readonly Actor[]): Promise<Standing[]> {
  const ids = (of: "sessionId" | "tokenId") => [...new Set(actors.flatMap((actor) => actor[of] ?? []))];
  const { rows } = await pool().query<Standing>(
    `SELECT proof.id, u.role, u.totp_confirmed_at IS NOT NULL AS totp_enabled
     FROM (SELECT id, user_id FROM sessions WHERE id = ANY($1::uuid[]) AND revoked_at IS NULL AND expires_at > now()
           UNION ALL
           SELECT id, user_id FROM api_tokens
           WHERE id = ANY($2::uuid[]) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())) proof
     JOIN users u ON u.id = proof.user_id
     WHERE u.status = 'active' AND NOT u.must_change_password`,
    [ids("sessionId"), ids("tokenId")],
  );
  return rows;
}
