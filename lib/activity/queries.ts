// Reading the activity feed: pages newest first, and single events for the live push.
import { likePattern, pool } from "../db";
import { type Actor, can, requirePermission } from "../users/permissions";
import { type ActivityEvent, type ActivityPage, EVERYWHERE, type Severity } from "./schema";

export interface ActivityFilter {
  /** Any of these; all when empty. */
  types?: readonly string[];
  severities?: readonly Severity[];
  /** Somewhere in message, target or an e-mail that the actor may see; any case, nothing in it is a wildcard. */
  search?: string;
  from?: Date | null;
  /** Exclusive. */
  to?: Date | null;
}

export interface PageQuery extends ActivityFilter {
  limit: number;
  offset?: number;
  /** Only events with a smaller id. */
  before?: number | null;
}

/** E-mails of others are for those who manage users. */
export const seesEmails = (actor: Actor): boolean => can(actor, "users:manage");

/** The event without what only some may see. */
export const publicForm = (event: ActivityEvent): ActivityEvent => ({ ...event, user_email: null });

// $1: whether the actor sees every e-mail, $2: the actor's own.
const MAY_SEE_EMAIL = "($1::boolean OR lower(user_email) = lower($2::text))";

const COLUMNS = `id::float8 AS id, type, severity, message, CASE WHEN ${MAY_SEE_EMAIL} THEN user_email END AS user_email,
  actor, target_kind, target_id, target_name, details, created_at`;

// An e-mail that the actor may not see must not be found either: an answer would tell it letter by letter.
const MATCHING = `FROM activity_events
  WHERE (cardinality($3::text[]) = 0 OR type = ANY($3::text[]))
    AND (cardinality($4::text[]) = 0 OR severity = ANY($4::text[]))
    AND ($5::timestamptz IS NULL OR created_at >= $5) AND ($6::timestamptz IS NULL OR created_at < $6)
    AND ($7::text IS NULL OR message ILIKE $7 OR target_name ILIKE $7 OR (${MAY_SEE_EMAIL} AND user_email ILIKE $7))`;

/**
 * A page of the feed, newest first. Ids are given out in the order of writing and become visible in the order of
 * commits. Walking down by `before` shows each event that was committed when the walk began exactly once (unless it is
 * trimmed meanwhile), and none twice; what commits later may stand above or between pages that were read already.
 * @throws AppError unauthenticated, forbidden
 */
export async function listActivity(actor: Actor | null, query: PageQuery): Promise<ActivityPage> {
  requirePermission(actor, "activity:read");
  // One more than the limit tells whether there are older ones.
  const reading = readMatching(actor, { ...query, limit: query.limit + 1 });
  const [events, total] = await Promise.all([reading, countMatching(actor, query)]);
  const shown = events.slice(0, query.limit);
  return { events: shown, total, next: events.length > query.limit ? (shown.at(-1)?.id ?? null) : null };
}

/**
 * The newest events, or those with the given ids, newest first.
 * @throws AppError unauthenticated, forbidden
 */
export async function readEvents(
  actor: Actor | null,
  wanted: { newest: number } | { ids: readonly string[] },
): Promise<ActivityEvent[]> {
  requirePermission(actor, "activity:read");
  const own = [seesEmails(actor), actor.email];
  const { rows } =
    "ids" in wanted
      ? await pool().query<Row>(
          `SELECT ${COLUMNS} FROM activity_events WHERE id = ANY($3::bigint[]) ORDER BY activity_events.id DESC`,
          [...own, wanted.ids],
        )
      : await pool().query<Row>(
          `SELECT ${COLUMNS} FROM activity_events ORDER BY activity_events.id DESC LIMIT $3::int`,
          [...own, wanted.newest],
        );
  return rows.map(toEvent);
}

/**
 * The events of a page, without their count.
 * @throws AppError unauthenticated, forbidden
 */
export async function readMatching(
  actor: Actor | null,
  { limit, offset = 0, before = null, ...filter }: PageQuery,
): Promise<ActivityEvent[]> {
  requirePermission(actor, "activity:read");
  const { rows } = await pool().query<Row>(
    `SELECT ${COLUMNS} ${MATCHING} AND ($8::bigint IS NULL OR id < $8)
     ORDER BY activity_events.id DESC LIMIT $9::int OFFSET $10::bigint`,
    [...parameters(actor, filter), before, limit, offset],
  );
  return rows.map(toEvent);
}

/** More marks than that nobody tells apart on a chart. */
const MOST_ABOUT = 200;

/**
 * What happened to a target in a time, with what happened to all; the newest 200, newest first.
 * @throws AppError unauthenticated, forbidden
 */
export async function readAbout(
  actor: Actor | null,
  { target, from, to }: { target: { kind: string; id: string }; from: Date; to: Date },
): Promise<ActivityEvent[]> {
  requirePermission(actor, "activity:read");
  const { rows } = await pool().query<Row>(
    `SELECT ${COLUMNS} FROM activity_events
     WHERE created_at >= $3 AND created_at <= $4 AND ((target_kind = $5 AND target_id = $6) OR type = ANY($7::text[]))
     ORDER BY activity_events.id DESC LIMIT $8::int`,
    [seesEmails(actor), actor.email, from, to, target.kind, target.id, EVERYWHERE, MOST_ABOUT],
  );
  return rows.map(toEvent);
}

async function countMatching(actor: Actor, filter: ActivityFilter): Promise<number> {
  const { rows } = await pool().query<{ total: number }>(
    `SELECT count(*)::float8 AS total ${MATCHING}`,
    parameters(actor, filter),
  );
  return rows[0]?.total ?? 0;
}

function parameters(actor: Actor, { types = [], severities = [], search = "", from, to }: ActivityFilter): unknown[] {
  const pattern = search === "" ? null : likePattern(search);
  return [seesEmails(actor), actor.email, types, severities, from ?? null, to ?? null, pattern];
}

interface Row extends Omit<ActivityEvent, "target" | "created_at"> {
  target_kind: string | null;
  target_id: string | null;
  target_name: string | null;
  created_at: Date;
}

function toEvent({ target_kind, target_id, target_name, created_at, ...event }: Row): ActivityEvent {
  const target = target_kind === null ? null : { kind: target_kind, id: target_id ?? "", name: target_name ?? "" };
  return { ...event, target, created_at: created_at.toISOString() };
}
