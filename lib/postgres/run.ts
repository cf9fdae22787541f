// Asks a PostgreSQL probe and makes samples of its rows: version choice, counters to rates, resets, missing values.
import {
  type MetricDefinition,
  ProbeError,
  type Reading,
  type Row,
  type SqlProbe,
  type SqlRow,
  type SqlSession,
} from "../probe";
import { ratePerSecond, roundRate } from "../rate";
import { inTheirWords, type Reason, type Reasons } from "../reasons";
import { sqlStateOf } from "./failure";
import type { PostgresProbe } from "./probe";

/** What one row's counters said; `reset` is the value of the probe's `resetBy` column. */
export interface CounterState {
  labels: Record<string, string>;
  reset: unknown;
  values: Record<string, number>;
}

/** Raw counters of one reading, by the row's labels. */
export type Counters = ReadonlyMap<string, CounterState>;

/** The reading before, for rates. */
export interface Before {
  before: Counters | undefined;
  /** Monotonic seconds since then. */
  elapsedSeconds: number;
}

/** Nothing that PostgreSQL counts is more (a position in the write-ahead log may be); larger ones have hundreds of digits. */
const MOST = 2 ** 64;

/** What one reading keeps: 500 databases have some ten thousand values. A server that makes names up must not fill our disk. */
const MOST_VALUES = 16_384;
/** Names in PostgreSQL have 63 bytes unless it was built otherwise. */
const LONGEST_LABEL = 256;
/** Rows that may give reasons of their own. */
const MOST_REASONS = 1_000;
const LONGEST_REASON = 500;

// 42703 undefined column, 42P01 table, 42883 function: what a version newer than this code may have taken away.
const UNDEFINED = new Set(["42703", "42P01", "42883"]);

/** The probe's statements that a server of that major version may understand, newest first. */
export function sqlFor(probe: Pick<SqlProbe, "sql">, version: number): string[] {
  const understood = Object.entries(probe.sql).filter(([oldest]) => Number(oldest) <= version);
  return understood.sort(([a], [b]) => Number(b) - Number(a)).map(([, sql]) => sql);
}

/** Why a server of that version cannot be asked (the outcome is `nothing`), or null when it can. */
export function nothingToAsk(probe: Pick<SqlProbe, "name" | "sql">, version: number): Reason | null {
  if (sqlFor(probe, version).length > 0) return null;
  const oldest = Math.min(...Object.keys(probe.sql).map(Number));
  return `${probe.name} needs PostgreSQL ${oldest} or newer; this server has ${version}`;
}

/**
 * Asks the probe with the newest SQL that the server understands. Where that names something undefined, an older one is tried.
 * @throws ProbeError also when the version is too old: see `nothingToAsk`
 */
export async function askSql(probe: SqlProbe, session: SqlSession): Promise<SqlRow[]> {
  const nothing = nothingToAsk(probe, session.version);
  if (nothing) throw new ProbeError("sql", nothing);
  if (probe.ask) return probe.ask(session);
  let failure: unknown;
  for (const sql of sqlFor(probe, session.version)) {
    try {
      return await session.query(sql);
    } catch (error) {
      failure ??= error;
      if (!(error instanceof ProbeError) || !UNDEFINED.has(sqlStateOf(error.cause) ?? "")) break;
    }
  }
  throw failure;
}

/**
 * The number that a column holds: booleans as 0 and 1, text of bigint and numeric as the nearest double (exact up to 2^53).
 * @returns null for anything else, NaN, infinities, and what no server counts up to included
 */
export function toNumber(value: unknown): number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  const text = typeof value === "bigint" ? String(value) : value;
  const number = typeof text === "string" && text.trim() !== "" ? Number(text) : text;
  return typeof number === "number" && Math.abs(number) <= MOST ? number : null;
}

function labelsOf(probe: SqlProbe, row: SqlRow): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const label of probe.labels) {
    const value = row[label];
    if (typeof value === "string" || typeof value === "number")
      labels[label] = String(value).slice(0, LONGEST_LABEL).toWellFormed();
  }
  return labels;
}

/** Counters of a row, unless none has a value. */
function countersOf(probe: SqlProbe, row: SqlRow, labels: Record<string, string>): CounterState | null {
  const values: Record<string, number> = {};
  let any = false;
  for (const [name, metric] of Object.entries(probe.metrics)) {
    const value = metric.kind === "counter" ? toNumber(row[name]) : null;
    if (value === null) continue;
    values[name] = value;
    any = true;
  }
  return any ? { labels, reset: probe.resetBy ? row[probe.resetBy] : undefined, values } : null;
}

/** A reset concerns all counters of a row, also those that have outgrown their old value since. */
function isReset(now: CounterState, before: CounterState): boolean {
  if (now.reset !== before.reset) return true;
  return Object.entries(now.values).some(([name, value]) => value < (before.values[name] ?? value));
}

interface Asked {
  name: string;
  metric: MetricDefinition;
  value: number | null;
}

function addValue(values: Row["values"], { name, metric, value }: Asked, rate: number | null): void {
  if (value !== null && (metric.kind === "gauge" || metric.stored)) values[name] = value;
  if (metric.rate && rate !== null && Number.isFinite(rate)) values[metric.rate.name] = rate;
}

