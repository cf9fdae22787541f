// Labels of servers as filters and groups: pure.
import type { ServerSummary } from "@/lib/fleet/schema";

type Labelled = Pick<ServerSummary, "labels">;

/** `env=prod` → its two parts; a value may hold `=`. */
export function splitLabel(label: string): { key: string; value: string } {
  const at = label.indexOf("=");
  return { key: label.slice(0, at), value: label.slice(at + 1) };
}

/** Whether a server carries, of each key that is asked for, one of the values. */
export function hasLabels({ labels }: Labelled, wanted: readonly string[]): boolean {
  const asked = wanted.map(splitLabel);
  return asked.every(({ key }) => asked.some((one) => one.key === key && labels[key] === one.value));
}

/** More than that nobody looks through. */
const MOST = 200;

/** The values of one label, each with the number of servers that carry it. */
export interface LabelValues {
  key: string;
  values: { label: string; value: string; count: number }[];
}

/** Every label of the fleet, by key, the frequent values first. */
export function labelsOf(servers: readonly Labelled[]): LabelValues[] {
  const counts = new Map<string, number>();
  for (const { labels } of servers)
    for (const [key, value] of Object.entries(labels)) {
      const label = `${key}=${value}`;
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  const found = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).slice(0, MOST);
  const values = found.map(([label, count]) => ({ label, count, ...splitLabel(label) }));
  const keys = [...new Set(values.map(({ key }) => key))].sort();
  return keys.map((key) => ({ key, values: values.filter((one) => one.key === key) }));
}
