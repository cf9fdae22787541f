// Tells people of outages of our own database and of samples that were lost, as soon as there is a database to tell it in.
import { performance } from "node:perf_hooks";
import { appendActivity } from "../activity/append";
import { prisma } from "../db";
import { log } from "../log";
import { appendSystemLog } from "../syslog/append";
import type { Kept, Losses } from "./losses";

/** A shorter absence, like a restart, is nobody's business unless it cost samples. */
const WORTH_TELLING_MS = 10_000;
/** Losses are over when there were no more for this long. */
const QUIET_MS = 60_000;
const RETRY_MS = 5_000;

/** What was kept and lost, in one English sentence. */
export function sentenceOf({ lost, awayMs }: Kept, kept: number): string {
  const count = (samples: number) => samples.toLocaleString("en");
  if (awayMs === 0) return `${count(lost)} samples were lost: they came faster than Dozor's database took them`;
  return `Dozor's database was away for ${spanOf(awayMs)}; ${count(kept)} samples kept, ${count(lost)} lost`;
}

function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const moment = (ms: number | null) => (ms === null ? "?" : new Date(ms).toISOString());

async function tellBeginning({ lostSince }: Kept): Promise<void> {
  const message = `Samples began to be lost at ${moment(lostSince)}: neither memory nor spool had room for them`;
  log.error({ source: "collector" }, message);
  await appendSystemLog(prisma(), { level: "error", source: "collector", message });
}

/** In one transaction: told twice, it would be counted twice. */
async function tellEnd(kept: Kept, samplesKept: number): Promise<void> {
  const message = sentenceOf(kept, samplesKept);
  const details = {
    samples_kept: samplesKept,
    samples_lost: kept.lost,
    away_seconds: Math.round(kept.awayMs / 1000),
    ...(kept.lost > 0 && { lost_since: moment(kept.lostSince), lost_until: moment(kept.lostUntil) }),
  };
  const lost = kept.lost > 0;
  log[lost ? "error" : "warn"]({ source: "collector", ...details }, message);
  await prisma().$transaction(async (transaction) => {
    await appendSystemLog(transaction, { level: lost ? "error" : "warning", source: "collector", message, details });
    await appendActivity(transaction, {
      type: lost ? "samples_lost" : "database_back",
      severity: lost ? "error" : "warning",
      message,
      details,
    });
  });
}

/** Follows one collector's database. Spans are measured by the monotonic clock. */
export function createOutage(losses: Losses) {
  let since: number | undefined;
  let inherited = 0;
  /** An end that nobody was told of yet. */
  let ended: { samplesKept: number } | undefined;
  let begun = false;
  let lastLoss = { total: 0, at: 0 };
  let telling = false;
  let notBefore = 0;

  function watchLosses(): { fresh: boolean; quiet: boolean } {
    const total = losses.total();
    const fresh = total > lastLoss.total;
    if (fresh) lastLoss = { total, at: performance.now() };
    return { fresh, quiet: performance.now() - lastLoss.at > QUIET_MS };
  }

  async function tell(): Promise<boolean> {
    const { quiet } = watchLosses();
    const kept = losses.untold();
    if (kept.lost > 0 && !begun) {
      await tellBeginning(kept);
      begun = true;
    }
    if (!ended && !(kept.lost > 0 && quiet)) return false;
    if (kept.lost > 0 || kept.awayMs >= WORTH_TELLING_MS) await tellEnd(kept, ended?.samplesKept ?? 0);
    ended = undefined;
    begun = false;
    losses.told(kept);
    return true;
  }

  return {
    /** Takes over an outage that an earlier process could not tell of. */
    resume(): void {
      inherited = losses.untold().awayMs;
      if (inherited > 0) since ??= performance.now();
    },
    /** A write failed that began at `at` (monotonic ms). */
    failed(at: number): void {
      since ??= at;
      losses.away(inherited + performance.now() - since);
    },
    /**
     * A write succeeded: tells what there is to tell. Never throws.
     * @param waiting samples that are still to be written
     * @returns whether something was told, so that it need not be kept any more
     */
    async answered(waiting: number): Promise<boolean> {
      if (since !== undefined) {
        ended = { samplesKept: waiting };
        since = undefined;
        inherited = 0;
      }
      if (telling || performance.now() < notBefore) return false;
      telling = true;
      try {
        return await tell();
      } catch (error) {
        notBefore = performance.now() + RETRY_MS;
        log.warn({ err: error }, "what happened to samples could not be written down");
        return false;
      } finally {
        telling = false;
      }
    },
  };
}
