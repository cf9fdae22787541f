// The file systems of a PostgreSQL server, as its Disk section shows them. Pure.
import { asNumber, fieldOf, rowsOf } from "./locate";
import type { Probes } from "./newest";

export interface StoragePlace {
  /** `data`, `wal`, or the name of a tablespace. */
  of: string;
  path: string | null;
  mount: string | null;
  device: string | null;
  totalBytes: number | null;
  availableBytes: number | null;
  usedPercent: number | null;
  inodesUsedPercent: number | null;
  /** Why nothing is known, where that was told. */
  reason: string | null;
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** Data directory first, then the write-ahead log, then tablespaces by name; also those whose space cannot be read. */
export function storagePlaces(probes: Probes): StoragePlace[] {
  const data = probes.storage?.data;
  const values = new Map(rowsOf(data).map((row) => [row.labels.of ?? "", row.values]));
  const listed = fieldOf(fieldOf(data, "facts"), "paths");
  const paths = new Map((Array.isArray(listed) ? listed : []).map((one) => [text(fieldOf(one, "of")) ?? "", one]));
  const reasons = fieldOf(data, "unavailable");
  const names = [...new Set([...paths.keys(), ...values.keys()])].filter(Boolean);
  return names.sort(byPlace).map((of) => {
    const number = (name: string) => asNumber(values.get(of)?.[name]);
    const fact = (name: string) => text(fieldOf(paths.get(of), name));
    return {
      of,
      path: fact("path"),
      mount: fact("mount"),
      device: fact("device"),
      totalBytes: number("total_bytes"),
      availableBytes: number("available_bytes"),
      usedPercent: number("used_percent"),
      inodesUsedPercent: number("inodes_used_percent"),
      reason: fact("reason") ?? text(fieldOf(reasons, `of=${JSON.stringify(of)}`)),
    };
  });
}

const FIRST = ["data", "wal"];
function byPlace(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length));
  return (left ?? 0) - (right ?? 0) || (a < b ? -1 : 1);
}
