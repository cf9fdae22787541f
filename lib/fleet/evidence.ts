// What is known of the use of a server's databases, from what is stored of them.
import { pool } from "../db";
import { findSeries, type StoredSeries } from "../metrics/fetch";
import { firstHours } from "../metrics/first-hours";
import { HOUR_MS, hourOf } from "../metrics/hour";
import { type Hours, hourly } from "../metrics/hourly";
import type { Criteria } from "./analysis-schema";
import { Course, type Tick } from "./course";
import { DAY_MS, type Evidence, LOW_DAYS, mayBeInactive, NOTHING_KNOWN } from "./verdict";

/** A database whose evidence is wanted. */
export interface Examined {
  name: string;
  /** ms since the epoch. */
  firstSeenAt: number;
}

export interface EvidenceQuery {
  subject: number;
  databases: readonly Examined[];
  criteria: Criteria;
  /** ms since the epoch. */
  now: number;
  /** The database that Dozor connects to, and until when (ms) it is told how many sessions were opened. */
  own: { name: string; toldUntil: number } | null;
}

const METRICS = ["clients", "sessions", "rows_written"] as const;
const OPENED = "cost.sessions_opened";

/** History is read from so much before the longest window on: whether there is a gap at its beginning. */
const BEFORE_MS = 25 * HOUR_MS;
/** How far back the last use is looked for, and how much at a time. */
const LOOK_BACK_MS = 366 * DAY_MS;
const PIECE_MS = 30 * DAY_MS;
/** Longer windows are read in two steps. */
const RECENT_DAYS = 30;
/** A session is counted by the server some seconds after it was opened. */
const COUNTED_LATE_MS = 300_000;

/** One database, and what was found of it. */
interface Subject {
  name: string;
  isOwn: boolean;
  /** Hours since the epoch; null where nothing is stored. */
  firstHour: number | null;
  /** In the order of METRICS. */
  series: (StoredSeries | undefined)[];
  course: Course;
  lastUsedAt: number | null;
}

/**
 * The evidence of each database by name. Those that are told together as `(others)`, or have no history yet, have none.
 *
 * In the database to which Dozor connects, the sessions that it opened are taken off, from the beginning of the hour in
 * which a window begins; what was counted since they were told last waits. Sessions that Dozor opened otherwise count as
 * foreign there: of another installation, of tests from the form of a server, of the last minute before a crash, of a pooler
 * on our behalf. So that database may be found active by mistake; it may be found inactive by mistake only where foreign
 * sessions, none of them seen, were no more than what we opened in that first hour before the window.
 */
export async function readEvidence(query: EvidenceQuery): Promise<Map<string, Evidence>> {
  const { criteria, databases } = query;
  if (criteria.inactive_days <= RECENT_DAYS) return readWindows(query);
  // Whoever was there lately contradicts a longer window, too: it is read of the others only.
  const recent = await readWindows({ ...query, criteria: { ...criteria, inactive_days: RECENT_DAYS } });
  const mayBeIdle = ({ name }: Examined) => mayBeInactive((recent.get(name) ?? NOTHING_KNOWN).inactive);
  const idle = await readWindows({ ...query, databases: databases.filter(mayBeIdle) });
  return new Map([...recent, ...idle]);
}

async function readWindows(query: EvidenceQuery): Promise<Map<string, Evidence>> {
  const { criteria, now, own } = query;
  const windows = [criteria.static_days, criteria.inactive_days, LOW_DAYS].map((days) => now - days * DAY_MS);
  const { subjects, opening } = await subjectsOf(query, windows);
  const from = HOUR_MS * hourOf(Math.min(...windows) - BEFORE_MS);
  const borders = own ? [...windows, own.toldUntil + 1] : windows;
  const opened = windows.map(() => 0);
  const places = new Places(subjects, opening);
  for await (const hours of hourly({ series: places.series, from, to: now, borders })) {
    for (const subject of subjects) eachTick(hours, places.of(subject), (tick) => subject.course.add(tick));
    addOpened(opened, { hours, opening: places.opening, windows });
  }
  for (const subject of subjects) subject.lastUsedAt = subject.course.lastUsedAt;
  await lookBack(subjects, { from, now, longest: Math.min(...windows) });
  return new Map(subjects.map((subject) => [subject.name, evidenceOf(subject, { now, opened })]));
}

async function subjectsOf(
  { subject, databases, own }: EvidenceQuery,
  windows: readonly number[],
): Promise<{ subjects: Subject[]; opening: StoredSeries[] }> {
  const metrics = METRICS.map((name) => `databases.${name}`);
  const found = await findSeries(
    pool(),
    subject,
    [...metrics, OPENED].map((metric) => ({ metric })),
  );
  // The name alone belongs to the database that has it now; series of earlier ones carry an oid.
  const keyOf = (metric: string, database: string) => `${metric} ${database}`;
  const named = found.filter(({ labels }) => labels.oid === undefined && labels.database !== undefined);
  const byKey = new Map(named.map((series) => [keyOf(series.metric, series.labels.database ?? ""), series]));
  const subjects = databases.flatMap(({ name, firstSeenAt }) => {
    const series = metrics.map((metric) => byKey.get(keyOf(metric, name)));
    const isOwn = own?.name === name;
    const course = new Course(windows, own && isOwn ? { toldUntil: own.toldUntil } : undefined);
    return series[0] ? [{ name, isOwn, firstSeenAt, firstHour: null, series, course, lastUsedAt: null }] : [];
  });
  const first = await firstHours(
    subjects.flatMap(({ series: [clients] }) => (clients ? [clients] : [])),
    // A sample bears the time of its tick, which may be the moment before.
    subjects.map(({ firstSeenAt }) => hourOf(firstSeenAt - HOUR_MS)),
  );
  return {
    subjects: subjects.map((one, at) => ({ ...one, firstHour: first[at] ?? null })),
    opening: found.filter(({ metric }) => metric === OPENED),
  };
}

