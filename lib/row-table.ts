// Rows as a table, in which names stand once: a third of their JSON, and quicker to read.
import type { Row } from "./probe";

type Names = readonly string[];
type Cells<Value> = readonly (Value | null)[];

export interface RowTable {
  labels: Names;
  values: Names;
  /** What each row has in the place of each label, and of each value; null for nothing. */
  rows: readonly (readonly [labels: Cells<string>, values: Cells<number>])[];
}

const namesOf = (records: readonly Readonly<Record<string, unknown>>[]): string[] => [
  ...new Set(records.flatMap((record) => Object.keys(record))),
];

function cellsOf<Value>(names: Names, record: Readonly<Record<string, Value | null>>): (Value | null)[] {
  return names.map((name) => (Object.hasOwn(record, name) ? (record[name] ?? null) : null));
}

export function toTable(rows: readonly Row[]): RowTable {
  const labels = namesOf(rows.map((row) => row.labels));
  const values = namesOf(rows.map((row) => row.values));
  return { labels, values, rows: rows.map((row) => [cellsOf(labels, row.labels), cellsOf(values, row.values)]) };
}

export function fromTable({ labels, values, rows }: RowTable): Row[] {
  return rows.map(([told, numbers]) => ({
    labels: Object.fromEntries(labels.flatMap((name, i) => (told[i] == null ? [] : [[name, told[i]]]))),
    values: Object.fromEntries(values.map((name, i) => [name, numbers[i] ?? null])),
  }));
}
