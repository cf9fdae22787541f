// How many series the things of one server may have: the first ones by name, the rest together as `(others)`.

/** Label of the rest. */
export const OTHERS = "(others)";

/** Databases with series of their own: the oldest by oid, so that who has them does not change from reading to reading. */
export const DATABASES = 500;

/** Databases that take connections, templates aside, each with its `place` among them. */
export const PLACED_DATABASES = `(SELECT oid, datname, pg_catalog.row_number() OVER (ORDER BY oid) AS place
  FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate)`;

/** The label of something at `place`, or that of the rest. */
export const labelUpTo = (limit: number, name: string): string =>
  `CASE WHEN place <= ${limit} THEN ${name} ELSE '${OTHERS}' END`;

/** What is said where there are more than have series of their own. */
export const togetherAs = (limit: number, what: string): string =>
  `Only ${limit} ${what} have series of their own; the rest is told together as ${OTHERS}`;
