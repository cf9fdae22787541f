import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { endOtherSessions, ownSessions } from "@/lib/users/own-sessions";

const sessionSchema = z.object({
  id: z.uuid(),
  kind: z.enum(["browser", "bearer"]),
  created_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime(),
  expires_at: z.iso.datetime().describe("Unless it is used before"),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
  current: z.boolean().describe("Whether it is the one that asks"),
});

export const GET = endpoint({
  summary: "Where you are signed in",
  description: "Browsers, and each sign-in of an API client once; last used first.",
  allow: "profile:write",
  response: z.object({ items: z.array(sessionSchema) }),
  run: async ({ actor }) => ({ items: await ownSessions(actor) }),
});

export const DELETE = endpoint({
  summary: "End all your sessions but the one that asks",
  allow: "profile:write",
  response: z.object({ ended_sessions: z.int() }),
  run: ({ actor }) => endOtherSessions(actor),
});
