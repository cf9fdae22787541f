// History of a server and its databases as clients of the earlier Python monitor read it.
import { AppError } from "../errors";
import { roundTo } from "../rate";
import { type Actor, requirePermission } from "../users/permissions";
import { databasesOf, type ServerDatabase } from "./databases";
import { type Subject, subjectByName } from "./queries";
import { type Asker, inTurnOf } from "./read-turns";
import { intervalsOf } from "./series";
import { type NewestOfDatabases, newestOfDatabases, storedNewest } from "./server-history-newest";
import { carried, meanOf } from "./server-history-points";
import { askedRange, type Range } from "./server-history-range";
import {
  CONNECTIONS,
  type DatabaseLine,
  type Lines,
  longestCarry,
  readDatabase,
  readDatabases,
  SIZE,
} from "./server-history-read";
import type { DatabaseHistory, DatabaseNow, ServerHistory } from "./server-history-schema";
import { noPostgres, serverNotFound } from "./stored";

/** Times in ms since the epoch; the default is the week before now. */
interface Dates {
  start_date?: number | undefined;
  end_date?: number | undefined;
}

interface DatabaseQuestion {
  server: string;
  database: string;
  /** Of several that had the name in turn; by default the one that has it now, or else had it last. */
  oid?: number | undefined;
}

/** Stands for the name where the oid says it all: no path can hold a part `..`, and PostgreSQL allows it as a name. */
const NAMELESS = "-";
const GB = 1024 ** 3;
const MB = 1024 ** 2;
/** Samples bear the time at which they were due, and a dropped database is missed soon after its last one. */
const AFTER_LAST_MS = 60_000;

const inUnits = (bytes: number | null | undefined, unit: number) => (bytes == null ? null : roundTo(bytes / unit, 2));
const stamp = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/**
 * Connections and sizes of a server's databases over a range.
 * @throws AppError not_found, conflict (never had a PostgreSQL), invalid naming the date that is wrong; forbidden and the like when the actor may not read
 */
export async function serverHistory(
  actor: Actor | null,
  { server, asker, ...dates }: Dates & { server: string; asker?: Asker },
): Promise<ServerHistory> {
  requirePermission(actor, "servers:read");
  // All of it: many questions of one person must not take all connections to our database either.
  return inTurnOf(actor, () => historyOf(actor, server, dates), asker);
}

async function historyOf(actor: Actor, server: string, dates: Dates): Promise<ServerHistory> {
  const owner = await ownerOf(actor, server);
  const range = askedRange(dates, Date.now());
  const intervals = await samplingOf(owner);
  const [newest, databases, lines] = await Promise.all([
    newestOfDatabases(owner.id, Date.now()),
    databasesOf(actor, owner.id),
    readDatabases({ subject: owner.id, range, ...intervals }),
  ]);
  if (!owner.has_postgres && databases.length === 0) throw noPostgres();
  return {
    last_stat_update: stamp(newest.connections.at),
    total_connections: totalOf(newest.connections.values),
    total_size_gb: inUnits(totalOf(newest.sizes.values), GB),
    databases: databases.map(({ name, oid, exists, created_at, dropped_at }) => ({
      ...{ name, oid, exists, creation_time: created_at, dropped_at },
    })),
    connection_timeline: timelineOf(lines, longestCarry(intervals)),
    ...headOf(lines, range),
  };
}

/** The newest values of one database. @throws AppError not_found; forbidden and the like when the actor may not read */
export async function databaseNow(actor: Actor | null, question: DatabaseQuestion): Promise<DatabaseNow> {
  requirePermission(actor, "servers:read");
  const owner = await ownerOf(actor, question.server);
  const database = await databaseOf(actor, owner, question);
  const { connections, sizes, commits } = await newestOf(owner, database);
  return {
    ...identityOf(database),
    dropped_at: database.dropped_at,
    owner: database.owner,
    encoding: database.encoding,
    size_mb: inUnits(sizes.value, MB),
    size_update: stamp(sizes.at),
    connections: connections.value,
    commits: commits.value,
    last_update: stamp(connections.at),
  };
}

/**
 * Connections, size and commits of one database over a range.
 * @throws AppError not_found, invalid naming the date that is wrong; forbidden and the like when the actor may not read
 */
export async function databaseHistory(
  actor: Actor | null,
  { asker, ...question }: Dates & DatabaseQuestion & { asker?: Asker },
): Promise<DatabaseHistory> {
  requirePermission(actor, "servers:read");
  return inTurnOf(actor, () => historyOfDatabase(actor, question), asker);
}

