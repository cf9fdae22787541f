// Results as Markdown for the README, and as JSON for programs.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** At most so many times what another store needs. */
export type Goals = Record<string, number>;

export interface Line {
  what: string;
  /** By store. */
  values: Record<string, number | undefined>;
  goals?: Goals;
}

export const US = "Dozor";
export const PEERS = ["Prometheus", "VictoriaMetrics"];

export const SIZE_GOALS: Goals = { Prometheus: 0.5, VictoriaMetrics: 1.2, JSONB: 1 / 30 };
export const READ_GOALS: Goals = { Prometheus: 1 };
/** From steps of whole hours on, which we keep aggregates of. */
export const LONG_READ_GOALS: Goals = { Prometheus: 0.1 };
export const CPU_GOALS: Goals = { Prometheus: 1 };

/** A table with a column per store, and one with ratio and goal for each of the stores `against`. */
export function markdown(lines: readonly Line[], stores: readonly string[], against: readonly string[]): string {
  const heads = ["", ...stores, ...against.map((store) => `÷ ${store} (goal)`)];
  const rows = lines.map((line) => [
    line.what,
    ...stores.map((store) => shown(line.values[store])),
    ...against.map((store) => ratio(line, store)),
  ]);
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function ratio({ values, goals }: Line, store: string): string {
  const [ours, theirs] = [values[US], values[store]];
  if (ours === undefined || theirs === undefined) return "";
  const times = ours / theirs;
  const goal = goals?.[store];
  if (goal === undefined) return shown(times);
  return `${shown(times)} (≤ ${goal < 0.1 ? `1/${Math.round(1 / goal)}` : goal}: ${times <= goal ? "yes" : "**no**"})`;
}

/** Three digits that count. */
export function shown(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(value < 1 ? 2 : 3);
}

/** Adds results under a name to the file that BENCH_JSON names, if it does. */
export function saveResults(name: string, results: unknown): void {
  const file = process.env.BENCH_JSON;
  if (!file) return;
  const others = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  writeFileSync(file, `${JSON.stringify({ ...others, [name]: results }, null, 2)}\n`);
}
