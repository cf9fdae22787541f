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
interface Step {
  kind: "name" | "key" | "index";
  word: string;
  /** Whether the next step is an index. */
  holdsArray: boolean;
}

interface Place {
  metric: string;
  isBoolean: boolean;
  /** To the object or array that holds the value. */
  parents: Step[];
  last: Step;
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
    const branch = walk(snapshot, place.parents, row.labels);
    if (!branch) continue;
    for (const sibling of places.byBranch.get(place.branch) ?? []) addValue(branch, sibling, row);
    if (!Array.isArray(branch)) addOtherLabels(branch, place, row.labels);
  }
}

/** Missing siblings become null, unless another row has told them. */
function addValue(branch: Snapshot | SnapshotValue[], { metric, isBoolean, last }: Place, row: Row): void {
  const word = wordOf(last, row.labels);
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
function prepare(snapshot: Snapshot, { parents, last, labels }: Place): void {
  const variable = parents.findIndex((step) => step.kind !== "name");
  const branch = walk(snapshot, variable < 0 ? parents : parents.slice(0, variable), {});
  if (branch && labels.size === 0 && get(branch, last.word) === undefined) set(branch, last.word, null);
}

/** The object or array at the end of `steps`, made on the way where missing; undefined where a label is missing. */
function walk(
  snapshot: Snapshot,
  steps: readonly Step[],
  labels: Row["labels"],
): Snapshot | SnapshotValue[] | undefined {
  let branch: Snapshot | SnapshotValue[] = snapshot;
  for (const step of steps) {
    const word = wordOf(step, labels);
    if (word === undefined) return undefined;
    let next = get(branch, word);
    if (next === undefined || next === null || typeof next !== "object") {
      next = step.holdsArray ? [] : {};
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
    const parents = steps.slice(0, -1);
    const last = steps.at(-1);
    if (!last) continue;
    const labels = new Set(steps.filter((step) => step.kind !== "name").map((step) => step.word));
    const branch = JSON.stringify(parents);
    const entry = { metric, isBoolean: unit === "boolean", parents, last, branch, labels };
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
    const kind = index !== undefined ? "index" : key !== undefined ? "key" : "name";
    const before = steps.at(-1);
    if (before) before.holdsArray = kind === "index";
    steps.push({ kind, word: index ?? key ?? name ?? "", holdsArray: false });
  }
  return steps;
}
