"use server";
import { z } from "zod";
import { endSession as endSessionVerb } from "@/lib/fleet/end-session";
import { type EndSessionResult, endSessionInputSchema, endVerbSchema } from "@/lib/fleet/sessions-schema";
import { type ActionResult, action } from "@/lib/http/action";

/** Takes `{server, pid, verb, backend_start, reason?}`; answers also where nothing was done, and why. */
export async function endSession(input: unknown): Promise<ActionResult<EndSessionResult>> {
  return end(input);
}
const end = action(
  endSessionInputSchema.extend({
    server: z.string().max(64),
    pid: z.int().min(1).max(2_147_483_647),
    verb: endVerbSchema,
  }),
  endSessionVerb,
);
