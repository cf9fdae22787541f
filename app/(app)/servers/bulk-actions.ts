"use server";
import { z } from "zod";
import { setServersEnabled as setVerb } from "@/lib/fleet/mutations";
import { type ActionResult, action } from "@/lib/http/action";

/** Takes `{names, enabled}`; answers how many were paused or resumed. */
export async function setServersEnabled(input: unknown): Promise<ActionResult<{ changed: number }>> {
  return set(input);
}
const set = action(
  z.object({ names: z.array(z.string().max(64)).min(1).max(1_000), enabled: z.boolean() }),
  async (actor, { names, enabled }) => ({ changed: await setVerb(actor, names, enabled) }),
);
