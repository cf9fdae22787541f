// Counting with perf: on this machine alone, and only while the settings want it.
import { pool } from "../db";
import { createPerfCounter } from "../host/perf/counter";
import { perfEvents } from "../host/probes/perf-events";
import type { HostReader } from "../probe";
import { settings } from "../settings/queries";
import type { Settings } from "../settings/schema";
import type { TaskSpec } from "./plan";

const isCounting = ({ probe }: Pick<TaskSpec, "probe">): boolean => probe.name === perfEvents.name;

/** Whether a task is to be asked at all, as far as perf is concerned. */
export function mayCount({ probe, server }: TaskSpec, { perf_events_enabled }: Settings): boolean {
  return !isCounting({ probe }) || (perf_events_enabled && server.hostKind === "local");
}

/** Old answers of what is switched off would look like a probe that hangs. */
async function forget(): Promise<void> {
  await pool().query("WITH gone AS (DELETE FROM probe_state WHERE probe = $1) DELETE FROM latest WHERE kind = $1", [
    perfEvents.name,
  ]);
}

/** What is under way when counting ends may be written down after the first time. */
const FORGET_TIMES = 2;

/** Counts on this machine for as long as there are tasks that ask for it. */
export function createCounting(host: HostReader) {
  const counter = createPerfCounter(host);
  let toForget = FORGET_TIMES;
  return {
    /** Counts as the settings say if one of these tasks asks for it, else not at all. */
    async retain(tasks: readonly TaskSpec[]): Promise<void> {
      const { perf_events_enabled, perf_events_cpu_cores, perf_events_interval_ms } = await settings();
      const wanted = tasks.some(isCounting);
      counter.configure(wanted ? { cores: perf_events_cpu_cores, intervalMs: perf_events_interval_ms } : null);
      if (perf_events_enabled) toForget = FORGET_TIMES;
      else if (toForget > 0) {
        toForget -= 1;
        // Our database may be away: then it is tried again, and nothing waits for it.
        forget().catch(() => {
          toForget += 1;
        });
      }
    },
    close: counter.close,
  };
}
