// The one line on top of the overview: what is wrong, the worst first. Pure.
import type { ServerStatus } from "@/lib/fleet/schema";
import type { SystemMetric, SystemMetrics } from "@/lib/health/schema";

export type Counts = Record<ServerStatus, number>;

export interface Overall {
  tone: "ok" | "warn" | "crit" | "idle";
  critical: SystemMetric[];
  warning: SystemMetric[];
  /** What is said first: where the worst trouble is, else the fleet. */
  first: "fleet" | "machine";
}

/** Trouble decides the tone; what is only not known makes it grey, since nothing can be said to be well. */
export function overallOf(counts: Counts, { status }: Pick<SystemMetrics, "status">): Overall {
  const at = (level: string) =>
    Object.entries(status).flatMap(([metric, value]) => (value === level ? [metric as SystemMetric] : []));
  const [critical, warning, unknown] = [at("critical"), at("warning"), at("unknown")];
  const fleet = rank([counts.down > 0, counts.degraded > 0, counts.unknown > 0]);
  const machine = rank([critical.length > 0, warning.length > 0, unknown.length > 0]);
  const tone = TONES[Math.min(fleet, machine)] ?? "ok";
  return { tone, critical, warning, first: machine < fleet ? "machine" : "fleet" };
}

const TONES = ["crit", "warn", "idle"] as const;

/** Index of the first that holds. */
function rank(levels: readonly boolean[]): number {
  const index = levels.indexOf(true);
  return index === -1 ? levels.length : index;
}
