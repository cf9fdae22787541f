// Writes down which databases a server has: the list, the labels of their series, and the events, all or none.
import { appendActivity } from "../activity/append";
import { pool, prisma, type Transaction } from "../db";
import { moveDatabases } from "../metrics/relabel";
import { type Changes, changesBy, type FirstNames, type KnownDatabase, type Sighting } from "./databases-seen";

/** Of one kind, told one by one each time; the rest is counted. */
const MOST_EVENTS = 10;

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `oid::float8 AS oid, name, owner, encoding, ${ms("created_at")} AS "createdAt",
  ${ms("first_seen_at")} AS "firstSeenAt", ${ms("dropped_at")} AS "droppedAt"`;

/** What our database knows of the databases of these servers. */
export async function readKnown(subjects: readonly number[]): Promise<Map<number, KnownDatabase[]>> {
  const { rows } = await pool().query<{ subject: number } & KnownDatabase>(
    `SELECT subject, ${COLUMNS} FROM server_databases WHERE subject = ANY ($1) ORDER BY subject, oid`,
    [subjects],
  );
  const found = new Map<number, KnownDatabase[]>();
  for (const { subject, ...one } of rows) found.set(subject, [...(found.get(subject) ?? []), one]);
  return found;
}

/** Writes sightings down, in one transaction with what follows from them. @returns what is known then */
export function writeDown(
  subject: number,
  server: { name: string; first: FirstNames },
  sightings: readonly Sighting[],
): Promise<KnownDatabase[]> {
  return prisma().$transaction(async (transaction) => {
    // As whoever makes series: nobody else writes any of this server's databases or labels meanwhile.
    const alive: unknown[] =
      await transaction.$queryRaw`SELECT id FROM subject WHERE id = ${subject}::int AND deleted_at IS NULL FOR NO KEY UPDATE`;
    if (alive.length === 0) return [];
    let known = await transaction.$queryRawUnsafe<KnownDatabase[]>(
      `SELECT ${COLUMNS} FROM server_databases WHERE subject = $1::int ORDER BY oid`,
      subject,
    );
    for (const sighting of sightings) {
      const changes = changesBy(known, sighting, server.first);
      await store(transaction, subject, changes.changed);
      await moveDatabases(transaction, subject, changes.moves);
      await tell(transaction, { id: subject, name: server.name }, changes);
      known = changes.after;
    }
    return known;
  });
}

async function store(transaction: Transaction, subject: number, databases: readonly KnownDatabase[]): Promise<void> {
  if (databases.length === 0) return;
  await transaction.$executeRaw`
    INSERT INTO server_databases (subject, oid, name, owner, encoding, created_at, first_seen_at, dropped_at)
    SELECT ${subject}::int, oid, name, owner, encoding, to_timestamp("createdAt" / 1000), to_timestamp("firstSeenAt" / 1000),
      to_timestamp("droppedAt" / 1000)
    FROM jsonb_to_recordset(${JSON.stringify(databases)}::text::jsonb) AS new (oid bigint, name text, owner text,
      encoding text, "createdAt" float8, "firstSeenAt" float8, "droppedAt" float8)
    ON CONFLICT (subject, oid) DO UPDATE SET name = excluded.name, owner = excluded.owner, encoding = excluded.encoding,
      created_at = excluded.created_at, dropped_at = excluded.dropped_at`;
}

async function tell(
  transaction: Transaction,
  { id, name: server }: { id: number; name: string },
  { created, dropped }: Changes,
): Promise<void> {
  const target = { kind: "server", id: String(id), name: server };
  for (const [verb, databases] of [["dropped", dropped] as const, ["created", created] as const]) {
    const event = { type: `database_${verb}`, severity: "info" as const, target } as const;
    for (const { oid, name } of databases.slice(0, MOST_EVENTS)) {
      const message = `Database ${name} was ${verb} on ${server}`;
      await appendActivity(transaction, { ...event, details: { database: name, oid }, message });
    }
    const more = databases.length - MOST_EVENTS;
    if (more <= 0) continue;
    const message = `${more} more databases were ${verb} on ${server}`;
    await appendActivity(transaction, { ...event, details: { databases: more }, message });
  }
}
