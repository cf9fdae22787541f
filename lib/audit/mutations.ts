// What people do with the audit log leaves its own trace there.
import { prisma } from "../db";
import { type Actor, requirePermission } from "../users/permissions";
import { appendAudit } from "./append";
import { newestAudit } from "./queries";
import { type AuditFilter, type AuditItem, MOST_EXPORTED } from "./schema";

/** Takes the newest entries of a filter along, at most 10,000. @throws AppError when the actor may not read them */
export async function exportAudit(actor: Actor | null, filter: AuditFilter): Promise<AuditItem[]> {
  requirePermission(actor, "audit:read");
  const items = await newestAudit(actor, filter, MOST_EXPORTED);
  const target = { kind: "audit", id: "audit", name: "Audit log" };
  const details = { entries: items.length, filter: Object.fromEntries(Object.entries(filter)) };
  await prisma().$transaction((transaction) =>
    appendAudit(transaction, actor, { eventType: "export", target, details }),
  );
  return items;
}