/** Which series are read, and where each stands among them. */
class Places {
  readonly series: StoredSeries[] = [];
  readonly opening: readonly number[];
  private readonly bySubject = new Map<Subject, number[]>();

  constructor(subjects: readonly Subject[], opening: readonly StoredSeries[] = []) {
    const place = (one: StoredSeries | undefined) => (one ? this.series.push(one) - 1 : -1);
    for (const subject of subjects) this.bySubject.set(subject, subject.series.map(place));
    this.opening = opening.map(place);
  }

  /** -1 for a series that there is not. */
  of(subject: Subject): readonly number[] {
    return this.bySubject.get(subject) ?? [];
  }
}

function eachTick(hours: Hours, places: readonly number[], take: (tick: Tick) => void): void {
  const [ofClients = -1, ofSessions = -1, ofRows = -1] = places;
  const part = (place: number, cell: number) => (place < 0 ? null : hours.at(place, cell));
  for (let cell = 0; cell < hours.count; cell++) {
    const clients = part(ofClients, cell);
    if (clients) take({ clients, sessions: part(ofSessions, cell), rowsWritten: part(ofRows, cell) });
  }
}

interface Opened {
  hours: Hours;
  opening: readonly number[];
  windows: readonly number[];
}

function addOpened(opened: number[], { hours, opening, windows }: Opened): void {
  for (let cell = 0; cell < hours.count; cell++) {
    const sum = opening.reduce((total, place) => total + (hours.at(place, cell)?.sum ?? 0), 0);
    for (const [at, from] of windows.entries())
      if (hourOf(hours.startOf(cell)) >= hourOf(from - COUNTED_LATE_MS)) opened[at] = (opened[at] ?? 0) + sum;
  }
}

/**
 * Before `from`: when those were used last that were not used since, and what came before a gap at the beginning of the
 * longest window.
 */
async function lookBack(
  subjects: readonly Subject[],
  { from, now, longest }: { from: number; now: number; longest: number },
): Promise<void> {
  const beginsIn = ({ course: { first } }: Subject) => first !== null && first.clients.firstAt >= longest;
  let open: Search[] = subjects
    .filter((one) => one.firstHour !== null && one.firstHour * HOUR_MS < from)
    .filter((one) => one.lastUsedAt === null || beginsIn(one))
    .map((subject) => ({ subject, known: subject.course, wantsPast: beginsIn(subject) }));
  const oldest = HOUR_MS * hourOf(now - LOOK_BACK_MS);
  for (let to = from; to > oldest && open.length > 0; to -= PIECE_MS) {
    const start = Math.max(oldest, to - PIECE_MS);
    const idle = await passIdle(open, start);
    await searchPiece(
      open.filter((one) => !idle.has(one)),
      { from: start, to },
    );
    open = open.filter(
      ({ subject, wantsPast }) =>
        (subject.lastUsedAt === null || wantsPast) && (subject.firstHour ?? 0) * HOUR_MS < start,
    );
  }
}

/** A database whose past is looked through, from the earliest piece that is known to earlier ones. */
interface Search {
  subject: Subject;
  known: Course;
  /** What came before the earliest piece is wanted, whatever it was. */
  wantsPast: boolean;
}

/**
 * Those of which nobody was there in the hour after `start`, and no session was counted from then on until what is known:
 * the hours between need not be read.
 */
async function passIdle(open: readonly Search[], start: number): Promise<ReadonlySet<Search>> {
  const idle = new Set<Search>();
  const asked = open.filter(({ subject, known, wantsPast }) => !wantsPast && !subject.isOwn && known.first?.sessions);
  const places = new Places(asked.map(({ subject }) => subject));
  for await (const hours of hourly({ series: places.series, from: start, to: start + HOUR_MS })) {
    for (const one of asked)
      eachTick(hours, places.of(one.subject), (tick) => {
        const { clients, sessions } = tick;
        if (clients.max > 0 || !sessions || sessions.min !== one.known.first?.sessions?.min) return;
        if (sessions.max !== sessions.min) return;
        one.known = new Course([]);
        one.known.add(tick);
        idle.add(one);
      });
  }
  return idle;
}

async function searchPiece(open: readonly Search[], range: { from: number; to: number }): Promise<void> {
  const places = new Places(open.map(({ subject }) => subject));
  const pieces = open.map(({ subject }) => new Course([], subject.isOwn ? { toldUntil: 0 } : undefined));
  for await (const hours of hourly({ series: places.series, ...range })) {
    for (const [at, { subject }] of open.entries())
      eachTick(hours, places.of(subject), (tick) => pieces[at]?.add(tick));
  }
  for (const [at, one] of open.entries()) {
    const piece = pieces[at];
    if (!piece?.last) continue;
    one.known.precededBy(piece.last);
    one.subject.lastUsedAt ??= one.known.lastUsedAt ?? piece.lastUsedAt;
    Object.assign(one, { known: piece, wantsPast: false });
  }
}

function evidenceOf(
  { course, firstHour, lastUsedAt, isOwn }: Subject,
  { now, opened }: { now: number; opened: readonly number[] },
): Evidence {
  const [steady, inactive, week] = course.result(now, isOwn ? opened : []);
  if (!steady || !inactive || !week) throw new Error("A course has as many windows as it was given");
  const first = course.first?.clients.firstAt ?? null;
  const isFirst = first !== null && (firstHour === null || hourOf(first) <= firstHour);
  const historySince = isFirst ? first : firstHour === null ? null : firstHour * HOUR_MS;
  return { historySince, lastUsedAt, static: steady, inactive, week };
}
