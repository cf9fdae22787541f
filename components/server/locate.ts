// Finds a series' newest value in a live sample: host probes send snapshots, PostgreSQL probes rows.

/** Where the value of a series stands in the sample of its probe. */
export type Locator =
  | { key: string; probe: string; path: readonly string[] }
  | { key: string; probe: string; name: string; labels: Readonly<Record<string, string>> };

/** What the metric catalog says, as far as it matters here. */
export interface LocatedMetric {
  probe: string;
  /** Without the probe's name. */
  name: string;
  facet: string;
  place?: string;
}

/** @param labels of one series of the metric */
export function locatorOf(key: string, metric: LocatedMetric, labels: Readonly<Record<string, string>>): Locator {
  const { probe, name, facet, place = name } = metric;
  if (facet !== "host") return { key, probe, name, labels };
  const steps = place.matchAll(/\[\{([^}]+)\}\]|\{([^}]+)\}|([^.[{]+)/g);
  const path = [...steps].map(([, index, label, word]) => word ?? labels[index ?? label ?? ""] ?? "");
  return { key, probe, path };
}

/** Value of a series in its probe's data, or null. */
export function valueIn(data: unknown, locator: Locator): number | null {
  if ("path" in locator) return numberAt(data, locator.path);
  const wanted = Object.entries(locator.labels);
  const row = rowsOf(data).find(({ labels }) => {
    const own = Object.keys(labels);
    return own.length === wanted.length && wanted.every(([name, value]) => labels[name] === value);
  });
  return asNumber(row?.values[locator.name]);
}

/** The number at the end of a path through objects and arrays, or null. Booleans count as 1 and 0. */
export function numberAt(data: unknown, path: readonly string[]): number | null {
  return asNumber(path.reduce(fieldOf, data));
}

export interface SampleRow {
  labels: Record<string, string>;
  values: Record<string, unknown>;
}

/** Rows of a PostgreSQL probe's data; none where it is something else. */
export function rowsOf(data: unknown): SampleRow[] {
  const rows = fieldOf(data, "rows");
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}

/** Entries of an object inside the data: devices, partitions, interfaces. */
export function entriesAt(data: unknown, name: string): [string, Record<string, unknown>][] {
  const map = fieldOf(data, name);
  return isObject(map) ? Object.entries(map).flatMap(([key, value]) => (isObject(value) ? [[key, value]] : [])) : [];
}

export function asNumber(value: unknown): number | null {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** An own field of an object, else undefined. */
export function fieldOf(data: unknown, name: string): unknown {
  return isObject(data) && Object.hasOwn(data, name) ? data[name] : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isRow = (value: unknown): value is SampleRow =>
  isObject(value) && isObject(value.labels) && isObject(value.values);
