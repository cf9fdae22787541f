// Reading the audit log: newest first, by bounded work however long it is.
import { pool } from "../db";
import { settings } from "../settings/queries";
import { dayRange, earlier, startOfDay } from "../time";
import { type Actor, requirePermission } from "../users/permissions";
import {
  type AuditFilter,
  type AuditItem,
  type AuditPage,
  type AuditQuery,
  type AuditStats,
  SIGN_IN_EVENTS,
} from "./schema";
import { verifyChain } from "./verification";

/** Entries are counted up to here: what nobody pages through need not be counted to the end. */
const MOST_COUNTED = 100_000;

type Row = Omit<AuditItem, "id" | "timestamp" | "username" | "jti"> & { id: string; timestamp: Date };

const COLUMNS = `id, created_at AS timestamp, event_type, actor, ip_address, user_agent, session_id, target_kind, target_id,
  target_name, details`;

/** Conditions with their values; none for what is not asked for. */
async function conditionsOf(actor: Actor, filter: AuditFilter): Promise<{ where: string; values: unknown[] }> {
  const tz = filter.tz ?? actor.timeZone ?? (await settings()).time_zone;
  const { from, to } = dayRange({ date_from: filter.date_from, date_to: filter.date_to, tz });
  const given: [string, unknown][] = [
    ["actor = ?", filter.username || null],
    ["event_type = ANY(?)", filter.event_type?.length ? filter.event_type : null],
    ["ip_address = ?", filter.ip || null],
    ["created_at >= ?", from],
    ["created_at < ?", to],
  ];
  const asked = given.filter(([, value]) => value !== null);
  const conditions = asked.map(([condition], index) => condition.replace("?", `$${index + 1}`));
  return { where: conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "", values: asked.map(([, v]) => v) };
}

const toItem = ({ id, timestamp, ...row }: Row): AuditItem => ({
  ...row,
  id: Number(id),
  timestamp: timestamp.toISOString(),
  username: row.actor,
  jti: row.session_id,
});

/** A page of entries, newest first. @throws AppError when the actor may not read them */
export async function listAudit(actor: Actor | null, { limit, offset, ...filter }: AuditQuery): Promise<AuditPage> {
  requirePermission(actor, "audit:read");
  const { where, values } = await conditionsOf(actor, filter);
  const [items, total] = await Promise.all([
    readItems(`${where} ORDER BY id DESC LIMIT ${limit} OFFSET ${offset}`, values),
    pool().query<{ total: number }>(
      `SELECT count(*)::int AS total FROM (SELECT FROM audit_log ${where} LIMIT ${MOST_COUNTED}) AS counted`,
      values,
    ),
  ]);
  return { items, total: total.rows[0]?.total ?? 0, limit, offset };
}

/** The newest entries of a filter, for a file. @throws AppError when the actor may not read them */
export async function newestAudit(actor: Actor | null, filter: AuditFilter, most: number): Promise<AuditItem[]> {
  requirePermission(actor, "audit:read");
  const { where, values } = await conditionsOf(actor, filter);
  return readItems(`${where} ORDER BY id DESC LIMIT ${most}`, values);
}

async function readItems(rest: string, values: unknown[]): Promise<AuditItem[]> {
  const { rows } = await pool().query<Row>(`SELECT ${COLUMNS} FROM audit_log ${rest}`, values);
  return rows.map(toItem);
}

/** Numbers of the whole log and of today. @param tz whose today; the viewer's by default */
export async function auditStats(actor: Actor | null, tz?: string, now = new Date()): Promise<AuditStats> {
  requirePermission(actor, "audit:read");
  const zone = tz ?? actor.timeZone ?? (await settings()).time_zone;
  const today = startOfDay(now, zone);
  const week = new Date(earlier(today.getTime(), { days: 6 }, zone));
  const { rows } = await pool().query<AuditStats>(
    `SELECT (SELECT count(*)::int FROM audit_log) AS total_events,
       (SELECT count(*)::int FROM audit_log WHERE event_type = 'login_failed') AS failed_total,
       count(*) FILTER (WHERE event_type = 'login_success' AND created_at >= $1)::int AS logins_today,
       count(DISTINCT actor) FILTER (WHERE event_type = 'login_success')::int AS unique_users_week,
       count(*) FILTER (WHERE event_type <> ALL($3) AND created_at >= $1)::int AS actions_today,
       count(*) FILTER (WHERE event_type = 'login_failed' AND created_at >= $1)::int AS failed_today
     FROM audit_log WHERE created_at >= $2`,
    [today, week, SIGN_IN_EVENTS],
  );
  if (!rows[0]) throw new Error("An aggregate gave no row");
  return rows[0];
}

/** Whether the audit log is what was written, over all its entries. @throws AppError when the actor may not read it */
export async function checkAudit(actor: Actor | null) {
  requirePermission(actor, "audit:read");
  const { entries, newest, problemCount, problems } = await verifyChain();
  const found = problems.map(({ kind, id }) => ({ kind, id: Number(id) }));
  return { entries, newest: newest ? Number(newest.id) : null, problemCount, problems: found };
}
export type AuditCheck = Awaited<ReturnType<typeof checkAudit>>;
