/**
 * Names that PostgreSQL allows for databases and that mean something to addresses, SQL, selectors, CSV, HTML or a terminal.
 * As many as there are, they fit into one server that a test can make in a moment.
 */
export const HOSTILE_NAMES = [
  "a/b",
  "100%",
  "100%25",
  "%2F",
  "q?x#y",
  '"; drop table x; --',
  "'; select pg_sleep(10); --",
  "база",
  "データ",
  "..",
  ".",
  "a/../b",
  "back\\slash",
  'both "quotes\' {x="1"}',
  "two\nlines",
  "=1+1",
  " spaces ",
  "a,b;c&d=e+f",
  "<img src=x onerror=alert(1)>",
  "stats",
] as const;

/** An identifier as SQL takes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A label's value as selectors take it. */
export const selected = (value: string): string =>
  `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
