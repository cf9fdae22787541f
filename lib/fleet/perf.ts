// Whether perf can count on this machine, for people who want to switch it on.
import { checkPerf } from "../host/perf/check";
import type { PerfUsability } from "../host/perf-schema";
import { settings } from "../settings/queries";
import { type Actor, requirePermission } from "../users/permissions";

/** Each look starts perf for a moment: whoever asks within this time is given the same answer. */
const FRESH_MS = 10_000;

let known: { cores: string; until: number; answer: ReturnType<typeof checkPerf> } | undefined;

/** At most 10 seconds old. @throws AppError when the actor may not read the configuration */
export async function perfUsability(actor: Actor | null): Promise<PerfUsability> {
  requirePermission(actor, "config:read");
  const { perf_events_enabled: enabled, perf_events_cpu_cores: cores } = await settings();
  const now = performance.now();
  if (!known || known.cores !== cores || now > known.until)
    known = { cores, until: now + FRESH_MS, answer: checkPerf(cores) };
  return { enabled, ...(await known.answer) };
}
