// How many series the things of one server may have: the first ones by name, the rest together as `(others)`.
import type { Reason } from "../reasons";

/** Label of the rest. */
export const OTHERS = "(others)";

/** Databases with series of their own: the oldest by oid, so that who has them does not change from reading to reading. */
export const DATABASES = 500;

/** Databases that are listed at all: a server that makes them up must fill neither memory nor pages. */
export const LISTED = 10_000;

/** Names have 63 bytes unless PostgreSQL was built otherwise. */
export const shortName = (name: unknown): unknown =>
  typeof name === "string" ? name.slice(0, 256).toWellFormed() : name;

/**
 * Statistics of databases that take connections, templates aside, each with its `place` among them. No join: the planner
 * expects few databases, and a join would compare each with each.
 */
export const PLACED_DATABASES = `(SELECT *, pg_catalog.row_number() OVER (ORDER BY datid) AS place
  FROM pg_catalog.pg_stat_database WHERE datname IS NOT NULL
    AND datid NOT IN (SELECT oid FROM pg_catalog.pg_database WHERE NOT datallowconn OR datistemplate))`;

/** The label of something at `place`, or that of the rest. */
export const labelUpTo = (limit: number, name: string): string =>
  `CASE WHEN place <= ${limit} THEN ${name} ELSE '${OTHERS}' END`;

/** What is said where there are more than have series of their own. */
export const togetherAs = (limit: number, what: string): Reason =>
  `Only ${limit} ${what} have series of their own; the rest is told together as ${OTHERS}`;
