// Reducing and deleting old history by hand.
import { appendActivity } from "../activity/append";
import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import { applyRetention } from "../metrics/retention";
import { settings } from "../settings/queries";
import { type Actor, requirePermission } from "../users/permissions";
import { policyOf } from "./cost";
import { lastCleanup, previewCleanup } from "./queries";
import type { Cleanup } from "./schema";

const TARGET = { kind: "history", id: "history", name: "History" };

/**
 * Reduces and deletes what the present policy no longer keeps, also while it is not done automatically. With archiving
 * off nothing goes. It is written down who asked before anything goes, and what went when it is gone.
 * @param options `dryRun` only counts, and leaves no trace; `now` in ms since the epoch
 * @throws AppError unauthenticated, forbidden, conflict while another clean-up runs
 */
export async function cleanUp(
  actor: Actor | null,
  { dryRun, now = Date.now() }: { dryRun: boolean; now?: number },
): Promise<Cleanup> {
  requirePermission(actor, "settings:write");
  if (dryRun) return previewCleanup(actor, {}, now);
  const policy = policyOf(await settings());
  const begun = () =>
    prisma().$transaction((transaction) =>
      appendAudit(transaction, actor, { eventType: "history_cleanup", target: TARGET, details: { ...policy } }),
    );
  const done = await applyRetention(policy, now, { dryRun: false, begun });
  const outcome = { deleted_count: done.deletedCount, downsampled_count: done.downsampledCount };
  await appendActivity(prisma(), {
    type: "history_cleanup",
    severity: "info",
    message: `${actor.login} cleaned up history: ${done.deletedCount} hour blocks deleted, ${done.downsampledCount} reduced`,
    actor: { login: actor.login, email: actor.email },
    target: TARGET,
    details: { ...outcome, freed_bytes: done.freedBytes },
  });
  const last = await lastCleanup();
  return { ...outcome, freed_bytes: done.freedBytes, last_archive_run: last?.last_archive_run ?? null };
}
