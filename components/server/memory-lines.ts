// What a chart of memory stacks. Shared memory is both used and cached: stacked as they are told, the two would be more than
// there is, by the whole buffers of a PostgreSQL.
import type { ChartLine } from "../charts/picture";
import { chartColor, keysOf, known, lineOf, type Series } from "./lines";

export const MEMORY_METRICS = ["memory.used_bytes", "memory.available_bytes", "memory.free_bytes"] as const;

/** What programs hold, and what of the rest is not free: caches that make room when somebody needs it. */
export function memoryLines(series: readonly Series[], t: (key: "usedMemory" | "cached") => string): ChartLine[] {
  const [used, available, free] = MEMORY_METRICS;
  return known(lineOf(series, { key: "used", label: t("usedMemory"), color: 1, metrics: [used] }), {
    ...{ key: "cached", label: t("cached"), color: chartColor(3), combine: "remainder" },
    ...{ of: keysOf(series, available), rest: keysOf(series, free) },
  });
}
