import { endpoint } from "@/lib/http/endpoint";
import { extendOwnSession } from "@/lib/users/session-end";
import { sessionEndSchema } from "../session-end";

export const POST = endpoint({
  summary: "Say that somebody is there: extends a browser's session",
  description: "To 12 hours from now, 30 days after the sign-in at the latest. Tokens stay as they are.",
  allow: "session",
  response: sessionEndSchema,
  run: ({ actor }) => extendOwnSession(actor),
});
