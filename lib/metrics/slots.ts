// Where each series lives: its part and its slot there, given once and remembered by every process.
import type pg from "pg";
import { pool } from "../db";
import { log } from "../log";
import type { Row } from "../probe";
import { transaction } from "./transaction";

/** Series in one part. Fewer make more rows; more make rows that carry what nobody asked for. */
export const PART_SIZE = 64;

/** Series of one probe of one subject, dropped databases included until retention removes them; further ones get no place. */
const MOST_SERIES = 131_072;

/** A series' place: number `slot` (from 1) in the rows of part `set`. */
export interface Place {
  set: number;
  slot: number;
}

/** One probe of one subject. */
interface Owner {
  subject: number;
  probe: string;
}

interface Identity {
  /** Without the probe's name. */
  metric: string;
  labels: Row["labels"];
}

/** The places of one row of readings: of the series that share its labels. */
interface LabelledPlaces {
  labels: Row["labels"];
  byMetric: Map<string, Place>;
  /** Metrics in the order in which they came last, and their places: the next reading has nearly always the same order. */
  names: string[];
  places: Place[];
}

interface Layout {
  /** By labels (canonical text). */
  byLabels: Map<string, LabelledPlaces>;
  /** Row by row where the last reading went. */
  previous: LabelledPlaces[];
  sets: Set<number>;
  /** No series is given a place any more. */
  full: boolean;
}

interface Known {
  layouts: Map<string, Layout>;
  /** When all parts were last seen to exist, on the process's own clock (ms). */
  checkedAt: number;
}

// By pool, so that another database never meets the places of this one.
const places = new WeakMap<pg.Pool, Known>();

/** Parts may be deleted by another process; what was written for them within this time is dropped by sealing. */
const CHECK_MS = 60_000;

function known(): Known {
  const found = places.get(pool()) ?? { layouts: new Map(), checkedAt: performance.now() };
  places.set(pool(), found);
  return found;
}

/**
 * Forgets the places of all series, so that they are read again: the database may have been restored or replaced. With
 * a subject only of its series: they may have other labels now.
 */
export function forgetPlaces(subject?: number): void {
  if (subject === undefined) places.delete(pool());
  const { layouts } = known();
  for (const owner of layouts.keys()) if (owner.startsWith(`${subject}:`)) layouts.delete(owner);
}

/** Forgets, at most once a minute, the places in parts that somebody deleted: their series get new ones. */
export async function forgetVanishedPlaces(): Promise<void> {
  const now = performance.now();
  const { layouts, checkedAt } = known();
  if (now - checkedAt < CHECK_MS) return;
  const { rows } = await pool().query<{ id: number }>(
    "SELECT id FROM unnest($1::int[]) AS used (id) WHERE NOT EXISTS (SELECT FROM series_set WHERE id = used.id)",
    [[...layouts.values()].flatMap(({ sets }) => [...sets])],
  );
  const gone = new Set(rows.map(({ id }) => id));
  for (const [owner, { sets }] of layouts) if ([...sets].some((set) => gone.has(set))) layouts.delete(owner);
  known().checkedAt = now;
}

/**
 * Calls `put` with each value of one reading and its place, some perhaps twice; a series never seen before is given one,
 * unless the subject is being deleted.
 * @throws what PostgreSQL says, e.g. 23503 when the subject does not exist
 */
export async function placeValues(
  owner: Owner,
  rows: readonly Row[],
  put: (place: Place, value: number) => void,
): Promise<void> {
  const layout = layoutOf(owner);
  if (lookUp(layout, rows, put) || layout.full) return;
  lookUp(await learn(owner, rows), rows, put);
}

/** False if a value has no place yet; the others are put. */
function lookUp(layout: Layout, rows: readonly Row[], put: (place: Place, value: number) => void): boolean {
  let isComplete = true;
  for (const [i, { labels, values }] of rows.entries()) {
    const labelled = placesOf(layout, labels, i);
    let index = -1;
    for (const metric in values) {
      index++;
      const value = values[metric];
      if (!isSample(value)) continue;
      const place = labelled && placeOf(labelled, metric, index);
      if (place) put(place, value);
      else isComplete = false;
    }
  }
  return isComplete;
}

const isSample = (value: number | null | undefined): value is number => value !== null && value !== undefined;

/** The places for the labels of row `index`. */
function placesOf(layout: Layout, labels: Row["labels"], index: number): LabelledPlaces | undefined {
  const likely = layout.previous[index];
  if (likely && areEqual(likely.labels, labels)) return likely;
  const found = layout.byLabels.get(labelsKey(labels));
  if (found) layout.previous[index] = found;
  return found;
}

/** The place of the metric that came as number `index` of its row. */
function placeOf({ byMetric, names, places }: LabelledPlaces, metric: string, index: number): Place | undefined {
  if (names[index] === metric) return places[index];
  const place = byMetric.get(metric);
  if (place) [names[index], places[index]] = [metric, place];
  return place;
}

function areEqual(some: Row["labels"], others: Row["labels"]): boolean {
  if (some === others) return true;
  let left = 0;
  for (const name in some) {
    if (some[name] !== others[name]) return false;
    left++;
  }
  for (const _ in others) left--;
  return left === 0;
}

