"use server";
import { z } from "zod";
import { runNow as runNowVerb } from "@/lib/collector/mutations";
import { type RunAccepted, runNowSchema } from "@/lib/collector/schema";
import { setServersEnabled } from "@/lib/fleet/mutations";
import { type ActionResult, action } from "@/lib/http/action";

/** Takes `{server, probe?}`. */
export async function runNow(input: unknown): Promise<ActionResult<RunAccepted>> {
  return run(input);
}

const run = action(runNowSchema, runNowVerb);

/** Pauses a server or goes on with it; takes `{name, enabled}`. */
export async function setEnabled(input: unknown): Promise<ActionResult<object>> {
  return set(input);
}

const set = action(z.object({ name: z.string().max(64), enabled: z.boolean() }), async (actor, { name, enabled }) => {
  await setServersEnabled(actor, [name], enabled);
  return {};
});
