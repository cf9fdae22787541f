// The connections by which servers are watched, as their collector last told.
import { pool } from "../db";
import { type Actor, requirePermission } from "../users/permissions";
import type { Pools } from "./schema";

/** A third one is opened while sizes are read. */
const MOST_CONNECTIONS = 2;

interface PoolRow {
  name: string;
  enabled: boolean;
  pool: { open?: number; idle?: number; waiting?: number; max?: number } | null;
}

/** @throws AppError when the actor may not read servers */
export async function connectionsOfTargets(actor: Actor | null): Promise<Pools> {
  requirePermission(actor, "servers:read");
  const { rows } = await pool().query<PoolRow>(
    `SELECT s.name, s.enabled, l.data->'facts'->'pool' AS pool
     FROM servers s LEFT JOIN latest l ON l.subject = s.id AND l.kind = 'cost'
     WHERE s.pg_host IS NOT NULL ORDER BY s.name`,
  );
  return Object.fromEntries(rows.map((row) => [row.name, poolOf(row)]));
}

function poolOf({ enabled, pool: told }: PoolRow): Pools[string] {
  const now = enabled ? told : { open: 0, idle: 0, waiting: 0 };
  return {
    minconn: 0,
    maxconn: told?.max ?? MOST_CONNECTIONS,
    closed: !enabled,
    open: now?.open ?? null,
    idle: now?.idle ?? null,
    waiting: now?.waiting ?? null,
  };
}
