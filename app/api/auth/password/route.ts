import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { changePassword } from "@/lib/users/change-password";
import { changePasswordSchema } from "@/lib/users/schema";

export const PUT = endpoint({
  summary: "Change your own password",
  description: "All your other sessions end. Open before a forced change, which this is.",
  allow: "session",
  body: changePasswordSchema,
  response: z.object({ ended_sessions: z.int().describe("Other sessions that this ended") }),
  run: ({ actor, body }) => changePassword(actor, body),
});
