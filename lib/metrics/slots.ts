// Where each series lives: its part and its slot there, given once and remembered by every process.
import type pg from "pg";
import { pool } from "../db";
import type { Row } from "../probe";
import { transaction } from "./transaction";

/** Series in one part. Fewer make more rows; more make rows that carry what nobody asked for. */
export const PART_SIZE = 64;

/** A series' place: number `slot` (from 1) in the rows of part `set`. */
export interface Place {
  set: number;
  slot: number;
}

export interface PlacedValue extends Place {
  value: number;
}

/** One probe of one subject. */
interface Owner {
  subject: number;
  probe: string;
}

interface Identity {
  /** Without the probe's name. */
  metric: string;
  labels: Record<string, string>;
}

/** Labels (canonical text) → metric → place. */
type Layout = Map<string, Map<string, Place>>;

// By pool, so that another database never meets the places of this one.
const layouts = new WeakMap<pg.Pool, Map<string, Layout>>();

/** Forgets the places of all series, so that they are read again: the database may have been restored or replaced. */
export function forgetPlaces(): void {
  layouts.delete(pool());
}

/**
 * The values of one reading with their places; a series never seen before is given one.
 * @throws what PostgreSQL says, e.g. 23503 when the subject does not exist
 */
export async function placeValues(owner: Owner, rows: readonly Row[]): Promise<PlacedValue[]> {
  const known = lookUp(layoutOf(owner), rows);
  if (known) return known;
  await learn(owner, rows);
  return lookUp(layoutOf(owner), rows) ?? [];
}

/** Undefined if a value has no place yet. */
function lookUp(layout: Layout, rows: readonly Row[]): PlacedValue[] | undefined {
  const placed: PlacedValue[] = [];
  for (const { labels, values } of rows) {
    const places = layout.get(labelsKey(labels));
    for (const metric in values) {
      const value = values[metric];
      if (!isSample(value)) continue;
      const place = places?.get(metric);
      if (!place) return undefined;
      placed.push({ set: place.set, slot: place.slot, value });
    }
  }
  return placed;
}

const isSample = (value: number | null | undefined): value is number => value !== null && value !== undefined;

function layoutOf({ subject, probe }: Owner): Layout {
  const known = layouts.get(pool()) ?? new Map<string, Layout>();
  layouts.set(pool(), known);
  const key = `${subject}:${probe}`;
  const layout: Layout = known.get(key) ?? new Map();
  known.set(key, layout);
  return layout;
}

/** One text for equal labels, whatever their order; a NUL cannot be part of them, jsonb refuses it. */
function labelsKey(labels: Record<string, string>): string {
  let key = "";
  for (const name of Object.keys(labels).sort()) key += `${name}\0${labels[name]}\0`;
  return key;
}

function missingIn(layout: Layout, { labels, values }: Row): Identity[] {
  const places = layout.get(labelsKey(labels));
  return Object.keys(values)
    .filter((metric) => isSample(values[metric]) && !places?.has(metric))
    .map((metric) => ({ metric, labels }));
}

function remember(layout: Layout, { metric, labels }: Identity, place: Place): void {
  const key = labelsKey(labels);
  const places = layout.get(key) ?? new Map<string, Place>();
  layout.set(key, places.set(metric, place));
}

/** Reads the places other processes gave, then gives places to what is still without. */
async function learn(owner: Owner, rows: readonly Row[]): Promise<void> {
  const layout = layoutOf(owner);
  const created = await transaction(async (client) => {
    // Whoever comes second waits here, and then finds the series that the first one made.
    await client.query("SELECT FROM subject WHERE id = $1 FOR NO KEY UPDATE", [owner.subject]);
    const parts = await readParts(client, owner, layout);
    const missing = new Map(
      rows.flatMap((row) => missingIn(layout, row)).map((one) => [`${one.metric} ${labelsKey(one.labels)}`, one]),
    );
    return append(client, { owner, parts, missing: [...missing.values()] });
  });
  for (const { identity, place } of created) remember(layout, identity, place);
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
