// From rows to the JSON of a probe, by the place that each metric declares; the same way for live values and for history.
import type { MetricDefinition, Row } from "../probe";

/** What of a probe matters here: its metrics with their places. */
export interface PlacedMetrics {
  metrics: Record<string, MetricDefinition>;
}

/** A branch or leaf of a snapshot. */
export type SnapshotValue = number | boolean | string | null | SnapshotValue[] | Snapshot;
export interface Snapshot {
  [key: string]: SnapshotValue;
}

/** One step of a place: a fixed name, or a label whose value is a key or the index of an array. */
type Step = { kind: "name" | "key" | "index"; word: string };

interface Place {
  metric: string;
  isBoolean: boolean;
  steps: Step[];
  /** The steps to what holds the value, as text; metrics of one thing share it. */
  branch: string;
  /** The labels among the steps. */
  labels: ReadonlySet<string>;
}

interface Places {
  /** The fixed part of all places as JSON, so that the shape does not depend on what was there to be measured. */
  empty: string;
  byMetric: Map<string, Place>;
  byBranch: Map<string, Place[]>;
}

/** Arrays are indexed by labels; a made-up one must not fill the memory. */
const MOST_INDEX = 65_535;

/**
 * The snapshot of a probe. What is missing is `null`; a map or an array without entries is there, but empty. Labels
 * that are no part of a place stand beside the values they describe (`partitions.{mount}.fstype`).
 * Rows whose labels do not fit a metric's place are left out.
 * @param unavailable reasons, added as they are under `unavailable`; left out when not given
 */
export function toSnapshot(probe: PlacedMetrics, rows: readonly Row[], unavailable?: Record<string, string>): Snapshot {
  const places = placesOf(probe);
  const snapshot: Snapshot = JSON.parse(places.empty);
  for (const row of rows) addRow(snapshot, places, row);
  if (unavailable) snapshot.unavailable = { ...unavailable };
  return snapshot;
}

function addRow(snapshot: Snapshot, places: Places, row: Row): void {
  const seen = new Set<string>();
  for (const metric of Object.keys(row.values)) {
    const place = places.byMetric.get(metric);
    if (!place || seen.has(place.branch)) continue;
    seen.add(place.branch);
    const branch = walk(snapshot, place.steps, place.steps.length - 1, row.labels);
    if (!branch) continue;
    for (const sibling of places.byBranch.get(place.branch) ?? []) addValue(branch, sibling, row);
    if (!Array.isArray(branch)) addOtherLabels(branch, place, row.labels);
  }
}

/** Missing siblings become null, unless another row has told them. */
function addValue(branch: Snapshot | SnapshotValue[], { metric, isBoolean, steps }: Place, row: Row): void {
  const last = steps.at(-1);
  const word = last && wordOf(last, row.labels);
  if (word === undefined) return;
  const value = row.values[metric] ?? null;
  if (value === null && get(branch, word) !== undefined) return;
  set(branch, word, isBoolean && value !== null ? value >= 0.5 : value);
}

function addOtherLabels(branch: Snapshot, place: Place, labels: Row["labels"]): void {
  if (place.labels.size === 0) return;
  for (const label of Object.keys(labels)) if (!place.labels.has(label)) set(branch, label, labels[label] ?? null);
}

/** Makes the fixed part of a place. */
function prepare(snapshot: Snapshot, { steps }: Place): void {
  const variable = steps.findIndex((step) => step.kind !== "name");
  if (variable >= 0) {
    walk(snapshot, steps, variable, {});
    return;
  }
  const branch = walk(snapshot, steps, steps.length - 1, {});
  const last = steps.at(-1);
  if (branch && last && get(branch, last.word) === undefined) set(branch, last.word, null);
}

/** The object or array that holds step number `depth`, made on the way where missing; undefined where a label is missing. */
function walk(
  snapshot: Snapshot,
  steps: readonly Step[],
  depth: number,
  labels: Row["labels"],
): Snapshot | SnapshotValue[] | undefined {
  let branch: Snapshot | SnapshotValue[] = snapshot;
  for (let position = 0; position < depth; position++) {
    const step = steps[position];
    const word = step && wordOf(step, labels);
    if (word === undefined) return undefined;
    let next = get(branch, word);
    if (next === undefined || next === null || typeof next !== "object") {
      next = steps[position + 1]?.kind === "index" ? [] : {};
      set(branch, word, next);
    }
    branch = next;
  }
  return branch;
}

function wordOf(step: Step, labels: Row["labels"]): string | undefined {
  return step.kind === "name" ? step.word : Object.hasOwn(labels, step.word) ? labels[step.word] : undefined;
}

function get(branch: Snapshot | SnapshotValue[], word: string): SnapshotValue | undefined {
  if (Array.isArray(branch)) return branch[Number(word)];
  return Object.hasOwn(branch, word) ? branch[word] : undefined;
}

/** Names come from machines: `__proto__` is a key like any other, and an index that is none is left out. */
function set(branch: Snapshot | SnapshotValue[], word: string, value: SnapshotValue): void {
  if (!Array.isArray(branch)) {
    if (word === "__proto__") {
      Object.defineProperty(branch, word, { value, enumerable: true, configurable: true, writable: true });
    } else branch[word] = value;
    return;
  }
  const index = /^\d{1,5}$/.test(word) ? Number(word) : MOST_INDEX + 1;
  if (index > MOST_INDEX) return;
  while (branch.length < index) branch.push(null);
  branch[index] = value;
}

const compiled = new WeakMap<PlacedMetrics, Places>();

function placesOf(probe: PlacedMetrics): Places {
  const known = compiled.get(probe);
  if (known) return known;
  const places: Places = { empty: "", byMetric: new Map(), byBranch: new Map() };
  const empty: Snapshot = {};
  for (const [metric, { place = metric, unit }] of Object.entries(probe.metrics)) {
    const steps = parsePlace(place);
    const branch = JSON.stringify(steps.slice(0, -1));
    const labels = new Set(steps.filter((step) => step.kind !== "name").map((step) => step.word));
    const entry = { metric, isBoolean: unit === "boolean", steps, branch, labels };
    prepare(empty, entry);
    places.byMetric.set(metric, entry);
    places.byBranch.set(branch, [...(places.byBranch.get(branch) ?? []), entry]);
  }
  places.empty = JSON.stringify(empty);
  compiled.set(probe, places);
  return places;
}

/** `interfaces.{interface}.up` and `per_core[{core}]` as steps. */
function parsePlace(place: string): Step[] {
  const steps: Step[] = [];
  for (const [, index, key, name] of place.matchAll(/\[\{([^}]+)\}\]|\{([^}]+)\}|([^.[{]+)/g)) {
    if (index !== undefined) steps.push({ kind: "index", word: index });
    else if (key !== undefined) steps.push({ kind: "key", word: key });
    else if (name !== undefined) steps.push({ kind: "name", word: name });
  }
  return steps;
}
