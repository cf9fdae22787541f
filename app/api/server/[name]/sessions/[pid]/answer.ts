// What cancelling and ending a session share: who is meant, and the answer.
import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { EndSessionResult } from "@/lib/fleet/sessions-schema";
import type { AskedRequest } from "@/lib/http/asked";
import { toProblem } from "@/lib/http/problem";

export const paramsSchema = z.object({ name: z.string(), pid: z.coerce.number().int().min(1).max(2_147_483_647) });

export const DESCRIPTION = [
  "Only while the session is the one that began at `backend_start`, as it was told with it: that is checked in the statement that",
  "sends the signal. 409 with `success: false` and an `outcome` (`gone`, `reused`, `own`, `not_client`) where nothing was done.",
  "Waits 8 s at most for the collector; what it did not do by then is not done later. It is audited, with the reason.",
].join(" ");

/** Where nothing was done it is a problem, with the same members. */
export async function answerOf(result: EndSessionResult, request: AskedRequest): Promise<EndSessionResult | Response> {
  if (result.success) return result;
  const problem = toProblem(new AppError("conflict", result.message), new URL(request.url).pathname);
  const body = { ...(await problem.json()), ...result };
  return new Response(JSON.stringify(body), { status: problem.status, headers: problem.headers });
}
