// Takes notice of databases that come and go, and sees to it that the samples of each go to its own series.
import { appendActivity } from "../activity/append";
import { pool, prisma, type Transaction } from "../db";
import { log } from "../log";
import { type DatabaseLabels, moveDatabases } from "../metrics/relabel";
import { forgetPlaces } from "../metrics/slots";
import type { Row } from "../probe";
import { type Changes, changesBy, type KnownDatabase, labelling, type Sighting } from "./databases-seen";
import type { Recorder } from "./record";
import { sightingOf } from "./sighting";
import type { RunResult } from "./state";

/** Samples of a server wait this long at most while a change of its databases is written down. */
const HOLD_MS = 3_000;

interface Server {
  name: string;
  /** As our database has it. */
  known: KnownDatabase[];
  /** oid by name as the server told it last, and when. */
  seen: ReadonlyMap<string, number>;
  seenAt: number;
  first: Map<number, string>;
  /** What is not written down yet, by probe. */
  pending: Map<string, Sighting>;
  /** Labels for names whose series stand under others. */
  aliases: ReadonlyMap<string, DatabaseLabels>;
  /** Results that wait until a change is written down, each with what was seen when it came. */
  held: { result: RunResult; seen: Server["seen"] }[] | undefined;
  settling: Promise<void>;
}

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `oid::float8 AS oid, name, owner, encoding, ${ms("created_at")} AS "createdAt",
  ${ms("first_seen_at")} AS "firstSeenAt", ${ms("dropped_at")} AS "droppedAt"`;

async function readKnown(subjects: readonly number[]): Promise<Map<number, KnownDatabase[]>> {
  const { rows } = await pool().query<{ subject: number } & KnownDatabase>(
    `SELECT subject, ${COLUMNS} FROM server_databases WHERE subject = ANY ($1) ORDER BY subject, oid`,
    [subjects],
  );
  const found = new Map<number, KnownDatabase[]>();
  for (const { subject, ...one } of rows) found.set(subject, [...(found.get(subject) ?? []), one]);
  return found;
}

/** Writes sightings down, in one transaction with what follows from them. @returns what is known then */
function writeDown(
  subject: number,
  server: Pick<Server, "name" | "first">,
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
  for (const { oid, name } of dropped)
    await appendActivity(transaction, {
      ...{ type: "database_dropped", severity: "info", target, details: { database: name, oid } },
      message: `Database ${name} was dropped on ${server}`,
    });
  for (const { oid, name } of created)
    await appendActivity(transaction, {
      ...{ type: "database_created", severity: "info", target, details: { database: name, oid } },
      message: `Database ${name} was created on ${server}`,
    });
}

function aliasesOf({ known, seen, first }: Pick<Server, "known" | "seen" | "first">): Server["aliases"] {
  const labelsOf = labelling(known, first);
  const all = [...seen].map(([name, oid]) => [name, labelsOf(oid, name)] as const);
  return new Map(all.filter(([name, { database, oid }]) => database !== name || oid !== undefined));
}

