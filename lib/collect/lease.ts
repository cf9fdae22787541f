// Which instance does what: a lease in the database, so that the death of one is noticed by the others.
import { pool } from "../db";

/**
 * A lease that nobody renews for this long may be taken by another instance. A little less than the 30 s within which
 * the work of one that died is to be done by others.
 */
export const LEASE_SECONDS = 28;

/** Whoever holds it seals history and applies retention. */
export const HISTORY_LEASE = "history";
/** Whoever holds it removes what has outlived its use. */
export const MAINTENANCE_LEASE = "maintenance";
/** Whoever holds it ends channels, sends commands, polls sources and samples. */
export const STREAMS_LEASE = "streams";
/** Whoever holds it collects because cron said so. */
export const CRON_LEASE = "cron";

const leaseName = (server: number) => `server:${server}`;
/** Each collector that is alive holds one of these, so that the others know how many share the work. */
const presenceOf = (holder: string) => `collector:${holder}`;

/**
 * Claims or renews leases for `holder`.
 * @returns names of those that `holder` owns for the next 28 seconds
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

/** @returns ids of the servers that `holder` asks for the next 28 seconds */
export async function claimServers(holder: string, servers: readonly number[]): Promise<Set<number>> {
  const owned = await claim(holder, servers.map(leaseName));
  return new Set(servers.filter((server) => owned.has(leaseName(server))));
}

interface LeaseRow {
  name: string;
  holder: string;
  left_ms: number;
}

/** What an instance may do. */
export interface Share {
  owned: Set<number>;
  /** Held as well, but more than the share, or not to be asked any more: to be given back when nobody asks them. */
  surplus: number[];
  /** Milliseconds until another look is worth it, since a lease of another instance runs out. */
  lookAgainMs: number;
}

export interface Wanted {
  /** Servers of which each living instance asks its share. */
  servers: readonly number[];
  /** Asked by whoever comes first, and counted for nobody. */
  beside: readonly number[];
  /** About to be given back: neither renewed nor counted. */
  leaving?: ReadonlySet<number>;
}

/** Renews what `holder` has, and takes of what nobody has up to its share: all servers by the number of living instances. */
export async function takeShare(holder: string, { servers, beside, leaving }: Wanted): Promise<Share> {
  const { rows } = await pool().query<LeaseRow>(
    `SELECT name, holder, (1000 * extract(epoch FROM until - now()))::float8 AS left_ms FROM lease
     WHERE name LIKE 'server:%' OR name LIKE 'collector:%'`,
  );
  const presence = presenceOf(holder);
  const living = rows.filter(({ left_ms }) => left_ms > 0);
  const others = living.filter((row) => row.holder !== holder);
  const mine = new Set(rows.filter((row) => row.holder === holder).map(({ name }) => name));
  const isMine = (server: number) => mine.has(leaseName(server)) && !leaving?.has(server);

  const renewed = await claim(holder, [presence, ...[...servers.filter(isMine), ...beside].map(leaseName)]);
  const held = servers.filter((server) => renewed.has(leaseName(server)));
  const alive = others.filter(({ name }) => name.startsWith("collector:")).length + 1;
  const share = Math.ceil(servers.length / alive);
  const taken = new Set([...others.map(({ name }) => name), ...held.map(leaseName)]);
  const free = servers.filter((server) => !taken.has(leaseName(server)) && !leaving?.has(server));
  const more = await claimServers(holder, free.slice(0, Math.max(0, share - held.length)));
  if (!living.some(({ name }) => name === presence)) await tellOthers();

  const owned = [...held.slice(0, share), ...more];
  const known = new Set(servers.map(leaseName));
  const unwanted = [...mine].filter((name) => /^server:\d+$/.test(name) && !known.has(name)).map(serverOf);
  const lookAgainMs = more.size < Math.min(free.length, share - held.length) ? 200 : soonestEnd(others);
  return {
    owned: new Set([...beside.filter((server) => renewed.has(leaseName(server))), ...owned]),
    surplus: [...held.slice(share), ...unwanted.filter((server) => !beside.includes(server))],
    lookAgainMs,
  };
}

const serverOf = (name: string) => Number(name.slice("server:".length));
const soonestEnd = (leases: readonly LeaseRow[]) =>
  Math.max(50, Math.min(...leases.map(({ left_ms }) => left_ms + 50)));

/** Other instances look at once what has changed about leases. */
const tellOthers = () => pool().query("SELECT pg_notify('dozor_lease', '')");

/** Gives back some servers, so that another instance goes on with them at once. */
export async function releaseServers(holder: string, servers: readonly number[]): Promise<void> {
  await pool().query("DELETE FROM lease WHERE holder = $1 AND name = ANY($2)", [holder, servers.map(leaseName)]);
  await tellOthers();
}

/** Gives back what `holder` owns, so that another instance goes on at once. */
export async function releaseLeases(holder: string): Promise<void> {
  await pool().query("DELETE FROM lease WHERE holder = $1", [holder]);
  await tellOthers();
}

/** Ends leases of collectors that cannot be alive: only for one that knows it is alone on its database. */
export async function dropForeignLeases(holder: string): Promise<void> {
  await pool().query(
    "DELETE FROM lease WHERE (name LIKE 'server:%' OR name LIKE 'collector:%' OR name = ANY($2)) AND holder <> $1",
    [holder, [HISTORY_LEASE, MAINTENANCE_LEASE, STREAMS_LEASE]],
  );
}
