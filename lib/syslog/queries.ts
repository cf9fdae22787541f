// Reading the system log: newest first, by bounded work however long it is.
import { appendAudit } from "../audit/append";
import { likePattern, pool, prisma } from "../db";
import { settings } from "../settings/queries";
import { dayRange, startOfDay } from "../time";
import { type Actor, requirePermission } from "../users/permissions";
import type { LogEntry, LogStats, Logs, LogsFilter } from "./schema";

/** Entries are counted up to here: what nobody pages through need not be counted to the end. */
const MOST_COUNTED = 10_000;

/** By then every transaction that writes an entry has ended, so no smaller id can appear any more. */
const SETTLED = "10 s";

interface Row {
  id: string;
  timestamp: Date;
  level: LogEntry["level"];
  source: string;
  server: string | null;
  message: string;
  details: Record<string, unknown>;
}

/** Conditions with their values; none for what is not asked for. */
async function conditionsOf(actor: Actor, filter: LogsFilter): Promise<{ where: string; values: unknown[] }> {
  const tz = filter.tz ?? actor.timeZone ?? (await settings()).time_zone;
  const { from, to } = dayRange({ date_from: filter.date_from, date_to: filter.date_to, tz });
  const given: [string, unknown][] = [
    ["level = ANY(?)", filter.level?.length ? filter.level : undefined],
    ["source = ANY(?)", filter.source?.length ? filter.source : undefined],
    ["server = ?", filter.server || undefined],
    ["(message ILIKE ? OR source ILIKE ? OR server ILIKE ?)", filter.search ? likePattern(filter.search) : undefined],
    ["created_at >= ?", from ?? undefined],
    ["created_at < ?", to ?? undefined],
    ["id < ?", filter.before],
    ["id > ?", filter.after],
  ];
  const asked = given.filter(([, value]) => value !== undefined);
  const conditions = asked.map(([condition], index) => condition.replaceAll("?", `$${index + 1}`));
  return { where: conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "", values: asked.map(([, v]) => v) };
}

const toEntry = ({ id, timestamp, ...row }: Row): LogEntry => ({
  ...row,
  id: Number(id),
  timestamp: timestamp.toISOString(),
});

const ENTRY = "id, created_at AS timestamp, level, source, server, message, details";

/**
 * A page of entries, newest first. With `after` they are those that came since; give the `cursor` of the answer, and
 * pass over what is known already: an entry that a slow transaction wrote appears late.
 * @throws AppError unauthenticated, forbidden
 */
export async function listLogs(actor: Actor | null, filter: LogsFilter): Promise<Logs> {
  requirePermission(actor, "logs:read");
  const { where, values } = await conditionsOf(actor, filter);
  const { limit, offset } = filter;
  const most = Math.max(MOST_COUNTED + 1, offset + limit);
  const [{ rows: pages }, { rows: cursors }] = await Promise.all([
    pool().query<{ total: number; items: Row[] | null }>(
      `WITH found AS MATERIALIZED (SELECT id FROM system_log ${where} ORDER BY id DESC LIMIT ${most}),
         page AS (SELECT id FROM found ORDER BY id DESC LIMIT ${limit} OFFSET ${offset})
       SELECT (SELECT count(*)::int FROM found) AS total,
         (SELECT json_agg(json_build_object('id', id, 'timestamp', created_at, 'level', level, 'source', source,
            'server', server, 'message', message, 'details', details) ORDER BY id DESC)
          FROM system_log WHERE id IN (SELECT id FROM page)) AS items`,
      values,
    ),
    pool().query<{ cursor: string | null }>(
      `SELECT id AS cursor FROM system_log WHERE created_at < now() - interval '${SETTLED}' ORDER BY id DESC LIMIT 1`,
    ),
  ]);
  const { total = 0, items } = pages[0] ?? {};
  return {
    items: (items ?? []).map((row) => toEntry({ ...row, timestamp: new Date(row.timestamp) })),
    total: Math.min(total, MOST_COUNTED),
    total_is_exact: total <= MOST_COUNTED,
    limit,
    offset,
    cursor: Number(cursors[0]?.cursor ?? 0),
  };
}

/** The newest entries that fit, for a file; that is noted in the audit log. @throws AppError unauthenticated, forbidden */
export async function exportLogs(actor: Actor | null, filter: LogsFilter): Promise<LogEntry[]> {
  requirePermission(actor, "logs:read");
  const { where, values } = await conditionsOf(actor, filter);
  const { rows } = await pool().query<Row>(
    `SELECT ${ENTRY} FROM system_log ${where} ORDER BY id DESC LIMIT ${MOST_COUNTED}`,
    values,
  );
  const { limit: _limit, offset: _offset, ...asked } = filter;
  const target = { kind: "logs", id: "logs", name: "System log" };
  const details = { entries: rows.length, filter: Object.fromEntries(Object.entries(asked)) };
  await prisma().$transaction((transaction) =>
    appendAudit(transaction, actor, { eventType: "export", target, details }),
  );
  return rows.map(toEntry);
}

/** How much there is, and how much of today needs a look. @param tz whose today; the viewer's by default */
export async function logStats(actor: Actor | null, tz?: string): Promise<LogStats> {
  requirePermission(actor, "logs:read");
  const zone = tz ?? actor.timeZone ?? (await settings()).time_zone;
  const { rows } = await pool().query<LogStats>(
    `SELECT (SELECT count(*)::int FROM system_log) AS total,
       (SELECT count(*)::int FROM system_log WHERE level = 'error' AND created_at >= $1) AS errors_today,
       (SELECT count(*)::int FROM system_log WHERE level = 'warning' AND created_at >= $1) AS warnings_today`,
    [startOfDay(new Date(), zone)],
  );
  return rows[0] ?? { total: 0, errors_today: 0, warnings_today: 0 };
}

/** What can be chosen in a filter: the parts that spoke and the servers that were spoken of, by name. */
export async function logChoices(actor: Actor | null): Promise<{ sources: string[]; servers: string[] }> {
  requirePermission(actor, "logs:read");
  const [{ rows: sources }, { rows: servers }] = await Promise.all([
    pool().query<{ name: string }>(
      "SELECT DISTINCT source AS name FROM (SELECT source FROM system_log ORDER BY id DESC LIMIT 5000) AS s ORDER BY 1",
    ),
    pool().query<{ name: string }>("SELECT name FROM servers ORDER BY name LIMIT 1000"),
  ]);
  return { sources: sources.map(({ name }) => name), servers: servers.map(({ name }) => name) };
}
