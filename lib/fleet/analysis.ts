// The analysis of a server's databases: which are used, and which nobody would miss.
import { pool } from "../db";
import { AppError } from "../errors";
import { remembered } from "../remembered";
import { type Actor, requirePermission } from "../users/permissions";
import { type Analysis, type Criteria, type DatabaseVerdict, VERDICTS } from "./analysis-schema";
import { criteria } from "./criteria";
import { databasesOf, type ServerDatabase } from "./databases";
import { readEvidence } from "./evidence";
import { explain } from "./explain";
import { subjectByName } from "./queries";
import { inTurnOf } from "./read-turns";
import { noPostgres } from "./stored";
import type { LatestRows } from "./summary";
import { DAY_MS, type Evidence, type Judgement, NOTHING_KNOWN, shownAverage, verdictOf } from "./verdict";

type Findings = Omit<Analysis, "server">;

/** Computed anew after a minute, and as soon as the server is changed. */
const known = remembered<Findings>("analyses", { channel: "dozor_servers", maxAgeMs: 60_000, most: 100 });
/** Analyses under way, so that many who ask at once cost as much as one. */
const asked = new Map<string, Promise<Findings | null>>();

/**
 * Judges the databases of a server over its whole stored history, by the criteria as they hold now. At most a minute old.
 * @throws AppError when the actor may not read servers, not_found, conflict (no PostgreSQL)
 */
export async function analyse(actor: Actor | null, server: string): Promise<Analysis> {
  requirePermission(actor, "servers:read");
  const subject = await subjectByName(actor, server);
  if (!subject) throw new AppError("not_found", "There is no server of that name.");
  if (!subject.has_postgres) throw noPostgres();
  const by = await criteria();
  const key = `${subject.id} ${JSON.stringify(by)}`;
  const find = async () => ({
    value: await inTurnOf(actor, () => analyseAt(actor, subject.id, { by, now: Date.now() })),
    about: `${subject.id}`,
  });
  const under = asked.get(key) ?? known.get(key, find).finally(() => asked.delete(key));
  asked.set(key, under);
  const found = await under;
  if (!found) throw new AppError("not_found", "There is no server of that name.");
  return { server, ...found };
}

/** The same for a moment, not remembered. @param now ms since the epoch */
export async function analyseAt(
  actor: Actor | null,
  subject: number,
  { by, now }: { by: Criteria; now: number },
): Promise<Findings> {
  const [databases, latest] = await Promise.all([databasesOf(actor, subject), readLatest(subject)]);
  const judged = databases.filter(({ exists, name }) => exists && !latest.closed.has(name));
  const evidence = await readEvidence({
    ...{ subject, criteria: by, now },
    databases: judged.map(({ name, first_seen_at }) => ({ name, firstSeenAt: Date.parse(first_seen_at) })),
    own: latest.own && { ...latest.own, toldUntil: toldUntil(latest.own.toldAt, now) },
  });
  const verdicts = judged.map((one) => {
    const found = evidence.get(one.name) ?? NOTHING_KNOWN;
    return toVerdict(one, { found, judgement: verdictOf(found, by, now), latest });
  });
  return {
    analysed_at: new Date(now).toISOString(),
    criteria: by,
    summary: summaryOf(verdicts),
    databases: verdicts.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** A reading may be as much later than its time as its probe waits. */
const TOLD_LATE_MS = 15_000;

/**
 * What was opened is told once a minute or so; a session may be counted before its opening is told. Where it was not told
 * for a day, nobody asks the server any more, and all counts.
 */
function toldUntil(toldAt: number | null, now: number): number {
  return toldAt === null || toldAt < now - DAY_MS ? now : toldAt - TOLD_LATE_MS;
}

interface Latest {
  clients: ReadonlyMap<string, number>;
  sizes: ReadonlyMap<string, number>;
  /** Templates, and those that take no connections: nobody can use them. */
  closed: ReadonlySet<string>;
  /** The database that Dozor connects to, and when it was told what it opened there. */
  own: { name: string; toldAt: number | null } | null;
}

// The collector wrote these rows from the probes' own types; they are not checked a second time.
const LATEST = `
  SELECT coalesce(pg_database, 'postgres') AS own, pg_host IS NOT NULL AS is_asked, cost.ts AS told_at,
    databases.data->'rows' AS databases, sizes.data->'rows' AS sizes, inventory.data->'facts'->'databases' AS listed
  FROM servers s
  LEFT JOIN latest cost ON cost.subject = s.id AND cost.kind = 'cost'
  LEFT JOIN latest databases ON databases.subject = s.id AND databases.kind = 'databases'
  LEFT JOIN latest sizes ON sizes.subject = s.id AND sizes.kind = 'sizes'
  LEFT JOIN latest inventory ON inventory.subject = s.id AND inventory.kind = 'inventory'
  WHERE s.id = $1`;

interface LatestRow {
  own: string;
  is_asked: boolean;
  told_at: Date | null;
  databases: LatestRows["rows"] | null;
  sizes: LatestRows["rows"] | null;
  listed: { name: string; is_template?: boolean | null; allow_connections?: boolean | null }[] | null;
}

async function readLatest(subject: number): Promise<Latest> {
  const { rows } = await pool().query<LatestRow>(LATEST, [subject]);
  const { own, is_asked, told_at, databases, sizes, listed } = rows[0] ?? {};
  const closed = (listed ?? []).filter((one) => one.is_template === true || one.allow_connections === false);
  return {
    clients: valuesOf(databases, "clients"),
    sizes: valuesOf(sizes, "size_bytes"),
    closed: new Set(closed.map(({ name }) => name)),
    own: own !== undefined && is_asked ? { name: own, toldAt: told_at?.getTime() ?? null } : null,
  };
}

function valuesOf(rows: LatestRow["databases"] | undefined, metric: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const { labels, values: told } of rows ?? []) {
    const value = told[metric];
    if (labels.database !== undefined && value != null) values.set(labels.database, value);
  }
  return values;
}

function toVerdict(
  { oid, name, exists, dropped_at, owner, created_at }: ServerDatabase,
  { found, judgement, latest }: { found: Evidence; judgement: Judgement; latest: Latest },
): DatabaseVerdict {
  return {
    ...{ oid, name, exists, dropped_at, owner, created_at },
    ...judgement,
    explanation: explain(judgement),
    connections: latest.clients.get(name) ?? null,
    size_bytes: latest.sizes.get(name) ?? null,
    average_connections: shownAverage(found.week.clients?.average),
    last_used_at: timeOf(found.lastUsedAt),
    history_since: timeOf(found.historySince),
  };
}

const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function summaryOf(verdicts: readonly DatabaseVerdict[]): Analysis["summary"] {
  const of = (verdict: DatabaseVerdict["verdict"]) => {
    const found = verdicts.filter((one) => one.verdict === verdict);
    const sizes = found.flatMap(({ size_bytes }) => size_bytes ?? []);
    return { count: found.length, size_bytes: sizes.length > 0 ? sizes.reduce((sum, size) => sum + size, 0) : null };
  };
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, of(verdict)])) as Analysis["summary"];
}
