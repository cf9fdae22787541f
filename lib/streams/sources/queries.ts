// Sources as they are read: never with the password.
import { prisma, type Transaction } from "../../db";
import { AppError } from "../../errors";
import { etagOf } from "../../etag";
import { type Actor, requirePermission } from "../../users/permissions";
import type { StreamSource } from "../source-schema";

interface Row extends Omit<StreamSource, "state" | "polled_at" | "answered_at" | "created_at" | "updated_at"> {
  polled_at: Date | null;
  answered_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = `s.id, s.name, s.kind, s.url, s.username, s.password IS NOT NULL AS has_secret, s.interval_seconds, s.enabled,
  s.polled_at, s.answered_at, s.failures, s.error, s.error_code, s.created_at, s.updated_at, s.created_by,
  (SELECT count(*)::int FROM channels c WHERE c.source_id = s.id) AS channels`;

function sourceOf({ polled_at, answered_at, created_at, updated_at, ...row }: Row): StreamSource {
  return {
    ...row,
    state: stateOf({ ...row, answered_at }),
    polled_at: polled_at?.toISOString() ?? null,
    answered_at: answered_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}

function stateOf({ enabled, failures, answered_at }: Pick<Row, "enabled" | "failures" | "answered_at">) {
  if (!enabled) return "disabled";
  if (failures > 0) return "failing";
  return answered_at === null ? "waiting" : "ok";
}

/** All sources by name. @throws AppError unauthenticated, forbidden */
export async function listSources(actor: Actor | null): Promise<StreamSource[]> {
  requirePermission(actor, "streams:read");
  const rows = await prisma().$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS} FROM stream_sources s ORDER BY lower(s.name), s.name`,
  );
  return rows.map(sourceOf);
}

/** @throws AppError unauthenticated, forbidden, not_found */
export async function sourceById(actor: Actor | null, id: number): Promise<StreamSource> {
  requirePermission(actor, "streams:read");
  return findSource(prisma(), id);
}

/** A source as the transaction sees it; with `lock` nobody else changes it before its end. @throws AppError not_found */
export async function findSource(transaction: Transaction, id: number, { lock = false } = {}): Promise<StreamSource> {
  const [row] = await transaction.$queryRawUnsafe<Row[]>(
    `SELECT ${COLUMNS} FROM stream_sources s WHERE s.id = $1 ${lock ? "FOR UPDATE OF s" : ""}`,
    id,
  );
  if (!row) throw new AppError("not_found", "There is no such source of streams.");
  return sourceOf(row);
}

/** The entity tag under which a source is edited: what polls tell of it is no change. */
export const sourceTag = (source: StreamSource): string => etagOf(editableOf(source));

/** What of a source an edit overwrites. */
export const editableOf = ({
  id,
  name,
  url,
  username,
  has_secret,
  interval_seconds,
  enabled,
  updated_at,
}: StreamSource) => ({
  ...{ id, name, url, username, has_secret, interval_seconds, enabled, updated_at },
});