async function historyOfDatabase(actor: Actor, question: Dates & DatabaseQuestion): Promise<DatabaseHistory> {
  const owner = await ownerOf(actor, question.server);
  const range = askedRange(question, Date.now());
  const database = await databaseOf(actor, owner, question);
  const intervals = await samplingOf(owner);
  const wanted = { subject: owner.id, labels: database.labels, range, ...intervals };
  const [newest, lines] = await Promise.all([newestOf(owner, database), readDatabase(wanted)]);
  const [line] = lines.databases;
  const commits = lines.growth.rows(range, lines.step);
  return {
    ...identityOf(database),
    last_stat_update: stamp(newest.connections.at),
    total_connections: newest.connections.value,
    total_size_mb: inUnits(newest.sizes.value, MB),
    total_commits: rounded(totalOf(commits)),
    max_connections: line?.connections.max ?? null,
    min_connections: line?.connections.min ?? null,
    timeline: rowsOf(line, longestCarry(intervals)).map(({ start, connections, bytes }) => ({
      ts: new Date(start).toISOString(),
      connections,
      size_mb: inUnits(bytes, MB),
      commits: rounded(commits.get(start)),
    })),
    ...headOf(lines, range),
  };
}

/** A name of a path: what it does not name is not there, rather than not valid. */
async function ownerOf(actor: Actor, server: string): Promise<Subject> {
  const owner = await subjectByName(actor, server);
  if (!owner) throw serverNotFound();
  return owner;
}

async function databaseOf(actor: Actor, owner: Subject, { database, oid }: DatabaseQuestion): Promise<ServerDatabase> {
  const known = await databasesOf(actor, owner.id);
  const named = known.filter(({ name }) => name === database || (oid !== undefined && database === NAMELESS));
  const found =
    oid === undefined ? named.find(({ labels }) => labels.oid === undefined) : named.find((one) => one.oid === oid);
  if (!found) throw new AppError("not_found", "The server has had no database of that name.");
  return found;
}

async function samplingOf(owner: Subject): Promise<{ intervalMs: number; sizeIntervalMs: number }> {
  const { collect_interval, size_update_interval } = await intervalsOf(owner);
  return { intervalMs: 1_000 * collect_interval, sizeIntervalMs: 1_000 * size_update_interval };
}

interface NewestValue {
  value: number | null;
  at: number | null;
}

/** What the newest reading does not hold any more is found in history. */
async function newestOf(
  { id: subject }: Subject,
  { name, labels, exists, dropped_at }: ServerDatabase,
): Promise<Record<keyof NewestOfDatabases, NewestValue>> {
  const now = Date.now();
  const newest = exists ? await newestOfDatabases(subject, now) : null;
  const to = (dropped_at === null ? now : Date.parse(dropped_at)) + AFTER_LAST_MS;
  const lookUp = async (kind: keyof NewestOfDatabases, metric: string | null): Promise<NewestValue> => {
    const found = newest?.[kind].values.get(name);
    if (found !== undefined) return { value: found, at: newest?.[kind].at ?? null };
    const { at, values } =
      metric === null ? { at: null, values: new Map() } : await storedNewest({ subject, metric, labels, to });
    return { value: values.get(name) ?? null, at };
  };
  return {
    connections: await lookUp("connections", CONNECTIONS),
    sizes: await lookUp("sizes", SIZE),
    commits: await lookUp("commits", null),
  };
}

const identityOf = ({ name, oid, exists, created_at }: ServerDatabase) => ({
  ...{ name, oid, exists, creation_time: created_at },
});

function headOf({ step, databases }: Lines, { from, to }: Range) {
  const stored = databases.map(({ connections }) => connections.storedMs);
  return {
    aggregation: step.name,
    step_seconds: Math.max(step.ms, ...stored) / 1_000,
    start_date: new Date(from).toISOString(),
    end_date: new Date(to).toISOString(),
  };
}

/** Null where nothing is known, which is not 0. */
function totalOf(values: ReadonlyMap<unknown, number>): number | null {
  if (values.size === 0) return null;
  let total = 0;
  for (const value of values.values()) total += value;
  return total;
}

const rounded = (value: number | null | undefined) => (value == null ? null : Math.round(value));

function rowsOf(line: DatabaseLine | undefined, longestCarryMs: number) {
  const starts = line?.connections.starts() ?? [];
  const sizes = carried(line?.sizes, starts, longestCarryMs);
  return starts.map((start, at) => {
    const mean = meanOf(line?.connections.rows.get(start));
    return { start, connections: mean === null ? null : roundTo(mean, 2), bytes: sizes[at] ?? null };
  });
}

/** By time, then by name. */
function timelineOf({ databases }: Lines, longestCarryMs: number): ServerHistory["connection_timeline"] {
  const sorted = databases.toSorted((a, b) => (a.database < b.database ? -1 : 1));
  const rows = sorted.flatMap((line) => rowsOf(line, longestCarryMs).map((row) => ({ ...row, line })));
  return rows
    .sort((a, b) => a.start - b.start)
    .map(({ start, connections, bytes, line: { database, oid } }) => ({
      ts: new Date(start).toISOString(),
      datname: database,
      ...(oid !== undefined && { oid }),
      connections,
      size_gb: inUnits(bytes, GB),
    }));
}