function layoutOf({ subject, probe }: Owner): Layout {
  const { layouts } = known();
  const key = `${subject}:${probe}`;
  const layout: Layout = layouts.get(key) ?? { byLabels: new Map(), previous: [], sets: new Set(), full: false };
  layouts.set(key, layout);
  return layout;
}

/** One text for equal labels, whatever their order; a NUL cannot be part of them, jsonb refuses it. */
function labelsKey(labels: Row["labels"]): string {
  let key = "";
  for (const name of Object.keys(labels).sort()) key += `${name}\0${labels[name]}\0`;
  return key;
}

function missingIn({ byLabels }: Layout, { labels, values }: Row): Identity[] {
  const labelled = byLabels.get(labelsKey(labels));
  return Object.keys(values)
    .filter((metric) => isSample(values[metric]) && !labelled?.byMetric.has(metric))
    .map((metric) => ({ metric, labels }));
}

function remember({ byLabels, sets }: Layout, { metric, labels }: Identity, place: Place): void {
  const key = labelsKey(labels);
  const labelled = byLabels.get(key) ?? { labels, byMetric: new Map(), names: [], places: [] };
  labelled.byMetric.set(metric, place);
  byLabels.set(key, labelled);
  sets.add(place.set);
}

/** Reads the places other processes gave, then gives places to what is still without. */
async function learn(owner: Owner, rows: readonly Row[]): Promise<Layout> {
  const layout = layoutOf(owner);
  const created = await transaction(async (client) => {
    // Whoever comes second waits here, and then finds the series that the first one made.
    const found = await client.query<{ gone: boolean }>(
      "SELECT deleted_at IS NOT NULL AS gone FROM subject WHERE id = $1 FOR NO KEY UPDATE",
      [owner.subject],
    );
    if (found.rows[0]?.gone) return [];
    const parts = await readParts(client, owner, layout);
    const missing = new Map(
      rows.flatMap((row) => missingIn(layout, row)).map((one) => [`${one.metric} ${labelsKey(one.labels)}`, one]),
    );
    const room = MOST_SERIES - parts.length * PART_SIZE;
    layout.full = missing.size > Math.max(0, room);
    if (layout.full)
      log.warn({ ...owner, most: MOST_SERIES }, "too many series of one server; new ones are not stored");
    return append(client, { owner, parts, missing: [...missing.values()].slice(0, Math.max(0, room)) });
  });
  for (const { identity, place } of created) remember(layout, identity, place);
  return layout;
}

interface Part {
  id: number;
  part: number;
  /** Slots given so far. */
  used: number;
}

async function readParts(client: pg.ClientBase, owner: Owner, layout: Layout): Promise<Part[]> {
  const { rows } = await client.query<{ id: number; part: number; slot: number | null } & Identity>(
    `SELECT s.id, s.part, e.slot, substr(e.metric, length(s.probe) + 2) AS metric, e.labels
     FROM series_set s LEFT JOIN series e ON e.set_id = s.id
     WHERE s.subject = $1 AND s.probe = $2 ORDER BY s.part, e.slot`,
    [owner.subject, owner.probe],
  );
  const parts = new Map<number, Part>();
  for (const { id, part, slot, metric, labels } of rows) {
    parts.set(id, { id, part, used: slot ?? 0 });
    if (slot !== null) remember(layout, { metric, labels }, { set: id, slot });
  }
  return [...parts.values()];
}

/** Fills the last part, then opens new ones. A part's rows are never rewritten: they were shorter before. */
async function append(
  client: pg.ClientBase,
  { owner, parts, missing }: { owner: Owner; parts: Part[]; missing: Identity[] },
): Promise<{ identity: Identity; place: Place }[]> {
  const last = parts.at(-1) ?? { id: 0, part: -1, used: PART_SIZE };
  const free = slotsOf(last.id, last.used);
  const opened = await client.query<{ id: number }>(
    `INSERT INTO series_set (subject, probe, part)
     SELECT $1, $2, part FROM generate_series($3::int, $4::int) AS part RETURNING id`,
    [owner.subject, owner.probe, last.part + 1, last.part + Math.ceil((missing.length - free.length) / PART_SIZE)],
  );
  free.push(...opened.rows.flatMap(({ id }) => slotsOf(id, 0)));
  const created = missing.flatMap((identity, i) => (free[i] ? { identity, place: free[i] } : []));
  await client.query(
    `INSERT INTO series (set_id, slot, subject, metric, labels)
     SELECT set_id, slot, $1, metric, labels
     FROM unnest($2::int[], $3::smallint[], $4::text[], $5::jsonb[]) AS new (set_id, slot, metric, labels)`,
    [
      owner.subject,
      created.map(({ place }) => place.set),
      created.map(({ place }) => place.slot),
      created.map(({ identity }) => `${owner.probe}.${identity.metric}`),
      created.map(({ identity }) => JSON.stringify(identity.labels)),
    ],
  );
  return created;
}

/** The places of a part that are not given yet. */
function slotsOf(set: number, used: number): Place[] {
  return Array.from({ length: PART_SIZE - used }, (_, i) => ({ set, slot: used + i + 1 }));
}
