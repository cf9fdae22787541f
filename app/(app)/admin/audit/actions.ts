"use server";
import { z } from "zod";
import { type AuditCheck, checkAudit } from "@/lib/audit/queries";
import { type ActionResult, action } from "@/lib/http/action";

/** Checks every entry of the audit log. */
export async function verifyChain(): Promise<ActionResult<AuditCheck>> {
  return verify({});
}

const verify = action(z.object({}), (actor) => checkAudit(actor));
