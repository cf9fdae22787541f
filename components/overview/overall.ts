// The one line on top of the overview: what is wrong, the worst first. Pure.
import type { ServerStatus } from "@/lib/fleet/schema";
import type { SystemMetric, SystemMetrics } from "@/lib/health/schema";

export type Counts = Record<ServerStatus, number>;

export interface Overall {
  tone: "ok" | "warn" | "crit" | "idle";
  critical: SystemMetric[];
  warning: SystemMetric[];
}

/** Trouble decides the tone; what is only not known makes it grey, since nothing can be said to be well. */
export function overallOf(counts: Counts, { status }: Pick<SystemMetrics, "status">): Overall {
  const at = (level: string) =>
    Object.entries(status).flatMap(([metric, value]) => (value === level ? [metric as SystemMetric] : []));
  const [critical, warning, unknown] = [at("critical"), at("warning"), at("unknown")];
  return { tone: toneOf(), critical, warning };

  function toneOf(): Overall["tone"] {
    if (counts.down > 0 || critical.length > 0) return "crit";
    if (counts.degraded > 0 || warning.length > 0) return "warn";
    return counts.unknown > 0 || unknown.length > 0 ? "idle" : "ok";
  }
}
