// Counting with perf: on this machine and on those that let programs run, and only while the settings want it.
import { pool } from "../db";
import { createPerfCounter, type PerfCounter } from "../host/perf/counter";
import { perfEvents } from "../host/probes/perf-events";
import type { RemoteHost } from "../host/ssh/remote-host";
import type { HostReader } from "../probe";
import { settings } from "../settings/queries";
import type { Settings } from "../settings/schema";
import type { TaskSpec } from "./plan";

const isCounting = ({ probe }: Pick<TaskSpec, "probe">): boolean => probe.name === perfEvents.name;

/** Whether a task is to be asked at all, as far as perf is concerned. */
export function mayCount(task: Pick<TaskSpec, "probe">, { perf_events_enabled }: Settings): boolean {
  return !isCounting(task) || perf_events_enabled;
}

/** Old answers of what is switched off would look like a probe that hangs. */
async function forget(): Promise<void> {
  await pool().query("WITH gone AS (DELETE FROM probe_state WHERE probe = $1) DELETE FROM latest WHERE kind = $1", [
    perfEvents.name,
  ]);
}

/** What is under way when counting ends may be written down after the first time. */
const FORGET_TIMES = 2;

type Configuration = Parameters<PerfCounter["configure"]>[0];

/** Counts on this machine and on others for as long as there are tasks that ask for it. */
export function createCounting(host: HostReader) {
  const here = createPerfCounter(host);
  /** By server. A machine is another one after each time that it is connected to. */
  const others = new Map<number, { host: RemoteHost; counter: PerfCounter }>();
  /** Of servers on other machines that are asked. */
  let asked: ReadonlySet<number> = new Set();
  let configuration: Configuration = null;
  let toForget = FORGET_TIMES;
  const wantedOf = (server: number) => (asked.has(server) ? configuration : null);
  return {
    /** A machine that can be read now: counted on as long as this connection lasts. */
    meet({ id }: { id: number }, machine: RemoteHost): void {
      const known = others.get(id);
      if (known?.host === machine) return;
      void known?.counter.close();
      const counter = createPerfCounter(machine.readerOf(perfEvents.name), { programs: machine.programs });
      others.set(id, { host: machine, counter });
      counter.configure(wantedOf(id));
    },
    /** Counts as the settings say where one of these tasks asks for it, else not at all. */
    async retain(tasks: readonly TaskSpec[]): Promise<void> {
      const { perf_events_enabled, perf_events_cpu_cores, perf_events_interval_ms } = await settings();
      const counted = tasks.filter(isCounting).map(({ server }) => server);
      configuration = { cores: perf_events_cpu_cores, intervalMs: perf_events_interval_ms };
      asked = new Set(counted.filter(({ hostKind }) => hostKind === "ssh").map(({ id }) => id));
      here.configure(counted.some(({ hostKind }) => hostKind === "local") ? configuration : null);
      const servers = new Set(tasks.map(({ server }) => server.id));
      for (const [id, { counter }] of others) {
        counter.configure(wantedOf(id));
        if (servers.has(id)) continue;
        void counter.close();
        others.delete(id);
      }
      if (perf_events_enabled) toForget = FORGET_TIMES;
      else if (toForget > 0) {
        toForget -= 1;
        // Our database may be away: then it is tried again, and nothing waits for it.
        forget().catch(() => {
          toForget += 1;
        });
      }
    },
    async close(): Promise<void> {
      await Promise.all([here.close(), ...[...others.values()].map(({ counter }) => counter.close())]);
    },
  };
}
