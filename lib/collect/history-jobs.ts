// Sealing and retention: done by one instance at a time, however many collect.
import { pool, prisma } from "../db";
import { log } from "../log";
import { applyRetention, type RetentionPolicy, type RetentionResult } from "../metrics/retention";
import { sealHours } from "../metrics/seal";
import { policyOf } from "../retention/cost";
import { POLICY_KEYS } from "../retention/schema";
import { parseSetting } from "../settings/parse";
import { settings } from "../settings/queries";
import { appendSystemLog } from "../syslog/append";
import { createLeadership } from "./leadership";
import { HISTORY_LEASE } from "./lease";

/** The last clean-up seems this long ago: the machine was off, or its clock is wrong and all history looks old. */
const STRANGE_DAYS = 30;
/** For so long such a clock may be set right; then it is believed: whoever has watched that long saw it go evenly. */
const DOUBT_MS = 86_400_000;
/** What the clocks of this process and of the database may differ by. */
const APART_MS = 3_600_000;

/**
 * @param holder under whose name this instance takes leases; they are given back with all others
 * @param elapsed monotonic milliseconds
 * @param watchedForMs for how long others have done this before, one after another without a gap by the database's clock
 */
export function createHistoryJobs(holder: string, elapsed = () => performance.now(), watchedForMs = 0) {
  const { whileLeading, stop } = createLeadership(holder, HISTORY_LEASE);
  let doubtedSince: number | undefined;

  /** Whether ages can be reckoned from the present time. */
  function isBelieved({ strange }: Due): boolean {
    if (strange && doubtedSince === undefined)
      log.warn("the last clean-up of history seems to be more than a month ago: the next one waits for a day");
    doubtedSince = strange ? (doubtedSince ?? elapsed()) : undefined;
    return doubtedSince === undefined || watchedForMs + elapsed() - doubtedSince >= DOUBT_MS;
  }

  return {
    /** Seals what is complete. */
    seal: (): Promise<void> =>
      whileLeading(async (signal) => {
        await sealHours(Date.now(), signal);
      }),

    /** Applies retention when its interval has passed since the last run, by hand or not. */
    async retain(): Promise<void> {
      const due = await dueRun();
      if (due && isBelieved(due)) await whileLeading((signal) => cleanUp(due.policy, signal));
    },

    /** Ends long work at its next pause. */
    stop,
  };
}

interface Due {
  policy: RetentionPolicy;
  strange: boolean;
}

/** @throws Error when this process and the database do not agree on the time, or a stored policy cannot be read */
async function dueRun(): Promise<Due | undefined> {
  const now = await settings();
  if (!now.archive_enabled || !now.cleanup_enabled) return undefined;
  // A run in the future was by a clock that was wrong.
  const { rows } = await pool().query<{ due: boolean; strange: boolean; apart: number }>(
    `SELECT coalesce(last_archive_run NOT BETWEEN now() - make_interval(mins => $1) AND now() + interval '1 hour', true) AS due,
       coalesce(last_archive_run < now() - make_interval(days => $2), false) AS strange,
       abs(extract(epoch FROM clock_timestamp())::float8 * 1000 - $3) AS apart
     FROM retention`,
    [now.cleanup_interval_minutes, STRANGE_DAYS, Date.now()],
  );
  const [row] = rows;
  if (!row?.due) return undefined;
  if (row.apart > APART_MS)
    throw new Error("The clocks of this process and of the database differ by more than an hour");
  await checkStoredPolicy();
  return { policy: policyOf(now), strange: row.strange };
}

/** @throws Error for a value that a newer version stored: the default in its place could delete what is to be kept */
async function checkStoredPolicy(): Promise<void> {
  const { rows } = await pool().query<{ key: string; value: unknown }>("SELECT key, value FROM settings");
  const stored = new Map(rows.map(({ key, value }) => [key, value]));
  const odd = POLICY_KEYS.find((key) => stored.has(key) && !parseSetting(key, stored.get(key)).ok);
  if (odd) throw new Error(`The stored setting ${odd} is none that this version knows: history is not cleaned up`);
}

async function cleanUp(policy: RetentionPolicy, signal: AbortSignal): Promise<void> {
  const result = await applyRetention(policy, Date.now(), { dryRun: false, signal }).catch((error: unknown) => {
    // Somebody does it by hand.
    if ((error as { code?: unknown } | null)?.code === "conflict") return undefined;
    throw error;
  });
  if (result && Object.values(result).some((number) => number !== 0)) await tell(result);
}

async function tell({ deletedCount, downsampledCount, freedBytes }: RetentionResult): Promise<void> {
  const details = { deleted_count: deletedCount, downsampled_count: downsampledCount, freed_bytes: freedBytes };
  const message = "Old history cleaned up";
  log.info({ source: "history", ...details }, message);
  await appendSystemLog(prisma(), { level: "info", source: "history", message, details });
}
