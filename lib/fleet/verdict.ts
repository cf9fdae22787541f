// What is to be said of a database from what is known of its use: five verdicts, checked in this order. Pure.
import { roundTo } from "../rate";
import type { Criteria, Verdict, VerdictReason } from "./analysis-schema";

export const DAY_MS = 86_400_000;
/** Over so many days connections are averaged. */
export const LOW_DAYS = 7;

/** What is known of a window that ends now. */
export interface WindowEvidence {
  /**
   * Since when (ms since the epoch) it is known what happened up to now; the window's beginning or earlier where all of it
   * is known, null where nothing is, for want of a sample within it, too.
   */
  since: number | null;
  /** Sessions of clients, Dozor's left out; null without a sample. */
  clients: { min: number; max: number; average: number } | null;
  /** Sessions begun beyond Dozor's own, resets notwithstanding; null where they are not counted. */
  sessions: number | null;
  /** Whether sessions were counted all the time. Before version 14 they are not. */
  counted: boolean;
  /** Rows inserted, updated and deleted; null where nobody counted. */
  rowsWritten: number | null;
}

/** What is known of a database. Times in ms since the epoch. */
export interface Evidence {
  /** Its first stored sample; null without any. */
  historySince: number | null;
  lastUsedAt: number | null;
  static: WindowEvidence;
  inactive: WindowEvidence;
  week: WindowEvidence;
}

const UNKNOWN: WindowEvidence = { since: null, clients: null, sessions: null, counted: false, rowsWritten: null };
/** Of a database without any history. */
export const NOTHING_KNOWN: Evidence = {
  historySince: null,
  lastUsedAt: null,
  static: UNKNOWN,
  inactive: UNKNOWN,
  week: UNKNOWN,
};

export interface Judgement {
  verdict: Verdict;
  reason: VerdictReason;
  estimate: boolean;
}

/** A verdict that nothing of what is known so far contradicts. */
interface Candidate {
  verdict: "static" | "inactive" | "low";
  days: number;
  window: WindowEvidence;
}

/**
 * Insufficient, where the known history is shorter than the longest criterion that it does not contradict; else static,
 * inactive, low or active. What is not known contradicts nothing.
 */
export function verdictOf(evidence: Evidence, criteria: Criteria, now: number): Judgement {
  const candidates = candidatesOf(evidence, criteria);
  const short = candidates
    .filter(({ days, window }) => window.since === null || window.since > now - days * DAY_MS)
    .sort((a, b) => b.days - a.days)[0];
  if (short) return { verdict: "insufficient", reason: shortage(short, evidence, now), estimate: false };
  const [found] = candidates;
  if (!found) return { verdict: "active", reason: reasonOf("in_use", used(evidence, now)), estimate: false };
  const { verdict, days, window } = found;
  const estimate = verdict !== "low" && !window.counted;
  const average = shownAverage(evidence.week.clients?.average);
  if (verdict === "static")
    return { verdict, reason: reasonOf("unchanged", { days, connections: window.clients?.max ?? null }), estimate };
  if (verdict === "inactive") return { verdict, reason: reasonOf("unused", { days }), estimate };
  return { verdict, reason: reasonOf("few_connections", { days: LOW_DAYS, average }), estimate };
}

function candidatesOf({ static: steady, inactive, week }: Evidence, criteria: Criteria): Candidate[] {
  const all: (Candidate & { stands: boolean })[] = [
    { verdict: "static", days: criteria.static_days, window: steady, stands: mayBeStatic(steady) },
    { verdict: "inactive", days: criteria.inactive_days, window: inactive, stands: mayBeInactive(inactive) },
    { verdict: "low", days: LOW_DAYS, window: week, stands: mayBeLow(week, criteria.low_connections) },
  ];
  return all.filter(({ stands }) => stands);
}

const rose = (growth: number | null): boolean => growth !== null && growth > 0;

function mayBeStatic({ clients, sessions, rowsWritten }: WindowEvidence): boolean {
  if (rose(sessions) || rose(rowsWritten)) return false;
  return clients === null || (clients.min > 0 && clients.min === clients.max);
}

/**
 * Whether nothing that is known contradicts it. Commits prove nothing: autovacuum commits in every database. Written rows do
 * where nobody counts sessions.
 */
export function mayBeInactive({ clients, sessions, counted, rowsWritten }: WindowEvidence): boolean {
  if (rose(sessions) || (!counted && rose(rowsWritten))) return false;
  return clients === null || clients.max === 0;
}

function mayBeLow({ clients }: WindowEvidence, limit: number): boolean {
  return clients === null || (clients.average > 0 && clients.average < limit);
}

/** Why it is not enough: history is too young, or what happened in a gap is not known. */
function shortage({ days, window }: Candidate, { historySince }: Evidence, now: number): VerdictReason {
  const known = window.since === null ? 0 : floored((now - window.since) / DAY_MS);
  const isGap = historySince !== null && historySince <= now - days * DAY_MS;
  return reasonOf(isGap ? "gap" : "short_history", { days: known, needed: days });
}

const used = ({ lastUsedAt, week }: Evidence, now: number) => ({
  days: lastUsedAt === null ? null : floored(Math.max(0, now - lastUsedAt) / DAY_MS),
  average: shownAverage(week.clients?.average),
});

const NOTHING = { days: null, needed: null, connections: null, average: null };
const reasonOf = (code: VerdictReason["code"], known: Partial<VerdictReason>): VerdictReason => ({
  code,
  ...NOTHING,
  ...known,
});

const floored = (value: number): number => Math.floor(value * 10) / 10;
/** An average with two decimals, never rounded up to a limit that it stays below. */
export const shownAverage = (value: number | undefined): number | null =>
  value === undefined ? null : Math.floor(roundTo(value * 100, 4)) / 100;
