// Sealing and retention: done by one instance at a time, however many collect.
import { pool, prisma } from "../db";
import { log } from "../log";
import { applyRetention, type RetentionPolicy, type RetentionResult } from "../metrics/retention";
import { sealHours } from "../metrics/seal";
import { settings } from "../settings/queries";
import { appendSystemLog } from "../syslog/append";
import { claim, HISTORY_LEASE } from "./lease";

const RENEW_MS = 10_000;

/** @param holder under whose name this instance takes leases; they are given back with all others */
export function createHistoryJobs(holder: string) {
  const stopped = new AbortController();

  const leads = async (): Promise<boolean> => (await claim(holder, [HISTORY_LEASE])).has(HISTORY_LEASE);

  /** Runs `work` while this instance holds the lease; the signal tells when it has lost it or stops. */
  async function whileLeading(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (stopped.signal.aborted || !(await leads())) return;
    const lost = new AbortController();
    const renewing = setInterval(() => {
      // No answer is no loss: who cannot reach the database cannot work on it either.
      leads().then(
        (still) => still || lost.abort(),
        () => {},
      );
    }, RENEW_MS);
    const signal = AbortSignal.any([stopped.signal, lost.signal]);
    try {
      await work(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearInterval(renewing);
    }
  }

  return {
    /** Seals what is complete. */
    seal: (): Promise<void> =>
      whileLeading(async (signal) => {
        await sealHours(Date.now(), signal);
      }),

    /** Applies retention when its interval has passed since the last run, by hand or not. */
    async retain(): Promise<void> {
      const policy = await policyIfDue();
      if (policy) await whileLeading((signal) => cleanUp(policy, signal));
    },

    /** Ends long work at its next pause. */
    stop: (): void => stopped.abort(),
  };
}

async function policyIfDue(): Promise<RetentionPolicy | undefined> {
  const now = await settings();
  if (!now.archive_enabled || !now.cleanup_enabled) return undefined;
  const { rows } = await pool().query<{ due: boolean }>(
    "SELECT coalesce(last_archive_run <= now() - make_interval(mins => $1), true) AS due FROM retention",
    [now.cleanup_interval_minutes],
  );
  if (!rows[0]?.due) return undefined;
  return {
    archiveEnabled: now.archive_enabled,
    retentionDays: now.retention_days,
    retentionMonths: now.retention_months,
    downsampleAfterDays: now.downsample_after_days,
    downsampleInterval: now.downsample_interval,
  };
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