/** What /metrics tells of a row: its counters as they stand, and what the probe adds. */
function exposedOf({ exposes = [] }: PostgresProbe, row: SqlRow, counters: CounterState | null): Row["values"] {
  const values: Row["values"] = { ...counters?.values };
  for (const name of exposes) {
    const value = toNumber(row[name]);
    if (value !== null) values[name] = value;
  }
  return values;
}

function valuesOf(
  probe: PostgresProbe,
  row: SqlRow,
  rateOf: (name: string, value: number) => number | null,
): Row["values"] {
  const values: Row["values"] = {};
  for (const [name, metric] of Object.entries(probe.metrics)) {
    const value = toNumber(row[name]);
    addValue(values, { name, metric, value }, value === null ? null : rateOf(name, value));
  }
  for (const [name, compute] of Object.entries(probe.derived ?? {})) {
    const value = compute(values);
    if (value !== null && Number.isFinite(value)) values[name] = value;
  }
  return values;
}

/** The series that a metric gives: its rate, or itself. */
const seriesOf = (name: string, metric: MetricDefinition) => metric.rate?.name ?? name;

function reasonsOf(probe: PostgresProbe, rows: readonly SqlRow[]): Reasons {
  const reasons: Reasons = {};
  for (const [name, metric] of Object.entries(probe.metrics)) {
    if (probe.derived?.[name] || probe.totals?.[name] || rows.length === 0) continue;
    const series = seriesOf(name, metric);
    const whenNull = probe.whenNull?.[name];
    if (rows.every((row) => row[name] === undefined)) reasons[series] = "This version of PostgreSQL does not tell it";
    else if (whenNull && rows.every((row) => row[name] == null)) reasons[series] = whenNull;
  }
  for (const fact of probe.facts ?? []) {
    const whenNull = probe.whenNull?.[fact];
    if (whenNull && rows.every((row) => row[fact] == null)) reasons[fact] = whenNull;
  }
  for (const row of rows.slice(0, MOST_REASONS)) {
    if (typeof row.unavailable !== "string") continue;
    const labels = Object.entries(labelsOf(probe, row)).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    for (const name of Object.keys(probe.metrics)) {
      if (row[name] === null)
        reasons[`${name}{${labels.join(",")}}`] = inTheirWords(row.unavailable.slice(0, LONGEST_REASON).toWellFormed());
    }
  }
  return reasons;
}

/** Sums over all rows, of what is known; rounded, since sums of decimals have many. */
function totalsOf({ totals = {} }: PostgresProbe, samples: readonly Row[]): Row["values"] {
  const values: Row["values"] = {};
  for (const [name, summed] of Object.entries(totals)) {
    const known = samples.map((row) => row.values[summed]).filter((value) => value != null);
    if (known.length > 0) values[name] = roundRate(known.reduce((sum, value) => sum + value, 0));
  }
  return values;
}

function factsOf(probe: SqlProbe, rows: readonly SqlRow[]): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const fact of probe.facts ?? []) {
    const row = rows.find((candidate) => candidate[fact] !== null && candidate[fact] !== undefined);
    if (row) facts[fact] = row[fact];
  }
  return facts;
}

/**
 * Makes a reading of a probe's rows; pure. Rates need the counters of the reading before: a first reading, a changed
 * `resetBy` column and a counter that fell give none. NULL gives no sample; a NULL label is absent.
 */
export function toReading(
  probe: PostgresProbe,
  rows: readonly SqlRow[],
  { before, elapsedSeconds }: Before,
): { reading: Reading; counters: Counters } {
  const counters = new Map<string, CounterState>();
  const samples: Row[] = [];
  const exposed = new Map<string, Row>();
  let room = MOST_VALUES;
  let exposedRoom = MOST_VALUES;
  let wasReset = false;
  for (const row of rows) {
    if (room <= 0) break;
    const labels = labelsOf(probe, row);
    const key = JSON.stringify(labels);
    const now = countersOf(probe, row, labels);
    if (now) counters.set(key, now);
    const then = before?.get(key);
    const comparable = now && then && !isReset(now, then) ? then : undefined;
    wasReset ||= then !== undefined && comparable === undefined;
    const values = valuesOf(probe, row, (name, value) =>
      ratePerSecond(value, comparable?.values[name], elapsedSeconds),
    );
    room -= Object.keys(values).length;
    if (Object.keys(values).length > 0) samples.push({ labels, values });
    const told = exposedOf(probe, row, now);
    exposedRoom -= Object.keys(told).length;
    const isNews = Object.keys(told).length > 0 && !exposed.has(key);
    if (isNews && exposedRoom >= 0) exposed.set(key, { labels, values: told });
  }
  const totals = wasReset || room <= 0 ? {} : totalsOf(probe, samples);
  if (Object.keys(totals).length > 0) samples.push({ labels: {}, values: totals });
  const cut: Reasons | false = room <= 0 && {
    rows: `Only the first ${MOST_VALUES} values of a reading are kept; the server gave more`,
  };
  const { facts, unavailable } = probe.gather?.from(rows) ?? {};
  const lacking = probe.lacking?.(rows);
  return {
    reading: {
      rows: samples,
      unavailable: { ...reasonsOf(probe, rows), ...unavailable, ...cut },
      facts: { ...factsOf(probe, rows), ...facts },
      ...(exposed.size > 0 && { exposed: [...exposed.values()] }),
      ...(lacking && { lacking }),
    },
    counters,
  };
}