/** The result with the labels under which our database has the series now. */
function relabelled(result: RunResult, aliases: Server["aliases"]): RunResult {
  const { outcome } = result;
  if (aliases.size === 0 || result.live || outcome.outcome !== "ok") return result;
  const relabel = (row: Row): Row => {
    const alias = aliases.get(row.labels.database ?? "");
    return alias ? { ...row, labels: { ...row.labels, ...alias } } : row;
  };
  return {
    ...result,
    outcome: { ...outcome, reading: { ...outcome.reading, rows: outcome.reading.rows.map(relabel) } },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done within ${ms / 1000} s`)), ms);
  });
  work.catch(() => {});
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Stands before the recorder. Samples of a database go to its own series from the moment at which its server tells of a
 * change: until that is written down they keep the labels under which its series stand. It is written down when all
 * earlier samples are, those in the spool included; meanwhile the server's results wait, for 3 s at most.
 */
export function createInventory(recorder: Pick<Recorder, "push" | "flush" | "counts">) {
  const servers = new Map<number, Server>();

  function release(server: Server): void {
    const { known, first, held = [] } = server;
    server.held = undefined;
    for (const { result, seen } of held) recorder.push(relabelled(result, aliasesOf({ known, seen, first })));
  }

  const isDue = ({ pending, held }: Server) => pending.size > 0 && !held && recorder.counts().delayed === 0;

  /** Never throws; what could not be written down is tried again when the server tells of its databases next. */
  async function settle(id: number, server: Server): Promise<void> {
    server.held = [];
    let isWritten = false;
    const sightings = [...server.pending.values()].sort((a, b) => a.at - b.at);
    const write = async () => {
      await recorder.flush();
      if (recorder.counts().delayed > 0) throw new Error("Earlier samples are not written yet");
      return writeDown(id, server, sightings);
    };
    try {
      server.known = await within(HOLD_MS, write());
      for (const [probe, sighting] of server.pending) if (sightings.includes(sighting)) server.pending.delete(probe);
      for (const { oid } of server.known) server.first.delete(oid);
      forgetPlaces(id);
      isWritten = true;
    } catch (error) {
      log.warn(
        { err: error, server: server.name },
        "a change of databases could not be written down; it is tried again",
      );
    }
    server.aliases = aliasesOf(server);
    release(server);
    if (isWritten && isDue(server)) await settle(id, server);
  }

  function notice(id: number, server: Server, { probe, sighting }: { probe: string; sighting: Sighting }): void {
    const known = new Set(server.known.map(({ oid }) => oid));
    for (const { oid, name } of sighting.databases)
      if (!known.has(oid) && !server.first.has(oid)) server.first.set(oid, name);
    if (sighting.at >= server.seenAt) {
      server.seen = new Map(sighting.databases.map(({ name, oid }) => [name, oid]));
      server.seenAt = sighting.at;
      server.aliases = aliasesOf(server);
    }
    server.pending.delete(probe);
    if (changesBy(server.known, sighting).changed.length > 0) server.pending.set(probe, sighting);
    if (isDue(server)) server.settling = settle(id, server);
  }

  return {
    /** Makes itself acquainted with servers before they are asked; forgets the others. @throws the database's errors */
    async learn(asked: ReadonlyMap<number, string>): Promise<void> {
      for (const [id, server] of servers) {
        if (asked.has(id)) continue;
        release(server);
        servers.delete(id);
      }
      for (const [id, name] of asked) Object.assign(servers.get(id) ?? {}, { name });
      const fresh = [...asked].filter(([id]) => !servers.has(id));
      if (fresh.length === 0) return;
      const found = await readKnown(fresh.map(([id]) => id));
      for (const [id, name] of fresh) {
        // Whoever asked it until now may have moved series.
        forgetPlaces(id);
        const unseen = { seen: new Map(), seenAt: Number.NEGATIVE_INFINITY, first: new Map(), aliases: new Map() };
        const known = found.get(id) ?? [];
        servers.set(id, { name, known, ...unseen, pending: new Map(), held: undefined, settling: Promise.resolve() });
      }
    },
    /** Hands a result on to the recorder. */
    record(result: RunResult): void {
      const server = servers.get(result.subject);
      const sighting = sightingOf(result);
      if (server && sighting) notice(result.subject, server, { probe: result.probe, sighting });
      if (server?.held) server.held.push({ result, seen: server.seen });
      else recorder.push(server ? relabelled(result, server.aliases) : result);
    },
    /** Our database may be another one now: what it knows is read again. */
    forget(): void {
      for (const server of servers.values()) release(server);
      servers.clear();
    },
    /** Waits for what is being written down. */
    async close(): Promise<void> {
      await Promise.all([...servers.values()].map(({ settling }) => settling));
    },
  };
}
