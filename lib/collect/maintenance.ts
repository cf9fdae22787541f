// Runs the jobs of maintenance on one instance at a time, and says once a day what they did.
import { performance } from "node:perf_hooks";
import { pool, prisma } from "../db";
import { log } from "../log";
import { appendSystemLog, type SystemLogEntry } from "../syslog/append";
import { createLeadership } from "./leadership";
import { MAINTENANCE_LEASE } from "./lease";
import { MAINTENANCE_JOBS, type MaintenanceJob } from "./maintenance-jobs";

const MINUTE_MS = 60_000;
const PAUSE_MS = { minute: MINUTE_MS, hour: 60 * MINUTE_MS };

/** What a job did since the last entry about it. */
interface Tally {
  runs: number;
  removed: number;
  failed: number;
  /** When it ran last. */
  at: string;
}

/** Whether a day has passed since the last entry, whichever instance wrote it. */
async function isDailyDue(): Promise<boolean> {
  const { rows } = await pool().query<{ due: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM system_log WHERE source = 'maintenance' AND details ? 'jobs'
       AND created_at BETWEEN now() - interval '24 hours' AND now() + interval '1 hour') AS due`,
  );
  return rows[0]?.due ?? false;
}

const tell = (entry: Omit<SystemLogEntry, "source">) => appendSystemLog(prisma(), { ...entry, source: "maintenance" });

const counted = (count: number, thing: string) => `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;

/** The day in one entry. Pure. */
function summaryOf(tallies: ReadonlyMap<string, Tally>): Omit<SystemLogEntry, "source"> {
  const all = [...tallies.values()];
  const removed = all.reduce((total, tally) => total + tally.removed, 0);
  const failing = all.filter(({ failed }) => failed > 0).length;
  return {
    level: failing > 0 ? "warning" : "info",
    message: `Daily maintenance: ${counted(all.length, "job")}, ${counted(removed, "row")} removed${
      failing > 0 ? `, ${counted(failing, "job")} failed` : ""
    }`,
    details: { jobs: [...tallies].map(([job, tally]) => ({ job, ...tally })) },
  };
}

/** What was done, for one that goes on where another of this process has ended. */
export interface Done {
  /** By job, in monotonic milliseconds. */
  ranAt: Map<string, number>;
  tallies: Map<string, Tally>;
}

export const nothingDone = (): Done => ({ ranAt: new Map(), tallies: new Map() });

interface MaintenanceParts {
  jobs?: readonly MaintenanceJob[];
  done?: Done;
  /** Monotonic milliseconds. */
  elapsed?: () => number;
}

/** @param holder under whose name this instance takes leases; they are given back with all others */
export function createMaintenance(
  holder: string,
  { jobs = MAINTENANCE_JOBS, done = nothingDone(), elapsed = () => performance.now() }: MaintenanceParts = {},
) {
  const { whileLeading, stop } = createLeadership(holder, MAINTENANCE_LEASE);
  const { ranAt, tallies } = done;
  const failing = new Set<string>();
  let dailyAskedAt = Number.NEGATIVE_INFINITY;

  const isDue = ({ name, every }: MaintenanceJob, daily: boolean): boolean =>
    every === "day" ? daily : elapsed() - (ranAt.get(name) ?? Number.NEGATIVE_INFINITY) >= PAUSE_MS[every];

  async function run({ name, run: work }: MaintenanceJob, signal: AbortSignal): Promise<void> {
    ranAt.set(name, elapsed());
    const { runs, removed, failed } = tallies.get(name) ?? { runs: 0, removed: 0, failed: 0 };
    const at = new Date().toISOString();
    try {
      const count = await work(signal);
      tallies.set(name, { runs: runs + 1, removed: removed + count, failed, at });
      if (failing.delete(name)) await tell({ level: "info", message: `The job ${name} works again` });
    } catch (error) {
      tallies.set(name, { runs: runs + 1, removed, failed: failed + 1, at });
      log.warn({ source: "maintenance", job: name, err: error }, "a job failed; it is tried again");
      if (failing.has(name)) return;
      const reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
      await tell({ level: "error", message: `The job ${name} failed; it is tried again`, details: { reason } });
      failing.add(name);
    }
  }

  async function runDue(signal: AbortSignal): Promise<void> {
    const asks = elapsed() - dailyAskedAt >= MINUTE_MS;
    if (asks) dailyAskedAt = elapsed();
    const daily = asks && (await isDailyDue());
    for (const job of jobs) {
      if (signal.aborted) return;
      if (isDue(job, daily)) await run(job, signal);
    }
    if (!daily) return;
    const summary = summaryOf(tallies);
    log.info({ source: "maintenance", ...summary.details }, summary.message);
    await tell(summary);
    tallies.clear();
  }

  return {
    /** Does what is due, where this instance leads; call it about every 10 seconds, which keeps the lead. */
    turn: (): Promise<void> => whileLeading(runDue),
    /** Ends after the job that runs. */
    stop,
  };
}
