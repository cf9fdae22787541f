// The databases of a server, those that are gone included as long as their history is kept.
import { pool } from "../db";
import { type Actor, requirePermission } from "../users/permissions";

/** Times as ISO 8601 in UTC. */
export interface ServerDatabase {
  oid: number;
  name: string;
  /** Null until the list of databases was read. */
  owner: string | null;
  encoding: string | null;
  /** Where the server can tell. */
  created_at: string | null;
  first_seen_at: string;
  dropped_at: string | null;
  exists: boolean;
  /**
   * Labels of its series. One whose name another database has had since carries its oid beside the name, and is read by
   * selectors that name both.
   */
  labels: { database: string; oid?: string };
}

// The name alone belongs to the database that has it now, or else to the last one that had it.
const DATABASES = `
  SELECT oid::float8 AS oid, name, owner, encoding, created_at, first_seen_at, dropped_at,
    row_number() OVER (PARTITION BY name ORDER BY dropped_at DESC NULLS FIRST, oid) = 1 AS is_holder
  FROM server_databases WHERE subject = $1 ORDER BY name, dropped_at DESC NULLS FIRST, oid`;

interface DatabaseRow extends Pick<ServerDatabase, "oid" | "name" | "owner" | "encoding"> {
  created_at: Date | null;
  first_seen_at: Date;
  dropped_at: Date | null;
  is_holder: boolean;
}

/** By name; of one name the one that exists comes first. @throws AppError when the actor may not read servers */
export async function databasesOf(actor: Actor | null, serverId: number): Promise<ServerDatabase[]> {
  requirePermission(actor, "servers:read");
  const { rows } = await pool().query<DatabaseRow>(DATABASES, [serverId]);
  return rows.map(({ is_holder, ...row }) => ({
    ...row,
    created_at: row.created_at?.toISOString() ?? null,
    first_seen_at: row.first_seen_at.toISOString(),
    dropped_at: row.dropped_at?.toISOString() ?? null,
    exists: row.dropped_at === null,
    labels: { database: row.name, ...(!is_holder && { oid: String(row.oid) }) },
  }));
}
