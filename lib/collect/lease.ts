// Which instance does what: a lease in the database, so that the death of one is noticed by the others.
import { pool } from "../db";

/** A lease that nobody renews for this long may be taken by another instance. */
const LEASE_SECONDS = 30;

/** Whoever holds it seals history and applies retention. */
export const HISTORY_LEASE = "history";
/** Whoever holds it removes what has outlived its use. */
export const MAINTENANCE_LEASE = "maintenance";

const leaseName = (server: number) => `server:${server}`;

/**
 * Claims or renews leases for `holder`.
 * @returns names of those that `holder` owns for the next 30 seconds
 */
export async function claim(holder: string, names: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool().query<{ name: string }>(
    `INSERT INTO lease (name, holder, until)
     SELECT name, $1, now() + make_interval(secs => $3) FROM unnest($2::text[]) AS name ORDER BY name
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
     WHERE lease.holder = excluded.holder OR lease.until < now()
     RETURNING name`,
    [holder, names, LEASE_SECONDS],
  );
  return new Set(rows.map((row) => row.name));
}

/** @returns ids of the servers that `holder` asks for the next 30 seconds */
export async function claimServers(holder: string, servers: readonly number[]): Promise<Set<number>> {
  const owned = await claim(holder, servers.map(leaseName));
  return new Set(servers.filter((server) => owned.has(leaseName(server))));
}

/** Gives back what `holder` owns, so that another instance goes on at once. */
export async function releaseLeases(holder: string): Promise<void> {
  await pool().query("DELETE FROM lease WHERE holder = $1", [holder]);
}

/** Ends leases of collectors that cannot be alive: only for one that knows it is alone on its database. */
export async function dropForeignLeases(holder: string): Promise<void> {
  await pool().query("DELETE FROM lease WHERE (name LIKE 'server:%' OR name = ANY($2)) AND holder <> $1", [
    holder,
    [HISTORY_LEASE, MAINTENANCE_LEASE],
  ]);
}
